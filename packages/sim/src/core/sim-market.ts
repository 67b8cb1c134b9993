import { HedgerDesk } from '../agents/hedger.ts'
import { MarketMaker } from '../agents/market-maker.ts'
import { Population } from '../agents/population.ts'
import type { Account } from '../margin/account.ts'
import type { Ledger } from '../margin/clearing-house.ts'
import { Liquidator } from '../margin/liquidator.ts'
import { atomsOf, priceOf, SIM_CONTRACTS, type SimContract, sizeOf } from './contract.ts'
import type { SimEvent } from './event.ts'
import { Exchange } from './exchange.ts'
import { Fundamental } from './fundamental.ts'
import { MarkPrice } from './mark-price.ts'
import type { OrderSide } from './order-book.ts'
import { Random } from './random.ts'
import { binTruth, type PendingLiquidation, pendingLiquidations, type TruthMap } from './truth.ts'

/** The market's own clock: the index moves, hedgers act, and one maker requotes at each beat. */
export const BEAT_MS = 250
const BOOK_MS = 100
const OPEN_INTEREST_MS = 300_000
const MAKERS = 4
const HEDGERS = 5
/** Makers requote out of turn when the index moved, or the mid is away from it, this far. Log price. */
const JUMP = 0.0004
const DISLOCATION = 0.0008
/** The premium that makers quote follows the market's within about this long. */
const PREMIUM_S = 180
const PREMIUM_BOUND = 0.004
/** The crowd's idea of a trend: distance from an average over about this long. */
const TREND_S = 900
const INSURANCE_ENDOWMENT = 5_000_000 // quote currency
/** Capital that makers and hedgers are kept at, once an hour. Quote currency. */
const BACKED_EQUITY = 100_000_000
/** The order that premium is measured with: 200 of margin at the highest leverage. */
const IMPACT_NOTIONAL = 25_000

export interface SimMarketOptions {
  readonly seed: number
  /** Of one of the contracts that ship with the simulator. */
  readonly symbol?: string
  /** Instead of `symbol`: a contract of one's own. */
  readonly contract?: SimContract
  /** Epoch ms. */
  readonly startTime: number
  /** Markets of one coin on several venues: each has its own traders, and they share what the coin is worth. */
  readonly coin?: SharedCoin
}

export interface SharedCoin {
  /** Sets this market's traders apart from those of the others. */
  readonly venue: string
  readonly fundamental: Fundamental
}

/** What a coin is worth away from all markets of this seed. */
export function fundamentalOf(seed: number, contract: SimContract): Fundamental {
  return new Fundamental(
    new Random(seed, `value of ${contract.symbol}`),
    new Random(seed, 'all markets'),
    contract.startPrice,
    contract.annualVolatility,
  )
}

/**
 * A perpetual market whose every position is known.
 *
 * Guarantees: pure (no clock, no I/O); the same options give the same events however `advance` is cut into steps and
 * whether the book is published or not (markets that share a coin: when they run together, `runTogether`); the news
 * does not depend on what is traded; long size equals short size equals open interest, and money is conserved to
 * the atom, after every event.
 */
export class SimMarket {
  readonly contract: SimContract
  readonly #random: Random
  readonly #exchange: Exchange
  readonly #fundamental: Fundamental
  readonly #mark: MarkPrice
  readonly #population: Population
  readonly #hedgers: HedgerDesk
  readonly #makers: readonly MarketMaker[]
  readonly #liquidator: Liquidator
  readonly #endowment: number
  #time: number
  #nextBeat: number
  #nextBook = Number.POSITIVE_INFINITY
  #topKey = ''
  #premium = 0
  #slowLogPrice: number
  #quotedLogIndex: number

  /** @throws {RangeError} on an unknown symbol or a time that is not one. */
  constructor(options: SimMarketOptions) {
    const contract = options.contract ?? SIM_CONTRACTS.find(({ symbol }) => symbol === (options.symbol ?? 'BTCUSDT'))
    if (contract === undefined) throw new RangeError(`no simulated contract is called "${options.symbol}"`)
    if (!Number.isFinite(options.startTime)) throw new RangeError(`not a start time: ${options.startTime}`)
    this.contract = contract
    const { coin } = options
    this.#random = new Random(
      options.seed,
      coin === undefined ? contract.symbol : `${contract.symbol} on ${coin.venue}`,
    )
    this.#exchange = new Exchange(contract)
    this.#fundamental = coin?.fundamental ?? fundamentalOf(options.seed, contract)
    this.#time = Math.floor(options.startTime)
    this.#nextBeat = Math.ceil(this.#time / BEAT_MS) * BEAT_MS
    this.#mark = new MarkPrice(contract.startPrice, this.#time)
    this.#population = new Population(this.#exchange, this.#random)
    this.#hedgers = new HedgerDesk(this.#exchange, this.#random, HEDGERS)
    this.#makers = Array.from({ length: MAKERS }, () => new MarketMaker(this.#exchange, this.#random))
    this.#liquidator = new Liquidator(this.#exchange, (account) => this.#population.onClosed(account))
    this.#slowLogPrice = this.#fundamental.logPrice
    this.#quotedLogIndex = this.#fundamental.logPrice
    this.#exchange.time = this.#time
    this.#exchange.onRestingFill = (account) => this.#population.onRestingFill(account)
    this.#endowment = atomsOf(contract, INSURANCE_ENDOWMENT * contract.notionalScale)
    this.#exchange.house.deposit(this.#exchange.house.insurance, this.#endowment)
    this.#population.seed(this.#hedgers.accounts, contract.annualVolatility)
    this.#backAccounts()
    for (const maker of this.#makers) maker.refresh(this.#exchange.lastTick, 1)
  }

