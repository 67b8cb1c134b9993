/** Weight per client address and minute. Checked 2026-11-22. */
export const WEIGHT_PER_MINUTE = 2400
/** After this many refused requests in one minute the client is banned. */
const REFUSALS_BEFORE_BAN = 20
const BAN_MS = 120_000
const MINUTE_MS = 60_000

/** `retryAfter` in seconds. */
export type BudgetVerdict =
  | { readonly kind: 'allowed'; readonly used: number }
  | { readonly kind: 'limited' | 'banned'; readonly used: number; readonly retryAfter: number }

interface Account {
  minute: number
  used: number
  refused: number
  bannedUntil: number
}

/** Counts request weight per client: 429 above the budget, 418 for those who go on. */
export class WeightBudget {
  readonly #accounts = new Map<string, Account>()

  charge(client: string, weight: number, time: number): BudgetVerdict {
    const minute = Math.floor(time / MINUTE_MS)
    let account = this.#accounts.get(client)
    if (account === undefined) {
      account = { minute, used: 0, refused: 0, bannedUntil: 0 }
      this.#accounts.set(client, account)
    }
    if (account.minute !== minute) {
      account.minute = minute
      account.used = 0
      account.refused = 0
    }
    account.used += weight
    const { used } = account
    if (time < account.bannedUntil) return { kind: 'banned', used, retryAfter: secondsTo(account.bannedUntil, time) }
    if (used <= WEIGHT_PER_MINUTE) return { kind: 'allowed', used }
    if (++account.refused <= REFUSALS_BEFORE_BAN)
      return { kind: 'limited', used, retryAfter: secondsTo((minute + 1) * MINUTE_MS, time) }
    account.bannedUntil = time + BAN_MS
    return { kind: 'banned', used, retryAfter: secondsTo(account.bannedUntil, time) }
  }
}

function secondsTo(until: number, time: number): number {
  return Math.max(1, Math.ceil((until - time) / 1000))
}
