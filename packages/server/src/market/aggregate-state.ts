import {
  aggregateColumns,
  aggregateMaps,
  changedBins,
  type HeatmapColumn,
  HeatmapHistory,
  type LiquidationMap,
  type MapPart,
  weightOfAge,
} from '@liqscope/engine'
import {
  type Gap,
  type Instrument,
  type LiquidationOrder,
  type MarketEvent,
  type OrderBook,
  tradedOn,
} from '@liqscope/market'
import type { BarJson, ForcedOrderJson, GapJson } from '@liqscope/protocol'
import { sumBars } from './aggregate-bars.ts'
import { sumBooks } from './aggregate-book.ts'
import { widened } from './column-width.ts'
import type { Market, MarketFacts, Update } from './market.ts'
import type { MarketState } from './market-state.ts'
import { columnSlice, forcedOrderJson, gapJson, mapFacts, mapSlice, pushBounded } from './slice.ts'

const MINUTE_MS = 60_000
/** A minute's column is drawn this long after its end, exchange time: by then every venue that is not late has closed it. */
const GRACE_MS = 3_000
/** Fractions of the mark: one step inside the members' own windows, so that every bin has all of them. */
const WINDOW = 0.19
/** Forced orders and gaps kept for the next patch when nobody takes it. */
const MAX_WAITING = 5_000
const SNAPSHOT_FORCED_ORDERS = 200
const SNAPSHOT_GAPS = 200
const DAY_MS = 86_400_000

/**
 * One coin over several venues: the sum of their maps on the common grid, in USD, each moved by its own basis onto the
 * reference mark. What a caller may rely on:
 *
 * - A venue whose data are late fades out of the sum within a minute, with its share named; it never stands still in it.
 * - The reference is the first venue, in the order of listing, that is not late. Bars are its prices (where it has none,
 *   the next one's) with the volumes, open interest and forced orders of all.
 * - A column drawn live is kept as it was drawn. Columns from before the venues were live are summed from theirs.
 * - Simulated and real markets are never members of the same sum.
 * - A sum of chosen venues is one like it: nothing of the others is in any of its numbers.
 */
export class AggregateState implements Market {
  private readonly live = new HeatmapHistory()
  /** End of the last minute whose column was drawn live, epoch ms; undefined while no member is live. */
  private drawnTo: number | undefined
  private current: { readonly key: string; readonly map: LiquidationMap | undefined } | undefined
  private sent: LiquidationMap | undefined
  /** Open time of the oldest bar that the next patch has to carry. */
  private barsFrom: number | undefined
  private fresh = nothing()

  constructor(
    readonly instrument: Instrument,
    private readonly members: () => readonly MarketState[],
  ) {}

  /** True once a member's history is folded. */
  get isLive(): boolean {
    return this.drawnTo !== undefined
  }

  /** An event of a member, after the member folded it. */
  note(event: MarketEvent): void {
    if (event.kind === 'orderBook') return
    this.fresh.changed = true
    if (event.kind === 'marginTable') return
    if (event.kind === 'liquidationOrder') pushBounded(this.fresh.forcedOrders, event, MAX_WAITING)
    if (event.kind === 'gap') pushBounded(this.fresh.gaps, event, MAX_WAITING)
    if (this.drawnTo !== undefined && event.exchangeTime >= this.drawnTo + MINUTE_MS + GRACE_MS) this.closeMinute()
  }

  /** A member's history is folded: from here on columns are drawn as minutes end. */
  wentLive(): void {
    if (this.drawnTo !== undefined || this.at === undefined) return
    this.drawnTo = Math.floor(this.at / MINUTE_MS) * MINUTE_MS
  }

  get at(): number | undefined {
    return this.members().reduce<number | undefined>(
      (newest, { at }) => (at === undefined ? newest : Math.max(newest ?? at, at)),
      undefined,
    )
  }

  get finestInterval(): number {
    return Math.max(MINUTE_MS, ...this.members().map(({ finestInterval }) => finestInterval))
  }

  map(): LiquidationMap | undefined {
    const parts = this.parts()
    const key = parts.map(({ state, weight }) => `${state.instrument.id} ${state.version} ${weight}`).join()
    if (this.current?.key !== key) this.current = { key, map: this.sum(parts) }
    return this.current.map
  }