  /** Epoch ms up to which everything has happened. */
  get time(): number {
    return this.#time
  }

  get lastPrice(): number {
    return priceOf(this.contract, this.#exchange.lastTick)
  }

  get markPrice(): number {
    return this.#mark.price
  }

  get indexPrice(): number {
    return this.#fundamental.price
  }

  /** What would be paid at `nextFundingTime`, a fraction of notional. */
  get fundingRate(): number {
    return this.#mark.rate
  }

  get nextFundingTime(): number {
    return this.#mark.nextFundingTime
  }

  /** One-sided, base units. */
  get openInterest(): number {
    return sizeOf(this.contract, this.#exchange.house.openLots)
  }

  /** Runs the market to `toTime` (epoch ms) and returns what happened, in order. A time already passed does nothing. */
  advance(toTime: number): SimEvent[] {
    const events: SimEvent[] = []
    this.run(toTime, (event) => events.push(event))
    return events
  }

  /** Like `advance`, one event at a time: for long runs. */
  run(toTime: number, listener: (event: SimEvent) => void): void {
    this.#exchange.emit = listener
    for (;;) {
      const time = Math.min(this.#population.nextTime, this.#nextBeat, this.#nextBook)
      if (!(time <= toTime)) break
      this.#time = time
      this.#exchange.time = time
      if (time === this.#nextBook) this.#publishBook()
      else if (time === this.#nextBeat) this.#beat()
      else this.#population.runTimer()
      this.#population.fireTriggers()
      if (this.#nextBook !== Number.POSITIVE_INFINITY) this.#publishTop()
    }
    this.#time = Math.max(this.#time, toTime)
  }

  /** Switches `book` and `top` events on or off from here on. Changes nothing else that happens. */
  publishBook(on: boolean): void {
    this.#exchange.book.watch(on)
    this.#nextBook = on ? (Math.floor(this.#time / BOOK_MS) + 1) * BOOK_MS : Number.POSITIVE_INFINITY
  }

  /** The best `count` levels of each side now, and the id of the last update in them. */
  depth(count: number): {
    readonly updateId: number
    readonly bids: readonly (readonly [price: number, size: number])[]
    readonly asks: readonly (readonly [price: number, size: number])[]
  } {
    return { updateId: this.#exchange.book.updateId, bids: this.#levels(1, count), asks: this.#levels(-1, count) }
  }

  /** Every open position with its true liquidation price. */
  truth(): PendingLiquidation[] {
    return pendingLiquidations(this.contract, this.#exchange.house.accounts)
  }

  /** The true liquidation map on a log-price grid of this step. */
  truthMap(step: number): TruthMap {
    return binTruth(this.truth(), step)
  }

  /** Where all money is, in atoms of tick x lot. */
  ledger(): Ledger {
    return this.#exchange.house.ledger(Math.round(this.#mark.price * this.contract.ticksPerUnit))
  }

  /** A scenario: moves the coin's value outside this market by `logReturn`, now. */
  shock(logReturn: number): void {
    this.#fundamental.push(logReturn)
  }

  #beat(): void {
    const time = this.#nextBeat
    this.#nextBeat += BEAT_MS
    const seconds = BEAT_MS / 1000
    const fundamental = this.#fundamental
    fundamental.step(seconds, time)
    this.#quote(time)
    fundamental.push(this.#hedgers.step(fundamental.price * this.contract.ticksPerUnit, seconds))
    if (time % 1000 !== 0) return
    this.#sampleMark(time)
    const markTick = this.#mark.price * this.contract.ticksPerUnit
    while (this.#liquidator.liquidateNext(markTick));
    this.#liquidator.manageFund(markTick)
    const logMid = Math.log(priceOf(this.contract, this.#exchange.midTick))
    this.#premium +=
      (Math.max(-PREMIUM_BOUND, Math.min(PREMIUM_BOUND, logMid - fundamental.logPrice)) - this.#premium) / PREMIUM_S
    this.#slowLogPrice += (logMid - this.#slowLogPrice) / TREND_S
    this.#population.trend = logMid - this.#slowLogPrice
    this.#population.schedule(time, fundamental.activity)
    if (time % OPEN_INTEREST_MS === 0)
      this.#exchange.emit({ kind: 'openInterest', time, size: this.openInterest, markPrice: this.#mark.price })
    if (time % 3_600_000 === 0) this.#backAccounts()
  }

  /** One maker takes its turn; all do when the price jumped. */
  #quote(time: number): void {
    const { logPrice, activity } = this.#fundamental
    const fairTick = Math.exp(logPrice + this.#premium) * this.contract.ticksPerUnit
    const jumped =
      Math.abs(logPrice - this.#quotedLogIndex) > JUMP || Math.abs(this.#exchange.midTick / fairTick - 1) > DISLOCATION
    this.#quotedLogIndex = logPrice
    const turn = (time / BEAT_MS) % MAKERS
    for (let at = 0; at < this.#makers.length; at++)
      if (jumped || at === turn) this.#makers[at]!.refresh(fairTick, Math.max(0.5, activity))
  }

  #sampleMark(time: number): void {
    const mark = this.#mark
    const index = this.#fundamental.price
    if (time >= mark.nextFundingTime) this.#payFunding(time)
    mark.sample(time, index, priceOf(this.contract, this.#exchange.midTick), this.lastPrice)
    if (mark.wantsPremium(time)) mark.samplePremium(index, this.#impactPrice(1), this.#impactPrice(-1))
    this.#exchange.emit({
      kind: 'mark',
      time,
      markPrice: mark.price,
      indexPrice: index,
      fundingRate: mark.rate,
      nextFundingTime: mark.nextFundingTime,
    })
  }

  #payFunding(time: number): void {
    const rate = this.#mark.settle()
    this.#exchange.house.payFunding(rate, this.#mark.price * this.contract.ticksPerUnit)
    this.#exchange.liquidations.trackAll()
    this.#exchange.emit({ kind: 'funding', time, rate, markPrice: this.#mark.price })
  }

  /** The average price of an order of the impact notional against this side's resting orders; mid when there are none. */
  #impactPrice(side: OrderSide): number {
    const wanted = atomsOf(this.contract, IMPACT_NOTIONAL)
    let atoms = 0
    let lots = 0
    this.#exchange.book.walk(side, (tick, resting) => {
      const taken = Math.min(resting, (wanted - atoms) / tick)
      atoms += taken * tick
      lots += taken
      return atoms < wanted
    })
    return priceOf(this.contract, lots > 0 ? atoms / lots : this.#exchange.midTick)
  }

  /** Makers and hedgers have a treasury behind them: it brings their equity back to the same figure. A fund that is
   * used up is endowed again by the venue. */
  #backAccounts(): void {
    const { house } = this.#exchange
    const target = atomsOf(this.contract, BACKED_EQUITY * this.contract.notionalScale)
    const markTick = Math.round(this.#mark.price * this.contract.ticksPerUnit)
    const back = (account: Account): void =>
      house.deposit(account, target - account.wallet - account.unrealised(markTick))
    for (const { account } of this.#makers) back(account)
    for (const account of this.#hedgers.accounts) back(account)
    const fund = house.insurance
    if (fund.wallet + fund.unrealised(markTick) > 0) return
    house.deposit(fund, this.#endowment - fund.wallet - fund.unrealised(markTick))
  }

  #publishBook(): void {
    this.#nextBook += BOOK_MS
    const changes = this.#exchange.book.takeChanges()
    if (changes === undefined) return
    this.#exchange.emit({
      kind: 'book',
      time: this.#time,
      firstUpdateId: changes.firstUpdateId,
      lastUpdateId: changes.lastUpdateId,
      bids: this.#priced(changes.bids),
      asks: this.#priced(changes.asks),
    })
  }

  #publishTop(): void {
    const { book } = this.#exchange
    const { bidTick, askTick } = book
    if (bidTick === 0 || askTick === Number.POSITIVE_INFINITY) return
    const bidLots = book.lotsAt(1, bidTick)
    const askLots = book.lotsAt(-1, askTick)
    const key = `${bidTick}:${bidLots}:${askTick}:${askLots}`
    if (key === this.#topKey) return
    this.#topKey = key
    this.#exchange.emit({
      kind: 'top',
      time: this.#time,
      updateId: book.updateId,
      bid: [priceOf(this.contract, bidTick), sizeOf(this.contract, bidLots)],
      ask: [priceOf(this.contract, askTick), sizeOf(this.contract, askLots)],
    })
  }

  #levels(side: OrderSide, count: number): [number, number][] {
    const levels: [number, number][] = []
    this.#exchange.book.walk(side, (tick, lots) => {
      if (levels.length >= count) return false
      levels.push([priceOf(this.contract, tick), sizeOf(this.contract, lots)])
      return true
    })
    return levels
  }

  #priced(levels: ReadonlyMap<number, number>): [number, number][] {
    return [...levels].map(([tick, lots]) => [priceOf(this.contract, tick), sizeOf(this.contract, lots)])
  }
}
