import type { Bar, Gap, InstrumentId, MarginSchedule, MarginTable, MarketEvent } from '@liqscope/market'
import { type Capture, captureOf, feedKindOf } from '../estimate/capture/capture.ts'
import { CaptureCount } from '../estimate/capture/capture-count.ts'
import { Estimator, type EstimatorStats, type MarkRange } from '../estimate/estimator.ts'
import { type ForcedSizes, MarketLearner } from '../estimate/market-learner.ts'
import type { MarketPool } from '../estimate/pooling/market-pool.ts'
import { binOf, GRID_STEP } from '../estimate/price-grid.ts'
import { PRIOR_SPREAD, PRIOR_VENUE } from '../estimate/prior-weights.ts'
import { BandWidth } from './band-width.ts'
import { BarAccumulator, type BarPart } from './bar-accumulator.ts'
import { drawColumn, drawMap, type Reached } from './draw-map.ts'
import { ForcedFeed } from './forced-feed.ts'
import { HeatmapHistory } from './heatmap-history.ts'
import { HourVolatility } from './hour-volatility.ts'
import type { HeatmapColumn, LiquidationMap, MapPatch } from './liquidation-map.ts'
import { WINDOW } from './map-window.ts'
import { modelNoteOf } from './model-note.ts'
import { changedBins } from './patch.ts'

/** How often a drawn map is held against the hour after it. */
const TRIAL_EVERY_MS = 4 * 3_600_000

export interface MapBuilderOptions {
  readonly instrument: InstrumentId
  /** Length of the bars built from single events, ms. Bars that arrive whole may have any length. */
  readonly intervalMs?: number
  /** The venue's maintenance table, where it is known beforehand; a `marginTable` event replaces it. */
  readonly schedule?: MarginSchedule
  /**
   * Exchange time up to which history is about to be folded, epoch ms. Heatmap columns that would be forgotten by then
   * are not drawn, which makes folding a long file many times faster. Leave it out for a live market.
   */
  readonly historyEnd?: number
  /** Markets of the same kind that this one shares what it learns with. */
  readonly pool?: MarketPool
}

export interface MapBuilderStats extends EstimatorStats {
  /** Events that came after their bar had closed. */
  readonly lateEvents: number
  /** Events whose figures no market has. */
  readonly badEvents: number
  readonly events: number
}

/**
 * One market's map: `apply` events in exchange order, read `map`, `columns` and `takePatch` whenever you like.
 *
 * Bars fold at once. Trades, marks, open interest, funding and forced orders gather in a bar of `intervalMs` that the
 * first event of a later interval closes; a bar event for the same interval replaces what was gathered. Reads change
 * nothing: the same events give the same map however often it was looked at.
 */
export class MapBuilder {
  readonly estimator = new Estimator()
  private readonly instrument: InstrumentId
  private readonly gathered: BarAccumulator
  private readonly history: HeatmapHistory
  private newestSchedule: MarginSchedule | undefined
  private readonly learner: MarketLearner
  private readonly width = new BandWidth()
  private lastTrial = Number.NaN
  private readonly pool: MarketPool | undefined
  private readonly venue: string
  /** Of a feed that shows every forced order: what a sampled one would have shown of it. */
  private readonly capture: CaptureCount | undefined
  private readonly forcedFeed = new ForcedFeed()
  private readonly volatility = new HourVolatility()
  private lastBarFolded: Bar | undefined
  private lastMark: MarkRange | undefined
  private at = Number.NEGATIVE_INFINITY
  private events = 0
  private lateEvents = 0
  private badEvents = 0
  private gapEvents = 0
  /** Missing bars that no Gap event had announced. */
  private silentGaps = 0
  private announcedTo = Number.NEGATIVE_INFINITY
  private openInterest: number | undefined
  private changed = false
  private sent: LiquidationMap | undefined
  /** The map of now, once somebody asked for it: several readers and the next patch draw it once. */
  private drawn: LiquidationMap | undefined

  constructor({ instrument, intervalMs = 60_000, schedule, historyEnd, pool }: MapBuilderOptions) {
    this.instrument = instrument
    this.venue = venueOf(instrument)
    this.pool = pool
    this.capture = feedKindOf(this.venue) === 'complete' ? new CaptureCount() : undefined
    this.learner = new MarketLearner(this.estimator, pool && { pool, member: instrument })
    this.gathered = new BarAccumulator(instrument, intervalMs)
    this.history = new HeatmapHistory(historyEnd)
    this.newestSchedule = schedule
  }

  apply(event: MarketEvent): void {
    this.events++
    this.drawn = undefined
    switch (event.kind) {
      case 'bar':
        this.applyBar(event)
        break
      case 'gap':
        this.applyGap(event)
        break
      case 'orderBook':
        return
      case 'marginTable':
        this.applyMarginTable(event)
        return
      default:
        this.applyPart(event)
    }
    if (event.exchangeTime > this.at) this.at = event.exchangeTime
    this.changed = true
  }

