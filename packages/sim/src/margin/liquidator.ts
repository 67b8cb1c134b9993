import type { PositionSide } from '@liqscope/market'
import { priceOf, sizeOf } from '../core/contract.ts'
import type { Exchange } from '../core/exchange.ts'
import type { OrderSide } from '../core/order-book.ts'
import type { Account } from './account.ts'

/** Share of the notional that a liquidated account pays to the insurance fund, as far as it has it. */
const CLEARANCE_FEE = 0.0125
/** The fund sells off what it took over in pieces, so that its own orders do not start a cascade. Quote currency. */
const FUND_SLICE = 150_000

/** Takes over failing positions: forced order first, then the insurance fund, then automatic deleveraging. */
export class Liquidator {
  readonly #exchange: Exchange
  /** Hears that an account lost its position by force. */
  readonly #onClosed: (account: Account) => void
  #markTick = 0

  constructor(exchange: Exchange, onClosed: (account: Account) => void) {
    this.#exchange = exchange
    this.#onClosed = onClosed
  }

  /** Takes over the next failing position at this mark. False when none is left. */
  liquidateNext(markTick: number): boolean {
    this.#markTick = markTick
    const account = this.#exchange.liquidations.next(markTick)
    if (account === undefined) return false
    this.#takeOver(account)
    return true
  }

  /** Works off what the fund holds, and deleverages it when its own money is gone. */
  manageFund(markTick: number): void {
    const { house, contract, lastTick } = this.#exchange
    const fund = house.insurance
    if (fund.lots === 0) return
    this.#markTick = markTick
    const side: OrderSide = fund.lots > 0 ? -1 : 1
    if (fund.wallet + fund.unrealised(markTick) < 0) {
      this.#deleverage(fund, Math.abs(fund.lots), Math.round(markTick))
      return
    }
    const slice = Math.max(
      1,
      Math.round((FUND_SLICE * contract.notionalScale * contract.lotsPerUnit) / priceOf(contract, lastTick)),
    )
    const lots = Math.min(Math.abs(fund.lots), slice)
    this.#exchange.submit(fund, side, lots, side === 1 ? Math.ceil(markTick * 1.01) : Math.floor(markTick * 0.99))
  }

  #takeOver(account: Account): void {
    const exchange = this.#exchange
    const { contract, house } = exchange
    if (account.order !== undefined) exchange.book.cancel(account.order)
    const side: PositionSide = account.lots > 0 ? 'long' : 'short'
    const lots = Math.abs(account.lots)
    const trigger = account.liquidationTick
    const collateral = account.collateral
    const walletBefore = account.wallet
    const exact = exchange.liquidations.rule.bankruptcyTick(account)
    const limit = side === 'long' ? Math.max(1, Math.ceil(exact)) : Math.floor(exact)
    const filled = exchange.submit(account, side === 'long' ? -1 : 1, lots, limit, 0)
    const orderId = exchange.lastOrderId
    const lastFill = exchange.lastFillLots
    const averageTick = filled > 0 ? exchange.filledAtoms / filled : undefined
    let deleveraged = 0
    if (filled < lots) {
      const fund = house.insurance
      if (fund.wallet + fund.unrealised(this.#markTick) <= 0)
        deleveraged = this.#deleverage(account, lots - filled, limit)
      const rest = lots - filled - deleveraged
      if (rest > 0) {
        if (side === 'long') house.transfer(account, fund, rest, limit)
        else house.transfer(fund, account, rest, limit)
      }
    }
    const left = collateral + account.wallet - walletBefore
    const fee = Math.min(left, Math.round(lots * this.#markTick * CLEARANCE_FEE))
    house.pay(account, house.insurance, fee)
    exchange.emit({
      kind: 'liquidation',
      time: exchange.time,
      accountId: account.id,
      orderId,
      positionSide: side,
      leverage: account.leverage,
      marginMode: account.isolated ? 'isolated' : 'cross',
      size: sizeOf(contract, lots),
      filledSize: sizeOf(contract, filled),
      lastFillSize: sizeOf(contract, lastFill),
      deleveragedSize: sizeOf(contract, deleveraged),
      triggerPrice: priceOf(contract, trigger),
      markPrice: priceOf(contract, this.#markTick),
      bankruptcyPrice: priceOf(contract, limit),
      averagePrice: averageTick === undefined ? undefined : priceOf(contract, averageTick),
    })
    this.#onClosed(account)
  }

  /**
   * Closes `lots` of an account against the opposite positions with the most profit and leverage, at `tick`.
   * @returns the lots that found a counterpart.
   */
  #deleverage(account: Account, lots: number, tick: number): number {
    const { house, liquidations } = this.#exchange
    const sign = Math.sign(account.lots)
    const ranked = house.accounts
      .filter((other) => other.lots * sign < 0 && other.kind !== 'insurance')
      .map((other) => ({ other, rank: this.#rank(other) }))
      .sort((a, b) => b.rank - a.rank || a.other.index - b.other.index)
    let left = lots
    for (const { other } of ranked) {
      if (left === 0) break
      const part = Math.min(left, Math.abs(other.lots))
      if (sign > 0) house.transfer(account, other, part, tick)
      else house.transfer(other, account, part, tick)
      left -= part
      liquidations.track(other)
      if (other.lots === 0) this.#onClosed(other)
    }
    return lots - left
  }

  /** Profit in parts of the cost times effective leverage; losers come last, the least leveraged loser after all. */
  #rank(account: Account): number {
    const profit = account.unrealised(this.#markTick)
    const equity = Math.max(1, account.collateral + profit)
    const leverage = (Math.abs(account.lots) * this.#markTick) / equity
    const ratio = profit / Math.abs(account.cost)
    return ratio >= 0 ? ratio * leverage : ratio / leverage
  }
}
