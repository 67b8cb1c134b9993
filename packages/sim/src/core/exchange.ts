import type { Account } from '../margin/account.ts'
import { ClearingHouse } from '../margin/clearing-house.ts'
import { LiquidationQueue } from '../margin/liquidation-queue.ts'
import { priceOf, type SimContract, sizeOf } from './contract.ts'
import type { SimEvent } from './event.ts'
import { type FillSink, OrderBook, type OrderSide, type RestingOrder } from './order-book.ts'

/** Where agents trade: the book, the clearing of each fill, and the public record of both. */
export class Exchange implements FillSink<Account> {
  readonly book = new OrderBook<Account>()
  readonly house = new ClearingHouse()
  readonly liquidations: LiquidationQueue
  /** Epoch ms, set by the market before anything happens at that time. */
  time = 0
  /** Of the last trade, in ticks. */
  lastTick: number
  /** Of the last submitted order: what was filled, and for how much (tick x lot). */
  filledLots = 0
  filledAtoms = 0
  /** Of its last fill. */
  lastFillLots = 0
  /** Hears public events in order. */
  emit: (event: SimEvent) => void = () => {}
  /** Hears that a trader's resting order was filled, in part or whole. Must not trade. */
  onRestingFill: (account: Account) => void = () => {}
  #taker: Account | undefined
  #takerFee = 0
  #takerSide: OrderSide = 1
  #orderId = 0
  #tradeId = 0

  constructor(readonly contract: SimContract) {
    this.liquidations = new LiquidationQueue(contract, this.house)
    this.lastTick = Math.round(contract.startPrice * contract.ticksPerUnit)
  }

  /** Of the last submitted order. */
  get lastOrderId(): number {
    return this.#orderId
  }

  /** Mid price in ticks; the last trade's when a side is empty. */
  get midTick(): number {
    const { bidTick, askTick } = this.book
    return bidTick > 0 && askTick < Number.POSITIVE_INFINITY ? (bidTick + askTick) / 2 : this.lastTick
  }

  /**
   * Sends an immediate-or-cancel order: executes up to `lots` no worse than `limitTick`.
   * @returns the lots filled.
   */
  submit(account: Account, side: OrderSide, lots: number, limitTick: number, feeRate = account.takerFee): number {
    this.#taker = account
    this.#takerSide = side
    this.#takerFee = feeRate
    this.#orderId++
    this.filledLots = 0
    this.filledAtoms = 0
    this.lastFillLots = 0
    this.book.match(side, lots, limitTick, this)
    if (this.filledLots > 0) this.liquidations.track(account)
    return this.filledLots
  }

  /** Posts an order one tick short of crossing, when it would cross. */
  post(account: Account, side: OrderSide, tick: number, lots: number): RestingOrder<Account> {
    const { bidTick, askTick } = this.book
    const posted = side === 1 ? Math.min(tick, askTick - 1) : Math.max(tick, bidTick + 1)
    return this.book.add(account, side, posted, lots)
  }

  onFill(order: RestingOrder<Account>, lots: number): void {
    const taker = this.#taker
    if (taker === undefined) return
    const maker = order.owner
    const { tick } = order
    const side = this.#takerSide
    this.house.fill(taker, side * lots, tick, this.#takerFee)
    this.house.fill(maker, -side * lots, tick, maker.makerFee)
    this.filledLots += lots
    this.filledAtoms += lots * tick
    this.lastFillLots = lots
    this.lastTick = tick
    this.emit({
      kind: 'trade',
      time: this.time,
      tradeId: ++this.#tradeId,
      orderId: this.#orderId,
      price: priceOf(this.contract, tick),
      size: sizeOf(this.contract, lots),
      side: side === 1 ? 'buy' : 'sell',
      buyerId: side === 1 ? taker.id : maker.id,
      sellerId: side === 1 ? maker.id : taker.id,
    })
    if (maker.kind !== 'trader') return
    this.liquidations.track(maker)
    this.onRestingFill(maker)
  }
}