  /** What changed since the last call, `undefined` when nothing did or there is no price yet. */
  takePatch(): MapPatch | undefined {
    if (!this.changed) return undefined
    const current = this.map()
    if (current === undefined) return undefined
    this.changed = false
    const change = changedBins(this.sent, current)
    this.sent = current
    return {
      at: current.at,
      price: current.price,
      ...(change === undefined ? {} : { map: { ...change, current } }),
      columns: this.history.takeFresh(),
    }
  }

  /**
   * The map of now, `undefined` before the first bar. The window is in fractions of the mark; it is widened to the
   * next whole per cent on the grid.
   */
  map(window?: { readonly below: number; readonly above: number }): LiquidationMap | undefined {
    if (window !== undefined) return this.draw(window)
    this.drawn ??= this.draw({ below: WINDOW, above: WINDOW })
    return this.drawn
  }

  private draw(window: { readonly below: number; readonly above: number }): LiquidationMap | undefined {
    const reached = this.reached()
    if (reached === undefined) return undefined
    return drawMap(this.estimator, {
      market: this.instrument,
      at: this.at,
      reached,
      below: window.below,
      above: window.above,
      tiers: this.schedule?.tiers,
      noiseScale: this.learner.noiseScale,
      widening: this.width.factor,
      hourVolatility: this.volatility.value,
      model: modelNoteOf(this.estimator, {
        learned: this.learner,
        gaps: this.gaps,
        capture: this.captured(reached.mark),
        faultyPart: this.width.faultyPart,
        schedule: this.schedule,
      }),
    })
  }

  /** Closed heatmap columns opened within [from, to), of the kept width nearest to `intervalMs` from below. */
  columns(intervalMs: number, from: number, to: number): HeatmapColumn[] {
    return this.history.columns(intervalMs, from, to)
  }

  /** The venue's maintenance table in force, as far as it is known. */
  get schedule(): MarginSchedule | undefined {
    return this.newestSchedule
  }

  /** The newest price that triggers liquidation, `undefined` before the first bar. */
  get mark(): number | undefined {
    return this.reached()?.mark
  }

  /** The bar that is being gathered, if any. */
  get currentBar(): Bar | undefined {
    return this.gathered.bar
  }

  /** The newest bar that was folded. */
  get lastBar(): Bar | undefined {
    return this.lastBarFolded
  }

  /** What triggered liquidations within that bar: the mark's range where it was followed, else the traded one. */
  get lastSwept(): MarkRange | undefined {
    return this.lastMark ?? this.lastBarFolded
  }

  get stats(): MapBuilderStats {
    const { gaps, events, lateEvents, badEvents } = this
    return { ...this.estimator.stats, gaps, events, lateEvents, badEvents }
  }

  /** Each hole once: a Gap event and the bars that are missing for it are one. */
  private get gaps(): number {
    return this.gapEvents + this.silentGaps
  }

  private applyBar(bar: Bar): void {
    const current = this.gathered.bar
    let mark: MarkRange | undefined
    let whole = bar
    if (bar.longLiquidated !== undefined || bar.shortLiquidated !== undefined) this.forcedFeed.note()
    if (current !== undefined && bar.exchangeTime + bar.intervalMs > current.exchangeTime) {
      if (bar.exchangeTime === current.exchangeTime && bar.intervalMs === current.intervalMs) {
        mark = this.gathered.markRange
        whole = withForcedOf(current, bar)
      }
      if (bar.exchangeTime + bar.intervalMs >= current.exchangeTime + current.intervalMs) this.gathered.clear()
    }
    this.foldBar(whole, mark)
  }

  private applyPart(event: BarPart): void {
    if (this.gathered.endsBefore(event.exchangeTime)) this.closeGathered()
    if (this.gathered.startsAfter(event.exchangeTime) || event.exchangeTime < this.estimator.time) {
      this.lateEvents++
      return
    }
    if (!isSound(event)) {
      this.badEvents++
      return
    }
    if (event.kind === 'openInterest') this.openInterest = event.size
    if (event.kind === 'liquidationOrder') {
      this.forcedFeed.note()
      this.capture?.add(event.exchangeTime, event.size * event.price)
    }
    this.gathered.add(event)
  }

  /** A bar that is being gathered goes on: what its feed missed is in the count, and a whole bar may replace it. */
  private applyGap(gap: Gap): void {
    this.gapEvents++
    this.forcedFeed.miss(gap)
    if (gap.channel !== 'openInterest' && gap.channel !== 'funding')
      this.announcedTo = Math.max(this.announcedTo, gap.to)
  }

