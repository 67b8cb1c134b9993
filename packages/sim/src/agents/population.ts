import type { Exchange } from '../core/exchange.ts'
import type { OrderSide } from '../core/order-book.ts'
import { PriorityHeap } from '../core/priority-heap.ts'
import type { Random } from '../core/random.ts'
import type { Account } from '../margin/account.ts'
import { ARCHETYPES, type Archetype } from './archetype.ts'
import { Trader } from './trader.ts'

const TAKER_FEE = 0.0005
const MAKER_FEE = 0.0002
/** Larger orders are worked in slices of this size, a few seconds apart. Quote currency. */
const SLICE_NOTIONAL = 40_000
const SLICE_GAP_MS = 6000
/** A stop is sent at once, up to what the book can bear. */
const STOP_SLICE_NOTIONAL = 300_000
/** Market orders go no further than this from the last price, as venues protect them. */
const PROTECTION = 0.01
/** From a price that triggers an order to the order in the book, mean. */
const TRIGGER_LATENCY_MS = 300
/** A limit order waits this long on average, this far from the price (log, median). */
const PATIENCE_MS = 15 * 60_000
const LIMIT_DISTANCE = 0.0012
/** The share of the way to liquidation after which some add margin, and how much of their margin. */
const TOP_UP_AT = 0.6
const TOP_UP_SHARE = 0.5
/** A target or stop beyond this is not placed, log price. */
const FARTHEST_PLAN = 0.6
/** Arrival rates stay within these multiples of their average. */
const LEAST_BUSY = 0.35
const MOST_BUSY = 4
/** A 15-minute move of this size (log) moves the crowd's mind by tanh(1). */
const TREND_SCALE = 0.003

/** Stops, targets and liquidations end campaigns early: the share of planned holding that is held, measured. */
const FULL_HOLDS = 0.72
/** Nobody takes more notional times leverage than this, quote currency: whales do not gamble. */
const RISK_APPETITE = 12_000_000

const STOP = 0
const TARGET = 1
const TOP_UP = 2

/** All traders who can be liquidated: they come, trade by their archetype, and leave or are closed out. */
export class Population {
  readonly #exchange: Exchange
  readonly #random: Random
  readonly #traders: Trader[] = []
  readonly #free: number[] = []
  /** By registry index of the account. */
  readonly #byAccount = new Map<number, number>()
  readonly #timers = new PriorityHeap()
  /** Price triggers met on the way down (keyed by minus the tick) and on the way up. */
  readonly #falls = new PriorityHeap()
  readonly #rises = new PriorityHeap()
  #campaigns = 0
  /** Set by the market: the last quarter of an hour's move, log price. */
  trend = 0

  constructor(exchange: Exchange, random: Random) {
    this.#exchange = exchange
    this.#random = random
  }

  /** When the next timer is due, epoch ms. */
  get nextTime(): number {
    return this.#timers.topKey
  }

  /** Schedules the arrivals of the second that begins at `time`. */
  schedule(time: number, activity: number): void {
    const busy = Math.max(LEAST_BUSY, Math.min(MOST_BUSY, activity ** 1.2))
    for (let kind = 0; kind < ARCHETYPES.length; kind++) {
      const count = this.#random.poisson((ARCHETYPES[kind]!.entriesPerDay / 86_400) * busy)
      for (let arrival = 0; arrival < count; arrival++)
        this.#timers.push(time + this.#random.integer(1000), -1 - kind, 0)
    }
  }

  /** Runs the timer that is due. */
  runTimer(): void {
    this.#timers.pop()
    const { slot, stamp } = this.#timers
    if (slot < 0) {
      this.#arrive(ARCHETYPES[-1 - slot]!)
      return
    }
    const trader = this.#traders[slot]!
    if (trader.timerStamp !== stamp) return
    switch (trader.phase) {
      case 'free':
        return
      case 'waiting':
        this.#stopWaiting(trader)
        return
      case 'entering':
        this.#enterSlice(trader)
        return
      case 'holding':
        trader.phase = 'exiting'
        trader.planStamp++
        trader.stopped = false
        this.#exitSlice(trader)
        return
      case 'exiting':
        this.#exitSlice(trader)
    }
  }

