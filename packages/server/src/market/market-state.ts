import { forcedTrigger, type HeatmapColumn, type LiquidationMap, MapBuilder, type MarketPool } from '@liqscope/engine'
import type { Bar, Gap, Instrument, LiquidationOrder, MarketEvent, OrderBook } from '@liqscope/market'
import type { BarJson, ForcedOrderJson, GapJson } from '@liqscope/protocol'
import type { MarketScore } from '../score/market-score.ts'
import { BarStore, barJson } from './bar-store.ts'
import { widened } from './column-width.ts'
import type { Market, MarketFacts, Update } from './market.ts'
import { columnSlice, forcedOrderJson, gapJson, mapFacts, mapSlice, pushBounded } from './slice.ts'

type UpdateBar = NonNullable<Update['bars']>[number]

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Forced orders kept for the chart's circles. Binance publishes at most one a second: more than an hour at worst. */
const MAX_FORCED_ORDERS = 5_000
const MAX_GAPS = 5_000
/** How many of each a snapshot carries: what a page draws before it has asked for the heatmap. */
const SNAPSHOT_FORCED_ORDERS = 200
const SNAPSHOT_GAPS = 200
/** Bars in one patch. A fast replay closes more than a page can draw: the oldest are left out, it asks for the heatmap. */
const MAX_PATCH_BARS = 300

/** Everything known about one instrument: a fold over its events. The same events give the same state. */
export class MarketState implements Market {
  private readonly builder: MapBuilder
  private readonly store = new BarStore()
  private readonly forced: LiquidationOrder[] = []
  private readonly holes: Gap[] = []
  /** What the next update carries. */
  private fresh = nothing()
  private funding: { rate: number; nextTime?: number } | undefined
  private newest: number | undefined
  /** The builder's mark once there is one; until then the newest price seen. */
  private price: number | undefined
  private openInterest: number | undefined // base units
  private newestBook: OrderBook | undefined
  private scoring: MarketScore | undefined
  /** Counts events: equal versions mean equal answers. */
  version = 0

  /**
   * `historyEnd`: exchange time up to which history is about to be folded, when that is known: it is faster then.
   * `pool`: the markets it learns with.
   */
  constructor(
    readonly instrument: Instrument,
    historyEnd?: number,
    pool?: MarketPool,
  ) {
    this.builder = new MapBuilder({
      instrument: instrument.id,
      ...(historyEnd === undefined ? {} : { historyEnd }),
      ...(pool && { pool }),
    })
  }

  apply(event: MarketEvent): void {
    if (event.kind === 'orderBook') {
      this.newestBook = event
      return
    }
    this.version++
    this.builder.apply(event)
    if (event.kind === 'marginTable') {
      this.fresh.changed = true
      return
    }
    const folded = this.builder.lastBar
    if (folded && folded !== this.store.last) this.closeBar(folded)
    if (event.kind === 'gap') this.scoring?.missed(event)
    this.fresh.changed = true
    switch (event.kind) {
      case 'bar':
        this.price = event.close
        if (event.openInterest !== undefined) this.openInterest = event.openInterest
        if (event.fundingRate !== undefined) this.funding = { rate: event.fundingRate }
        break
      case 'trade':
        this.price ??= event.price
        break
      case 'markPrice':
        this.price = event.price
        break
      case 'funding':
        this.funding = {
          rate: event.rate,
          ...(event.nextFundingTime === undefined ? {} : { nextTime: event.nextFundingTime }),
        }
        break
      case 'liquidationOrder':
        pushBounded(this.fresh.forcedOrders, event, MAX_FORCED_ORDERS)
        pushBounded(this.forced, event, MAX_FORCED_ORDERS)
        break
      case 'gap':
        pushBounded(this.fresh.gaps, event, MAX_GAPS)
        pushBounded(this.holes, event, MAX_GAPS)
        break
      case 'openInterest':
        this.openInterest = event.size
        break
    }
    this.price = this.builder.mark ?? this.price
    const time = event.kind === 'bar' ? event.exchangeTime + event.intervalMs : event.exchangeTime
    if (this.newest === undefined || time > this.newest) this.newest = time
  }

  takePatch(): Update | undefined {
    const { bars, forcedOrders, gaps, changed } = this.fresh
    if (!changed) return undefined
    this.fresh = nothing()
    const patch = this.builder.takePatch()
    const head = this.head('patch')
    if (!head) return undefined
    const map = patch?.map
    return {
      ...head,
      ...(map && {
        map: map.whole ? mapSlice(map.current) : mapSlice(map.current, map.from, map.to),
        ...mapFacts(map.current),
      }),
      ...this.marketFacts([...bars.map(closedBar), ...this.barsClosedWith(patch?.columns ?? [])]),
      ...(patch && patch.columns.length > 0 && { columns: patch.columns.map(columnSlice) }),
      ...(forcedOrders.length > 0 && { forcedOrders: forcedOrders.map((order) => this.forcedOrder(order)) }),
      ...(gaps.length > 0 && { gaps: gaps.map(gapJson) }),
    }
  }