  get book(): OrderBook | undefined {
    const parts = this.parts()
    const reference = parts.find(({ weight }) => weight === 1)?.map.price
    if (reference === undefined) return undefined
    const live = parts.filter(({ weight }) => weight === 1)
    return sumBooks(
      live.map(({ state, map }) => ({ book: state.book, basis: Math.log(map.price / reference) })),
      this.instrument.id,
    )
  }

  takePatch(): Update | undefined {
    if (!this.fresh.changed) return undefined
    const { forcedOrders, gaps } = this.fresh
    this.fresh = nothing()
    const map = this.map()
    const head = this.head('patch', map)
    if (map === undefined || head === undefined) return undefined
    const change = changedBins(this.sent, map)
    this.sent = map
    const columns = this.live.takeFresh()
    return {
      ...head,
      ...(change && {
        map: change.whole ? mapSlice(map) : mapSlice(map, change.from, change.to),
        ...mapFacts(map),
      }),
      ...this.barFacts(columns),
      ...(columns.length > 0 && { columns: columns.map(columnSlice) }),
      ...(forcedOrders.length > 0 && { forcedOrders: this.shown(forcedOrders) }),
      ...(gaps.length > 0 && { gaps: gaps.map(namedGap) }),
    }
  }

  snapshot(): Update | undefined {
    const map = this.map()
    const head = this.head('snapshot', map)
    if (map === undefined || head === undefined) return undefined
    const { from, at } = { from: head.at - DAY_MS, at: head.at + 1 }
    return {
      ...head,
      map: mapSlice(map),
      ...mapFacts(map),
      ...this.barFacts([]),
      forcedOrders: this.forcedOrders(from, at).slice(-SNAPSHOT_FORCED_ORDERS),
      gaps: this.gaps(from, at).slice(-SNAPSHOT_GAPS),
    }
  }

  columns(intervalMs: number, from: number, to: number): HeatmapColumn[] {
    const drawn = widened(this.live.columns(intervalMs, from, to), intervalMs, this.at ?? 0)
    const firstDrawn = drawn[0]?.openTime ?? Number.POSITIVE_INFINITY
    const earlier = new Map<number, HeatmapColumn[]>()
    for (const member of this.members())
      for (const column of member.columns(intervalMs, from, Math.min(to, firstDrawn))) {
        const group = earlier.get(column.openTime)
        if (group) group.push(column)
        else earlier.set(column.openTime, [column])
      }
    const summed = [...earlier].toSorted(([a], [b]) => a - b).map(([, columns]) => aggregateColumns(columns))
    return [...summed.filter(({ openTime }) => openTime < firstDrawn), ...drawn]
  }

  bars(intervalMs: number, from: number, to: number): BarJson[] {
    return sumBars(this.members().map((member) => member.bars(intervalMs, from, to)))
  }

  /** Orders as the members they belong to show them. */
  private shown(orders: readonly LiquidationOrder[]): ForcedOrderJson[] {
    const members = new Map(this.members().map((member) => [member.instrument.id, member]))
    return orders.map((order) => members.get(order.instrument)?.forcedOrder(order) ?? forcedOrderJson(order))
  }

  forcedOrders(from: number, to: number): ForcedOrderJson[] {
    return this.members()
      .flatMap((member) => member.forcedOrders(from, to))
      .toSorted((a, b) => a.time - b.time)
  }

  gaps(from: number, to: number): GapJson[] {
    return this.members()
      .flatMap((member) =>
        member.gaps(from, to).map((gap) => ({ ...gap, reason: named(member.instrument, gap.reason) })),
      )
      .toSorted((a, b) => a.from - b.from)
  }