  /** Fires stops, targets and top-ups that the last price has reached. Their orders come a moment later. */
  fireTriggers(): void {
    for (;;) {
      const { lastTick } = this.#exchange
      if (this.#falls.topKey <= -lastTick) this.#fire(this.#falls)
      else if (this.#rises.topKey <= lastTick) this.#fire(this.#rises)
      else return
    }
  }

  /** A resting order of a trader was filled: the plan is made when it is whole. Does not trade. */
  onRestingFill(account: Account): void {
    const trader = this.#traderOf(account)
    if (trader === undefined || account.order?.resting === true) return
    account.order = undefined
    if (account.lots === 0) this.#leave(trader)
    else this.#plan(trader)
  }

  /** An account lost its position by force. */
  onClosed(account: Account): void {
    const trader = this.#traderOf(account)
    if (trader !== undefined) this.#leave(trader)
  }

  /** The open positions that there would be if the market had been running for long, against the desk's accounts. */
  seed(desk: readonly Account[], annualVolatility: number): void {
    const random = this.#random
    const { contract, house, lastTick } = this.#exchange
    for (const archetype of ARCHETYPES) {
      const meanHoldDays = (archetype.medianHold * Math.exp(archetype.holdDeviation ** 2 / 2)) / 86_400
      const count = Math.round(archetype.entriesPerDay * meanHoldDays * FULL_HOLDS)
      for (let made = 0; made < count; made++) {
        // Those open at a moment are a length-biased sample: a lognormal's is lognormal with median e^(variance) times.
        const hold = random.lognormal(
          archetype.medianHold * Math.exp(archetype.holdDeviation ** 2),
          archetype.holdDeviation,
        )
        const age = hold * random.uniform()
        const deviation = annualVolatility * Math.sqrt(age / (365 * 86_400))
        const tick = Math.round(lastTick * Math.exp(deviation * random.normal()))
        const side: OrderSide = random.chance(archetype.longShare) ? 1 : -1
        const trader = this.#open(archetype, side, tick / contract.ticksPerUnit)
        trader.hold = hold - age
        const lots = trader.leftLots
        const counterpart = desk[made % desk.length]!
        if (side === 1) house.transfer(counterpart, trader.account, lots, tick)
        else house.transfer(trader.account, counterpart, lots, tick)
        this.#exchange.liquidations.track(trader.account)
        this.#plan(trader)
        if (!this.#survives(trader.account)) {
          // It would have been closed on the way here: undo it at cost.
          if (side === 1) house.transfer(trader.account, counterpart, lots, tick)
          else house.transfer(counterpart, trader.account, lots, tick)
          this.#exchange.liquidations.track(trader.account)
          this.#leave(trader)
        }
      }
    }
  }

  /** True when a seeded position still has a good part of the way to its liquidation before it. */
  #survives(account: Account): boolean {
    const { liquidationTick } = account
    if (Number.isNaN(liquidationTick)) return true
    const whole = Math.abs(account.entryTick - liquidationTick)
    return (this.#exchange.lastTick - liquidationTick) * Math.sign(account.lots) > 0.2 * whole
  }

  #arrive(archetype: Archetype): void {
    const random = this.#random
    const exchange = this.#exchange
    const bias = 0.5 * archetype.follow * Math.tanh(this.trend / TREND_SCALE)
    const side: OrderSide = random.chance(archetype.longShare + bias) ? 1 : -1
    const trader = this.#open(archetype, side, exchange.lastTick / exchange.contract.ticksPerUnit)
    if (!random.chance(archetype.limitShare)) {
      this.#enterSlice(trader)
      return
    }
    const distance = random.lognormal(LIMIT_DISTANCE, 0.8)
    const tick = Math.max(1, Math.round(exchange.midTick * (1 - side * distance)))
    trader.phase = 'waiting'
    trader.account.order = exchange.post(trader.account, side, tick, trader.leftLots)
    this.#setTimer(trader, random.exponential(PATIENCE_MS))
  }

  /** A new trader with an account, who has not traded. */
  #open(archetype: Archetype, side: OrderSide, price: number): Trader {
    const random = this.#random
    const { contract, house } = this.#exchange
    const trader = this.#vacancy(archetype)
    const { account } = trader
    const notional =
      contract.notionalScale *
      Math.min(archetype.maxNotional, random.lognormal(archetype.medianNotional, archetype.notionalDeviation))
    const drawn = archetype.leverages[this.#leverageIndex(archetype)]![0]
    const wanted = Math.max(1, Math.min(drawn, Math.floor((RISK_APPETITE * contract.notionalScale) / notional)))
    const allowed = contract.tiers.find((tier) => notional * 1.1 < tier.notionalCap)?.maxLeverage ?? 1
    account.id = house.accounts.length + this.#campaigns++
    account.leverage = Math.min(wanted, allowed)
    account.isolated = random.chance(archetype.isolatedShare)
    account.takerFee = TAKER_FEE
    account.makerFee = MAKER_FEE
    trader.archetype = archetype
    trader.side = side
    trader.phase = 'entering'
    trader.leftLots = Math.max(1, Math.round((notional / price) * contract.lotsPerUnit))
    trader.topUps = random.chance(archetype.topUpShare) ? 2 : 0
    trader.hold = random.lognormal(archetype.medianHold, archetype.holdDeviation)
    // A cross account keeps money beside the position: between nothing and twice its margin.
    if (!account.isolated) {
      const margin = (trader.leftLots * price * contract.ticksPerUnit) / account.leverage
      house.deposit(account, Math.round(margin * (1 + 2 * random.uniform())))
    }
    return trader
  }

  #leverageIndex(archetype: Archetype): number {
    let left = this.#random.uniform()
    for (let index = 0; index < archetype.leverages.length - 1; index++) {
      left -= archetype.leverages[index]![1]
      if (left < 0) return index
    }
    return archetype.leverages.length - 1
  }