  snapshot(): Update | undefined {
    const head = this.head('snapshot')
    if (!head) return undefined
    const map = this.map()
    return {
      ...head,
      ...(map && { map: mapSlice(map), ...mapFacts(map) }),
      ...this.marketFacts([]),
      forcedOrders: this.forced.slice(-SNAPSHOT_FORCED_ORDERS).map((order) => this.forcedOrder(order)),
      gaps: this.holes.slice(-SNAPSHOT_GAPS).map(gapJson),
    }
  }

  map(): LiquidationMap | undefined {
    return this.builder.map()
  }

  /** Columns of `intervalMs`; where only narrower ones are kept, the last of each closed interval: the map at its end. */
  columns(intervalMs: number, from: number, to: number): HeatmapColumn[] {
    return widened(this.builder.columns(intervalMs, from, to), intervalMs, this.newest ?? 0)
  }

  bars(intervalMs: number, from: number, to: number): BarJson[] {
    return this.store.range(intervalMs, from, to, this.builder.currentBar)
  }

  forcedOrders(from: number, to: number): ForcedOrderJson[] {
    return this.forced
      .filter(({ exchangeTime }) => exchangeTime >= from && exchangeTime < to)
      .map((order) => this.forcedOrder(order))
  }

  /** An order of this market, as it is shown. */
  forcedOrder(order: LiquidationOrder): ForcedOrderJson {
    return forcedOrderJson(order, forcedTrigger(order, this.instrument, this.builder.schedule))
  }

  gaps(from: number, to: number): GapJson[] {
    return this.holes.filter((gap) => gap.from < to && gap.to > from).map(gapJson)
  }

  get at(): number | undefined {
    return this.newest
  }

  get book(): OrderBook | undefined {
    return this.newestBook
  }

  get finestInterval(): number {
    return this.store.last?.intervalMs ?? MINUTE_MS
  }

  facts(): MarketFacts {
    const price = this.price ?? null
    const dayAgo = this.newest === undefined ? undefined : this.store.closeAt(this.newest - DAY_MS, HOUR_MS)
    return {
      price,
      change24h: price === null || dayAgo === undefined ? null : price / dayAgo - 1,
      openInterestNotional: this.openInterest === undefined || price === null ? null : this.openInterest * price,
      fundingRate: this.funding?.rate ?? null,
      nextFundingTime: this.funding?.nextTime ?? null,
      from: this.store.from ?? null,
      to: this.newest ?? null,
      coverage: this.store.coverage ?? null,
    }
  }

  /** How right its maps were; undefined until there is a score. */
  get score(): MarketScore | undefined {
    return this.scoring
  }

  /** Begins to score. Bars that closed before say where price has been, and nothing of what was forced then. */
  beginScore(score: MarketScore): void {
    const { from = 0, last } = this.store
    const end = last === undefined ? 0 : last.exchangeTime + last.intervalMs
    for (const bar of this.store.range(this.finestInterval, Math.max(from, end - DAY_MS), end))
      score.past({
        time: bar.openTime,
        intervalMs: this.finestInterval,
        open: bar.open,
        high: bar.high,
        low: bar.low,
        close: bar.close,
        size: bar.openInterest ?? 0,
      })
    this.scoring = score
  }

  private closeBar(bar: Bar): void {
    this.store.add(bar)
    this.scoring?.closed({
      bar,
      swept: this.builder.lastSwept ?? bar,
      size: this.builder.estimator.referenceSize,
      map: () => this.map(),
    })
    pushBounded(this.fresh.bars, bar, MAX_PATCH_BARS)
  }

  private head(type: 'snapshot' | 'patch') {
    const { newest, price, instrument } = this
    if (newest === undefined || price === undefined) return undefined
    return { type, market: instrument.id, simulated: instrument.simulated, at: newest, price }
  }

  /** The wider bars that closed together with their columns: a chart of half hours need not sum minutes it never saw. */
  private barsClosedWith(columns: readonly HeatmapColumn[]): UpdateBar[] {
    return columns
      .filter(({ intervalMs }) => intervalMs > this.finestInterval)
      .flatMap(({ openTime, intervalMs }) =>
        this.store
          .range(intervalMs, openTime, openTime + intervalMs)
          .map((bar) => ({ ...bar, intervalMs, closed: true })),
      )
  }

  private marketFacts(closed: readonly UpdateBar[]): Pick<Update, 'bars' | 'fundingRate' | 'nextFundingTime'> {
    const open = this.builder.currentBar
    const bars = [...closed, ...(open ? [{ ...closedBar(open), closed: false }] : [])]
    return {
      ...(bars.length > 0 && { bars }),
      ...(this.funding && { fundingRate: this.funding.rate }),
      ...(this.funding?.nextTime !== undefined && { nextFundingTime: this.funding.nextTime }),
    }
  }
}

function closedBar(bar: Bar): UpdateBar {
  return { ...barJson(bar), intervalMs: bar.intervalMs, closed: true }
}

function nothing() {
  return { bars: [] as Bar[], forcedOrders: [] as LiquidationOrder[], gaps: [] as Gap[], changed: false }
}