  facts(): MarketFacts {
    const all = this.members().map((member) => ({ ...member.facts(), at: member.at }))
    const [reference] = this.parts().filter(({ weight }) => weight === 1)
    const lead = reference?.state.facts() ?? all.find(({ price }) => price !== null)
    const sizes = all.map(({ openInterestNotional }) => openInterestNotional ?? 0)
    const size = sizes.reduce((sum, value) => sum + value, 0)
    const weighted = (of: (facts: MarketFacts) => number | null) => {
      const known = all.filter((facts) => of(facts) !== null)
      const weights = known.map(({ openInterestNotional }) => openInterestNotional ?? 0)
      const total = weights.reduce((sum, value) => sum + value, 0)
      return total > 0 ? known.reduce((sum, facts, i) => sum + (of(facts) ?? 0) * weights[i]!, 0) / total : null
    }
    const starts = all.flatMap(({ from }) => (from === null ? [] : [from]))
    return {
      price: lead?.price ?? null,
      change24h: lead?.change24h ?? null,
      openInterestNotional: size > 0 ? size : null,
      fundingRate: weighted(({ fundingRate }) => fundingRate),
      nextFundingTime: lead?.nextFundingTime ?? null,
      from: starts.length > 0 ? Math.min(...starts) : null,
      to: this.at ?? null,
      coverage: weighted(({ coverage }) => coverage),
    }
  }

  /** Members that have a map, and how much of each counts now. */
  private parts(): { readonly state: MarketState; readonly map: LiquidationMap; readonly weight: number }[] {
    const { at } = this
    if (at === undefined) return []
    return this.members().flatMap((state) => {
      const map = state.map()
      return map === undefined || state.at === undefined ? [] : [{ state, map, weight: weightOfAge(at - state.at) }]
    })
  }

  private sum(parts: readonly MapPart[]): LiquidationMap | undefined {
    const reference = parts.find(({ weight }) => weight === 1)?.map.price
    if (reference === undefined) return undefined
    return aggregateMaps(parts, { market: this.instrument.id, reference, below: WINDOW, above: WINDOW })
  }

  /** Draws the column of the last minute that ended. Minutes without any event have none: that is a gap. */
  private closeMinute(): void {
    const end = Math.floor(((this.at ?? 0) - GRACE_MS) / MINUTE_MS) * MINUTE_MS
    if (!(end > (this.drawnTo ?? Number.POSITIVE_INFINITY))) return
    this.drawnTo = end
    const map = this.map()
    if (map === undefined) return
    const values = Float32Array.from(map.long, (long, i) => long + map.short[i]!)
    this.live.close(end, MINUTE_MS, () => ({ price: map.price, step: map.step, firstBin: map.firstBin, values }))
  }

  private head(type: 'snapshot' | 'patch', map: LiquidationMap | undefined) {
    const { at, instrument } = this
    if (at === undefined || map === undefined) return undefined
    return { type, market: instrument.id, simulated: instrument.simulated, at, price: map.price }
  }

  /** Bars since the last patch, the one in progress last, and those of wider columns that closed. */
  private barFacts(columns: readonly HeatmapColumn[]): Pick<Update, 'bars' | 'fundingRate'> {
    const { at, finestInterval } = this
    if (at === undefined) return {}
    const inProgress = Math.floor(at / finestInterval) * finestInterval
    const from = this.barsFrom ?? inProgress
    const bars = this.bars(finestInterval, from, at + 1)
    this.barsFrom = Math.floor((at - GRACE_MS) / finestInterval) * finestInterval
    const wider = columns
      .filter(({ intervalMs }) => intervalMs > finestInterval)
      .flatMap(({ openTime, intervalMs }) =>
        this.bars(intervalMs, openTime, openTime + intervalMs).map((bar) => ({ ...bar, intervalMs, closed: true })),
      )
    const closed = (bar: BarJson) => bar.openTime < inProgress
    const own = bars.map((bar) => ({ ...bar, intervalMs: finestInterval, closed: closed(bar) }))
    const all = [...own.filter(closed), ...wider, ...own.filter((bar) => !closed(bar))]
    const { fundingRate } = this.facts()
    return { ...(all.length > 0 && { bars: all }), ...(fundingRate !== null && { fundingRate }) }
  }
}

function nothing() {
  return { forcedOrders: [] as LiquidationOrder[], gaps: [] as Gap[], changed: false }
}

function namedGap(gap: Gap): GapJson {
  const [venue = ''] = gap.instrument.split(':')
  return { ...gapJson(gap), reason: `${venue}: ${gap.reason}` }
}

function named(instrument: Instrument, reason: string): string {
  return `${tradedOn(instrument)}: ${reason}`
}