  #vacancy(archetype: Archetype): Trader {
    const slot = this.#free.pop()
    if (slot !== undefined) return this.#traders[slot]!
    const account = this.#exchange.house.register('trader')
    const trader = new Trader(account, archetype)
    this.#byAccount.set(account.index, this.#traders.length)
    this.#traders.push(trader)
    return trader
  }

  #enterSlice(trader: Trader): void {
    const lots = Math.min(trader.leftLots, this.#sliceLots(SLICE_NOTIONAL))
    this.#submit(trader.account, trader.side, lots)
    trader.leftLots -= lots
    if (trader.leftLots > 0) this.#setTimer(trader, this.#random.exponential(SLICE_GAP_MS))
    else if (trader.account.lots === 0) this.#leave(trader)
    else this.#plan(trader)
  }

  #exitSlice(trader: Trader): void {
    const { account } = trader
    const sliceNotional = trader.stopped ? STOP_SLICE_NOTIONAL : SLICE_NOTIONAL
    const open = Math.abs(account.lots)
    this.#submit(account, account.lots > 0 ? -1 : 1, Math.min(open, this.#sliceLots(sliceNotional)))
    if (account.lots === 0) this.#leave(trader)
    else this.#setTimer(trader, this.#random.exponential(SLICE_GAP_MS))
  }

  #submit(account: Account, side: OrderSide, lots: number): void {
    const limit = this.#exchange.lastTick * (1 + side * PROTECTION)
    this.#exchange.submit(account, side, lots, side === 1 ? Math.ceil(limit) : Math.floor(limit))
  }

  #sliceLots(notional: number): number {
    const { contract, lastTick } = this.#exchange
    // Slices differ, or a large order would print a row of equal trades.
    const varied = notional * contract.notionalScale * (0.4 + 1.2 * this.#random.uniform())
    return Math.max(1, Math.round((varied * contract.ticksPerUnit * contract.lotsPerUnit) / lastTick))
  }

  #stopWaiting(trader: Trader): void {
    const { account } = trader
    if (account.order !== undefined) this.#exchange.book.cancel(account.order)
    account.order = undefined
    if (account.lots === 0) this.#leave(trader)
    else this.#plan(trader)
  }

  /** The position is as large as it gets: decides when to leave, at a time or at a price. */
  #plan(trader: Trader): void {
    const random = this.#random
    const { account, archetype } = trader
    trader.phase = 'holding'
    trader.planStamp++
    this.#setTimer(trader, trader.hold * 1000)
    const entry = account.entryTick
    const sign = Math.sign(account.lots)
    if (random.chance(archetype.stopShare)) {
      // Nobody who places a stop places it where the venue would be first.
      const toLiquidation = Number.isNaN(account.liquidationTick)
        ? 1
        : Math.abs(account.liquidationTick - entry) / entry
      const distance = Math.min(
        random.lognormal(archetype.medianStop, 0.6),
        toLiquidation * (0.3 + 0.6 * random.uniform()),
      )
      this.#arm(trader, entry * (1 - sign * distance), -sign, STOP)
    }
    if (random.chance(archetype.targetShare)) {
      const distance = random.lognormal(archetype.medianTarget, 0.6)
      if (distance < FARTHEST_PLAN) this.#arm(trader, entry * (1 + sign * distance), sign, TARGET)
    }
    this.#armTopUp(trader)
  }

  #armTopUp(trader: Trader): void {
    const { account } = trader
    if (trader.topUps === 0 || Number.isNaN(account.liquidationTick)) return
    const entry = account.entryTick
    const from = trader.topUps === 2 ? entry : this.#exchange.lastTick
    const level = from + TOP_UP_AT * (account.liquidationTick - from)
    this.#arm(trader, level, -Math.sign(account.lots), TOP_UP)
  }

  #arm(trader: Trader, tick: number, direction: number, action: number): void {
    // A price already passed would fire at once: the trader sees that and does not place it.
    if ((tick - this.#exchange.lastTick) * direction <= 0) return
    const heap = direction < 0 ? this.#falls : this.#rises
    heap.push(direction < 0 ? -Math.floor(tick) : Math.ceil(tick), this.#slotOf(trader), trader.planStamp * 4 + action)
    if (heap.size > 4096 + 6 * this.#traders.length) heap.compact(this.#isPlanned)
  }

  #fire(heap: PriorityHeap): void {
    heap.pop()
    const { slot, stamp } = heap
    if (!this.#isPlanned(slot, stamp)) return
    const trader = this.#traders[slot]!
    if (stamp % 4 === TOP_UP) {
      this.#topUp(trader)
      return
    }
    trader.phase = 'exiting'
    trader.planStamp++
    trader.stopped = stamp % 4 === STOP
    this.#setTimer(trader, this.#random.exponential(TRIGGER_LATENCY_MS))
  }

  #topUp(trader: Trader): void {
    const { account } = trader
    const atoms = Math.ceil(account.margin * TOP_UP_SHARE)
    this.#exchange.house.deposit(account, atoms)
    account.margin += atoms
    trader.topUps--
    this.#exchange.liquidations.track(account)
    this.#armTopUp(trader)
  }

  /** The money is paid out and the place is free. */
  #leave(trader: Trader): void {
    const { account } = trader
    if (account.order !== undefined) this.#exchange.book.cancel(account.order)
    account.order = undefined
    this.#exchange.house.close(account)
    this.#exchange.liquidations.track(account)
    trader.phase = 'free'
    trader.timerStamp++
    trader.planStamp++
    this.#free.push(this.#slotOf(trader))
  }

  #setTimer(trader: Trader, delayMs: number): void {
    trader.timerStamp++
    this.#timers.push(this.#exchange.time + Math.max(1, Math.round(delayMs)), this.#slotOf(trader), trader.timerStamp)
    if (this.#timers.size > 4096 + 6 * this.#traders.length) this.#timers.compact(this.#isTimed)
  }

  #traderOf(account: Account): Trader | undefined {
    const slot = this.#byAccount.get(account.index)
    return slot === undefined ? undefined : this.#traders[slot]
  }

  #slotOf(trader: Trader): number {
    return this.#byAccount.get(trader.account.index)!
  }

  readonly #isTimed = (slot: number, stamp: number): boolean => slot < 0 || this.#traders[slot]!.timerStamp === stamp

  readonly #isPlanned = (slot: number, stamp: number): boolean => {
    const trader = this.#traders[slot]!
    return trader.phase === 'holding' && trader.planStamp === Math.floor(stamp / 4)
  }
}
