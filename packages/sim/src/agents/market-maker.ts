import type { Exchange } from '../core/exchange.ts'
import type { OrderSide, RestingOrder } from '../core/order-book.ts'
import type { Random } from '../core/random.ts'
import type { Account } from '../margin/account.ts'

/** Quotes rest at these distances from the fair price, in log price. */
const DISTANCES = Array.from({ length: 11 }, (_, level) => 0.00002 * 1.95 ** level)
/** Size of the nearest quote in quote currency; each further one is larger by the factor. */
const NEAREST_NOTIONAL = 5000
const SIZE_GROWTH = 1.65
/** The quotes' skew when the inventory is at its limit, log price. */
const FULL_SKEW = 0.0008
const INVENTORY_LIMIT = 3_000_000 // quote currency
/** A quote that was eaten below this share of its size is put up again. */
const REPLENISH_BELOW = 0.4

/** Quotes a ladder on both sides around a fair price, leaning against its inventory. */
export class MarketMaker {
  readonly #exchange: Exchange
  readonly #random: Random
  readonly account: Account
  readonly #bids: (RestingOrder<Account> | undefined)[] = DISTANCES.map(() => undefined)
  readonly #asks: (RestingOrder<Account> | undefined)[] = DISTANCES.map(() => undefined)
  readonly #wanted: readonly number[]
  readonly #inventoryLots: number

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
    // Steps of a fifth: a ladder that breathes with every change of mood would be moved all the time.
    const width = 1.2 ** Math.round(Math.log(caution) / Math.log(1.2))
    const thin = 1 / Math.sqrt(width)
    for (let level = 0; level < DISTANCES.length; level++) {
      const away = fair * DISTANCES[level]! * width
      const grid = Math.max(1, Math.round(away / 2.5))
      this.#place(this.#bids, level, 1, Math.floor((fair - away) / grid) * grid, thin)
      this.#place(this.#asks, level, -1, Math.ceil((fair + away) / grid) * grid, thin)
    }
  }

  #place(
    ladder: (RestingOrder<Account> | undefined)[],
    level: number,
    side: OrderSide,
    tick: number,
    thin: number,
  ): void {
    const wanted = this.#wanted[level]! * thin
    const order = ladder[level]
    if (order !== undefined && order.lots > wanted * REPLENISH_BELOW && order.tick === tick) return
    if (order !== undefined) this.#exchange.book.cancel(order)
    const lots = Math.max(1, Math.round(wanted * (0.6 + 0.8 * this.#random.uniform())))
    ladder[level] = tick > 0 ? this.#exchange.post(this.account, side, tick, lots) : undefined
  }
}
