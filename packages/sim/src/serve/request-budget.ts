/** What a client may ask for, and what becomes of one who asks for more. */
export interface BudgetRules {
  /** Weight, or requests, per client address and window. */
  readonly limit: number
  readonly windowMs: number
  /** After this many refused requests in one window the client is banned. Absent: never. */
  readonly refusalsBeforeBan?: number
  readonly banMs?: number
}

/** `retryAfter` in seconds. */
export type BudgetVerdict =
  | { readonly kind: 'allowed'; readonly used: number }
  | { readonly kind: 'limited' | 'banned'; readonly used: number; readonly retryAfter: number }

interface Account {
  window: number
  used: number
  refused: number
  bannedUntil: number
}

/** Counts request weight per client in windows aligned to the clock, as venues do. */
export class RequestBudget {
  readonly #rules: BudgetRules
  readonly #accounts = new Map<string, Account>()

  constructor(rules: BudgetRules) {
    this.#rules = rules
  }

  charge(client: string, weight: number, time: number): BudgetVerdict {
    const { limit, windowMs, refusalsBeforeBan = Number.POSITIVE_INFINITY, banMs = 0 } = this.#rules
    const window = Math.floor(time / windowMs)
    let account = this.#accounts.get(client)
    if (account === undefined) {
      account = { window, used: 0, refused: 0, bannedUntil: 0 }
      this.#accounts.set(client, account)
    }
    if (account.window !== window) {
      account.window = window
      account.used = 0
      account.refused = 0
    }
    account.used += weight
    const { used } = account
    if (time < account.bannedUntil) return { kind: 'banned', used, retryAfter: secondsTo(account.bannedUntil, time) }
    if (used <= limit) return { kind: 'allowed', used }
    if (++account.refused <= refusalsBeforeBan)
      return { kind: 'limited', used, retryAfter: secondsTo((window + 1) * windowMs, time) }
    account.bannedUntil = time + banMs
    return { kind: 'banned', used, retryAfter: secondsTo(account.bannedUntil, time) }
  }
}

function secondsTo(until: number, time: number): number {
  return Math.max(1, Math.ceil((until - time) / 1000))
}