  /** A table says how positions are held, not when anything happened: it moves no clock. */
  private applyMarginTable(table: MarginTable): void {
    if (table.validFrom < (this.schedule?.validFrom ?? Number.NEGATIVE_INFINITY)) return
    this.newestSchedule = table
    this.changed = true
  }

  private closeGathered(): void {
    const { bar: gathered, markRange } = this.gathered
    this.gathered.clear()
    if (gathered === undefined) return
    const bar = this.forcedFeed.complete(gathered)
    const openInterest = bar.openInterest ?? this.openInterest
    this.foldBar(openInterest === undefined ? bar : { ...bar, openInterest }, markRange)
  }

  private foldBar(bar: Bar, mark: MarkRange | undefined): void {
    const before = this.estimator.time
    this.learner.before(bar)
    const violations = this.estimator.flowViolationCount
    if (this.estimator.fold(bar, mark) !== undefined) {
      this.width.note(bar.intervalMs, true)
      return
    }
    this.width.note(bar.intervalMs, this.estimator.isUnobserved || this.estimator.flowViolationCount > violations)
    const follows = before === Number.NEGATIVE_INFINITY || bar.exchangeTime <= before
    if (!follows && bar.exchangeTime > this.announcedTo) this.silentGaps++
    this.learnWidth(bar, this.learner.after(bar))
    this.volatility.fold(bar)
    this.lastBarFolded = bar
    this.lastMark = mark
    const end = bar.exchangeTime + bar.intervalMs
    if (end > this.at) this.at = end
    this.history.close(end, bar.intervalMs, () => this.column())
  }

  /** The map of now as a column of the heatmap. */
  private column(): { price: number; step: number; firstBin: number; values: Float32Array } {
    const price = this.estimator.price
    const firstBin = binOf(price * (1 - WINDOW))
    const bins = binOf(price * (1 + WINDOW)) + 1 - firstBin
    const reached = { high: price, low: price, mark: price }
    return { price, step: GRID_STEP, firstBin, values: drawColumn(this.estimator, reached, firstBin, bins) }
  }

  /** Holds the map of the last refit against the hour after it, and tells the pool what a sampled feed would show. */
  private learnWidth(bar: Bar, sizes: ForcedSizes): void {
    if (!this.learner.hasOrders) return
    this.width.follow(bar, sizes)
    const end = bar.exchangeTime + bar.intervalMs
    const trial = Math.floor(end / TRIAL_EVERY_MS)
    if (trial === this.lastTrial) return
    this.lastTrial = trial
    const size = this.estimator.referenceSize * bar.close
    this.width.begin(end, this.column(), {
      phi: PRIOR_SPREAD.phi * this.learner.noiseScale * size,
      kappa: PRIOR_SPREAD.kappa,
    })
    if (this.capture !== undefined && size > 0)
      this.pool?.putCapture(this.instrument, { ...this.capture.share, openInterest: size })
  }

  /** What part of the forced orders the amounts stand for: starting weights carry the sampling of their source. */
  private captured(mark: number): Capture {
    const venue = this.learner.isFitted ? this.venue : PRIOR_VENUE
    return captureOf(venue, this.pool?.captureShares ?? [], this.estimator.referenceSize * mark)
  }

  /** What price has done since the last folded bar. */
  private reached(): Reached | undefined {
    const last = this.estimator.price
    const current = this.gathered.bar
    if (Number.isNaN(last)) return undefined
    if (current === undefined) return { high: last, low: last, mark: last }
    const range = this.gathered.markRange ?? current
    const mark = this.gathered.price ?? last
    return { high: Math.max(range.high, mark, last), low: Math.min(range.low, mark, last), mark }
  }
}

/** Whose feed it is: `binance` of `binance:BTCUSDT`; a simulated market's dialect, `gate` of `sim:BTCUSDT@gate`. */
function venueOf(instrument: InstrumentId): string {
  return instrument.split('@')[1] ?? instrument.slice(0, instrument.indexOf(':'))
}

/** A venue's own bar knows nothing of forced orders: those that were gathered for it stay. */
function withForcedOf({ longLiquidated, shortLiquidated }: Bar, bar: Bar): Bar {
  return {
    ...(longLiquidated === undefined ? {} : { longLiquidated }),
    ...(shortLiquidated === undefined ? {} : { shortLiquidated }),
    ...bar,
  }
}

/** The engine's own last check: a figure that no market has never reaches the state. */
function isSound(event: BarPart): boolean {
  switch (event.kind) {
    case 'trade':
    case 'liquidationOrder':
      return isPositive(event.price) && isPositive(event.size)
    case 'markPrice':
      return isPositive(event.price)
    case 'openInterest':
      return event.size >= 0 && event.size < Number.POSITIVE_INFINITY
    case 'funding':
      return Number.isFinite(event.rate)
  }
}

function isPositive(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY
}
