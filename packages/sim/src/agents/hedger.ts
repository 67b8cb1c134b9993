import type { Exchange } from '../core/exchange.ts'
import type { OrderSide } from '../core/order-book.ts'
import type { Random } from '../core/random.ts'
import type { Account } from '../margin/account.ts'

/** Cash-and-carry holds still within this distance of its carry, log price. */
const BAND = 0.00025
/** Notional traded per unit of log price beyond the band and step, quote currency. */
const URGENCY = 2.5e9
const MAX_NOTIONAL = 1_500_000
/** The premium that carry asks for drifts around this, over about half a day, log price: perpetuals trade a little below spot. */
const CARRY_MEAN = -0.0004
const CARRY_DEVIATION = 0.0003
const CARRY_S = 12 * 3600
/** The spot leg moves the index for good by this log price per unit of quote currency. */
const SPOT_IMPACT = 2.2e-10

/** Arbitrageurs between this market and spot: they hold the other side of the crowd, hedged, never liquidated. */
export class HedgerDesk {
  readonly #exchange: Exchange
  readonly #random: Random
  readonly accounts: readonly Account[]
  #carry = CARRY_MEAN

  constructor(exchange: Exchange, random: Random, count: number) {
    this.#exchange = exchange
    this.#random = random
    this.accounts = Array.from({ length: count }, () => {
      const account = exchange.house.register('hedger')
      account.takerFee = 0.0002
      return account
    })
  }

  /**
   * Trades the basis back into the band.
   * @returns what the spot leg does to the index, log price.
   */
  step(indexTick: number, seconds: number): number {
    const exchange = this.#exchange
    this.#carry +=
      ((CARRY_MEAN - this.#carry) * seconds) / CARRY_S +
      CARRY_DEVIATION * Math.sqrt((2 * seconds) / CARRY_S) * this.#random.normal()
    const basis = exchange.midTick / indexTick - 1 - this.#carry
    const excess = Math.abs(basis) - BAND
    if (excess <= 0) return 0
    const side: OrderSide = basis < 0 ? 1 : -1
    const { contract } = exchange
    const notional = Math.min(MAX_NOTIONAL, URGENCY * excess * seconds) * contract.notionalScale
    const lots = Math.round((notional * contract.lotsPerUnit * contract.ticksPerUnit) / indexTick)
    if (lots === 0) return 0
    const limit = indexTick * (1 + this.#carry - side * BAND)
    const account = this.accounts[this.#random.integer(this.accounts.length)]
    if (account === undefined) return 0
    exchange.submit(account, side, lots, side === 1 ? Math.floor(limit) : Math.ceil(limit))
    const traded = exchange.filledAtoms / (contract.ticksPerUnit * contract.lotsPerUnit)
    return (-side * traded * SPOT_IMPACT) / contract.notionalScale
  }
}
