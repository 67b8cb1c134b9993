import type { Exchange } from '../core/exchange.ts'
import type { OrderSide, RestingOrder } from '../core/order-book.ts'
import type { Random } from '../core/random.ts'
import type { Account } from '../margin/account.ts'

/** Quotes rest at these distances from the fair price, in log price. */
const DISTANCES = Array.from({ length: 11 }, (_, level) => 0.00002 * 1.95 ** level)
/** Size of the nearest quote in quote currency; each further one is larger by the factor. */
const NEAREST_NOTIONAL = 14_000
const SIZE_GROWTH = 1.6
/** The quotes' skew when the inventory is at its limit, log price. */
const FULL_SKEW = 0.0008
const INVENTORY_LIMIT = 3_000_000 // quote currency
/** A quote that was eaten below this share of its size is put up again. */
const REPLENISH_BELOW = 0.4
/** A quote stays while it is this near to its place: a share of its distance, and a little in log price. */
const KEEP_WITHIN = 0.4
const KEEP_NEAR = 0.00003
/** Caution is reconsidered when it changed by this much, log. */
const CAUTION_STEP = 0.2

/** Quotes a ladder on both sides around a fair price, leaning against its inventory. */
export class MarketMaker {
  readonly #exchange: Exchange
  readonly #random: Random
  readonly account: Account
  readonly #bids: (RestingOrder<Account> | undefined)[] = DISTANCES.map(() => undefined)
  readonly #asks: (RestingOrder<Account> | undefined)[] = DISTANCES.map(() => undefined)
  readonly #wanted: readonly number[]
  readonly #inventoryLots: number
  #width = 1

  constructor(exchange: Exchange, random: Random) {
    this.#exchange = exchange
    this.#random = random
    this.account = exchange.house.register('maker')
    const { contract } = exchange
    const lotsPerQuote = (contract.notionalScale * contract.lotsPerUnit) / contract.startPrice
    this.#wanted = DISTANCES.map((_, level) => NEAREST_NOTIONAL * SIZE_GROWTH ** level * lotsPerQuote)
    this.#inventoryLots = INVENTORY_LIMIT * lotsPerQuote
  }

  /**
   * Brings the ladder to where it should be; orders that already are stay, and keep their place in the queue.
   * @param fairTick where the maker thinks the price is, ticks.
   * @param caution 1 in normal times; wider and thinner above.
   */
  refresh(fairTick: number, caution: number): void {
    const inventory = Math.max(-1.5, Math.min(1.5, this.account.lots / this.#inventoryLots))
    const fair = fairTick * (1 - FULL_SKEW * inventory)
    // A ladder that breathed with every change of mood would be moved all the time.
    if (Math.abs(Math.log(caution / this.#width)) > CAUTION_STEP) this.#width = caution
    const width = this.#width
    const thin = 1 / Math.sqrt(width)
    for (let level = 0; level < DISTANCES.length; level++) {
      const away = fair * DISTANCES[level]! * width
      const slack = KEEP_WITHIN * away + KEEP_NEAR * fair
      this.#place(this.#bids, level, 1, fair - away, slack, thin)
      this.#place(this.#asks, level, -1, fair + away, slack, thin)
    }
  }

  #place(
    ladder: (RestingOrder<Account> | undefined)[],
    level: number,
    side: OrderSide,
    target: number,
    slack: number,
    thin: number,
  ): void {
    const wanted = this.#wanted[level]! * thin
    const order = ladder[level]
    if (order !== undefined) {
      if (order.lots > wanted * REPLENISH_BELOW && Math.abs(order.tick - target) <= slack) return
      this.#exchange.book.cancel(order)
    }
    const tick = side === 1 ? Math.floor(target) : Math.ceil(target)
    const lots = Math.max(1, Math.round(wanted * (0.6 + 0.8 * this.#random.uniform())))
    ladder[level] = tick > 0 ? this.#exchange.post(this.account, side, tick, lots) : undefined
  }
}
