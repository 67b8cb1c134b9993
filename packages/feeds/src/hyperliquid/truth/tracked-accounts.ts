import type { InstrumentId, KnownPosition } from '@liqscope/market'

/** Accounts kept; the one with the least at stake makes room for a larger one. */
const MAX_ACCOUNTS = 5_000
/** Every n-th turn belongs to an account that was never looked at: discovery goes on however many are known. */
const DISCOVERY_TURN = 3
/** Added to each distance: a position at its liquidation price is urgent, not infinitely so. */
const NEAREST = 0.01
/** The distance that stands for a position no price liquidates. */
const NOWHERE = 1
/** What an account without a position has at stake, USD: it is looked at again, rarely. */
const EMPTY_STAKE = 1_000
/** A sighting older than this tells nothing of now, ms. */
const FORGET_AFTER_MS = 3_600_000

interface Account {
  readonly address: string
  /** Named by a person: never dropped. */
  pinned: boolean
  /** Largest trade it was seen in, USD. */
  seenNotional: number
  /** Undefined: nobody asked yet. */
  askedAt: number | undefined
  /** Handed out and not answered yet. */
  asking: boolean
  positions: readonly KnownPosition[]
}

/**
 * Who is looked at next, a pure schedule: largest notional and nearest liquidation first. Each account waits with
 * urgency `age x sum of notional / (1 % + distance to liquidation)`, so that what could be most wrong by now is asked
 * for first and nobody waits for ever. Time is passed in; the same calls give the same turns.
 */
export class TrackedAccounts {
  readonly #accounts = new Map<string, Account>()
  /** Newest price of each instrument that a sighting told. */
  readonly #marks = new Map<InstrumentId, number>()
  #turn = 0
  /** Nothing smaller makes room for itself: what the last look for room found, USD. */
  #floor = 0

  get size(): number {
    return this.#accounts.size
  }

  /** An account named by a person. */
  pin(address: string): void {
    const known = this.#accounts.get(address)
    if (known === undefined) this.#accounts.set(address, newAccount(address, true, 0))
    else known.pinned = true
  }

  /** An account took part in a trade of this size, USD. */
  seen(address: string, notional: number): void {
    const known = this.#accounts.get(address)
    if (known !== undefined) {
      known.seenNotional = Math.max(known.seenNotional, notional)
      return
    }
    if (this.#accounts.size >= MAX_ACCOUNTS && !this.#makeRoom(notional)) return
    this.#accounts.set(address, newAccount(address, false, notional))
  }

  /** Whom to ask now; undefined when all have been asked and none is waiting, or none is known. */
  next(now: number): string | undefined {
    this.#turn++
    const known = this.#most((account) => (account.askedAt === undefined ? -1 : this.#urgency(account, now)))
    const unknown = this.#most((account) => (account.askedAt === undefined ? unseenRank(account) : -1))
    const first = this.#turn % DISCOVERY_TURN === 0 ? (unknown ?? known) : (known ?? unknown)
    if (first === undefined) return undefined
    first.asking = true
    return first.address
  }

  /** The account's positions in all instruments, now. */
  report(address: string, positions: readonly KnownPosition[], now: number): void {
    const account = this.#accounts.get(address)
    if (account === undefined) return
    account.asking = false
    account.askedAt = now
    account.positions = positions
    for (const { instrument, notional, size } of positions) this.#marks.set(instrument, notional / size)
  }

  /** It was asked in vain: it waits its turn again. */
  failed(address: string, now: number): void {
    const account = this.#accounts.get(address)
    if (account === undefined) return
    account.asking = false
    account.askedAt = now
  }

  /** Something happened to the account: it is asked before all others of its stake. */
  changed(address: string): void {
    const account = this.#accounts.get(address)
    if (account?.askedAt !== undefined) account.askedAt = Number.NEGATIVE_INFINITY
  }

  /** The accounts with the most at stake, the most first: whose fills are worth listening to. */
  nearest(count: number): string[] {
    return [...this.#accounts.values()]
      .filter(({ positions }) => positions.some(({ liquidationPrice }) => liquidationPrice !== undefined))
      .map((account) => ({ address: account.address, stake: this.#stake(account) }))
      .sort((a, b) => b.stake - a.stake || (a.address < b.address ? -1 : 1))
      .slice(0, count)
      .map(({ address }) => address)
  }

  /** Every position of an instrument that was seen lately. */
  positionsOf(instrument: InstrumentId, now: number): KnownPosition[] {
    return [...this.#accounts.values()].flatMap(({ positions }) =>
      positions.filter((position) => position.instrument === instrument && position.seenTime > now - FORGET_AFTER_MS),
    )
  }

  #most(rank: (account: Account) => number): Account | undefined {
    let best: Account | undefined
    let highest = -1
    for (const account of this.#accounts.values()) {
      if (account.asking) continue
      const value = rank(account)
      if (
        value > highest ||
        (value === highest && best !== undefined && value >= 0 && account.address < best.address)
      ) {
        best = account
        highest = value
      }
    }
    return best
  }

  #urgency(account: Account, now: number): number {
    return (now - (account.askedAt ?? now)) * this.#stake(account)
  }

  #stake({ positions }: Account): number {
    let stake = EMPTY_STAKE
    for (const { instrument, notional, size, liquidationPrice } of positions) {
      const mark = this.#marks.get(instrument) ?? notional / size
      const distance = liquidationPrice === undefined ? NOWHERE : Math.abs(Math.log(liquidationPrice / mark))
      stake += notional / (NEAREST + distance)
    }
    return stake
  }

  /** Drops the account with the least if that is less than `notional`. */
  #makeRoom(notional: number): boolean {
    if (notional <= this.#floor) return false
    let least: Account | undefined
    let lowest = Number.POSITIVE_INFINITY
    for (const account of this.#accounts.values()) {
      if (account.pinned || account.asking) continue
      const value = worth(account)
      if (value < lowest) {
        least = account
        lowest = value
      }
    }
    this.#floor = lowest
    if (least === undefined || lowest >= notional) return false
    this.#accounts.delete(least.address)
    return true
  }
}

function newAccount(address: string, pinned: boolean, seenNotional: number): Account {
  return { address, pinned, seenNotional, askedAt: undefined, asking: false, positions: [] }
}

/** Named accounts first, then those of the largest trades. */
function unseenRank({ pinned, seenNotional }: Account): number {
  return pinned ? Number.MAX_VALUE : seenNotional
}

/** What an account holds, or, until it was looked at, what it traded. */
function worth({ askedAt, seenNotional, positions }: Account): number {
  return askedAt === undefined ? seenNotional : positions.reduce((sum, { notional }) => sum + notional, 0)
}
