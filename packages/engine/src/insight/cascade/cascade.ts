import type { PositionSide } from '@liqscope/market'
import type { LiquidationMap } from '../../map/liquidation-map.ts'
import { type Answer, noSignal, type Refusal, refused } from '../answer.ts'
import { type DayScale, type Depth, depthOf } from '../liquidity.ts'
import { bookFault, type MarketView, mapFault } from '../market-view.ts'
import { type Chain, type ChainRules, type ForcedSupply, runChain } from './chain.ts'
import { drawEnsemble, type Quantiles, quantilesOf } from './ensemble.ts'

/** Part of consumed depth that is back after three seconds, and how much depth varies: measured (docs/insight.md). */
const REFILL = 0.4
/** Forced orders of high leverage are limited this far beyond their trigger (ln price): the usual maintenance rate. */
const BANKRUPTCY_DISTANCE = 0.004
const DEPTH_SPREAD = 0.53
/**
 * How far off what a sudden move forces is from what the map says, as a standard deviation of ln, root mean square on
 * simulated shocks of seeds 1-10 (docs/insight.md): the map expects what a usual sweep forces, of positions that had time
 * to leave, and starting weights are another market's.
 */
const AMOUNT_SPREAD = { fitted: 0.87, prior: 1.64 } as const
/** 90 % of a normal distribution lie below so many deviations. */
const NINETY = 1.2816
const DEFAULT_DRAWS = 1000
const MOST_DRAWS = 10_000
/** A trigger farther than this part of the way to the map's edge leaves no map to run through. */
const FARTHEST_TRIGGER = 0.9
/** Density is compared with depth over this many bins (25 bp): a single bin is mostly noise. */
const TIPPING_BINS = 5
const MOST_TIPPING_ZONES = 5
/** Bins that a picture of a short chain still shows, 1.2 %: what would have come next. */
const LEAST_BINS_SHOWN = 24
/** Without a question: the strongest cluster within this distance of the mark. */
const DEFAULT_WITHIN = 0.05

export interface CascadeQuestion {
  /** Price that the market is assumed to move to at once. Below the mark longs are forced, above it shorts. */
  readonly to?: number | undefined
  /** USD sold (or, upward, bought) at market on top. */
  readonly shock?: number | undefined
  /** Where only a shock is given: the side whose positions it may force. */
  readonly side?: PositionSide | undefined
  /** `book`: the measured book, and what the square-root law adds beyond it. `law`: the law alone, asked for by name. */
  readonly liquidity?: 'book' | 'law' | undefined
  readonly refill?: number | undefined
  readonly partialShare?: number | undefined
  /** Default 1000. */
  readonly draws?: number | undefined
  readonly seed?: number | undefined
}

export interface CascadeRound {
  readonly price: number
  readonly sold: number
  readonly insured: number
  readonly triggered: number
}

/** One bin along the way, for a picture: the forced volume, the depth and what was waiting when price passed. */
export interface CascadeBin {
  readonly price: number
  readonly forced: number // ESTIMATED, USD
  readonly depth: number // USD
  readonly observed: boolean // the depth is the book's, not the law's
  readonly waiting: number // scenario, USD
}

/** A stretch where more is forced per bin than rests there: a chain that enters it feeds itself. */
export interface TippingZone {
  readonly from: number // price, the nearer
  readonly to: number
  /** Highest forced over depth within it. */
  readonly ratio: number
}

/** A scenario, not a forecast: what would follow IF price went there. */
export interface Cascade {
  readonly market: string
  readonly at: number // epoch ms
  readonly price: number // the mark
  readonly side: PositionSide // the positions that are forced
  readonly trigger: number // price at which the chain begins
  readonly shock: number // USD
  /** ESTIMATED USD that the move to the trigger forces by itself. */
  readonly onTheWay: number
  /** Price where the expected path ends, and the 10, 50 and 90 % of drawn paths. */
  readonly end: number
  readonly endBand: Quantiles
  /** USD forced in all, on the way included, along the expected path and over drawn paths. */
  readonly forced: number
  readonly forcedBand: Quantiles
  readonly insured: number
  /** Rounds of forced orders: a duration in steps, as nobody knows the seconds. */
  readonly rounds: readonly CascadeRound[]
  readonly roundsBand: Quantiles
  /** All that is sold or insured over what started it, 1 / (1 - n), with n the part the chain itself brings. */
  readonly multiplier: number
  readonly multiplierBand: Quantiles
  /** Part of drawn paths that left the map: their end is farther than said. */
  readonly ranOut: number
  readonly tipping: readonly TippingZone[]
  /** Clusters of that side beyond the trigger, with the part of paths that reach their middle. */
  readonly reached: readonly { readonly id: string; readonly price: number; readonly probability: number }[]
  readonly bins: readonly CascadeBin[]
  readonly basis: {
    readonly liquidity: 'book' | 'law'
    readonly bookAgeMs: number | undefined
    /** USD observed on that side and how far it reaches, a fraction of price. */
    readonly bookNotional: number
    readonly bookReach: number
    readonly lawScale: number
    readonly refill: number
    readonly partialShare: number
    readonly draws: number
    readonly seed: number
    /** Amounts of the map are of what exchanges publish; here they are divided by this part of all that is forced. */
    readonly capture: { readonly factor: number; readonly low: number; readonly high: number }
    readonly notes: readonly string[]
  }
}

/**
 * Runs the scenario through the map and the book, along the expected path and along drawn ones. The move to the trigger
 * is sudden: what it forces is sold after it, and the book is taken as it is now, moved to the trigger with the price
 * (makers requote).
 */
export function simulateCascade(view: MarketView, question: CascadeQuestion = {}): Answer<Cascade> {
  const { map } = view
  const scenario = scenarioOf(view, question)
  if ('kind' in scenario) return scenario
  const { side, trigger, shock } = scenario
  if (!map[side].some((value) => value > 0)) return mapFault(view) ?? noSignal('emptyMap', 'The map is empty.')
  const { liquidity = 'book', refill = REFILL, partialShare = 1, draws = DEFAULT_DRAWS, seed = 1 } = question
  const wrong =
    outside('refill', refill, 0, 0.95) ??
    outside('partialShare', partialShare, 0.05, 1) ??
    outside('draws', draws, 1, MOST_DRAWS)
  if (wrong !== undefined) return wrong
  const day = dayScaleOf(view)
  if (day === undefined)
    return noSignal(
      'noVolume',
      'Volume or volatility of the last day is not known: depth beyond the book cannot be told.',
    )
  const bookIs = bookFault(view)
  if (liquidity === 'book' && bookIs !== undefined) return bookIs
  const book = liquidity === 'book' ? view.known?.book : undefined

  const { expected, onTheWay } = forcedBeyond(view, side, trigger)
  const bins = expected.length
  const depth = depthOf(book, side === 'long' ? 'bids' : 'asks', day, {
    step: map.step,
    bins: bins + bankruptcyBins(map.step) + 1,
  })
  const rules: ChainRules = { refill, partialShare, bankruptcyBins: bankruptcyBins(map.step) }
  const supply = expectedSupply(expected)
  const { phi = 0 } = map.spread ?? {}
  const chain = runChain(shock + onTheWay, supply, depth, rules)
  const drawn = drawEnsemble({
    expected,
    amount: { phi, spread: amountSpreadOf(map) },
    shock,
    onTheWay,
    depth,
    rules,
    resilience: { depthSpread: DEPTH_SPREAD },
    draws: Math.round(draws),
    seed,
  })
  const priceAt = (reached: number) => trigger * Math.exp((side === 'long' ? -1 : 1) * reached * map.step)
  const priceBand = quantilesOf(drawn.reached.map(priceAt))
  const started = shock + onTheWay
  const multipliers = drawn.started.map((start, i) =>
    start > 0 ? (start + drawn.forced[i]! - (start - shock)) / start : 1,
  )
  return {
    kind: 'answer',
    market: map.market,
    at: map.at,
    price: map.price,
    side,
    trigger,
    shock,
    onTheWay,
    end: priceAt(chain.reached),
    endBand: priceBand,
    forced: onTheWay + chain.forced,
    forcedBand: quantilesOf(drawn.forced),
    insured: chain.insured,
    rounds: chain.rounds.map(({ reached, sold, insured, triggered }) => ({
      price: priceAt(reached),
      sold,
      insured,
      triggered,
    })),
    roundsBand: quantilesOf(drawn.rounds),
    multiplier: started > 0 ? (started + chain.forced) / started : 1,
    multiplierBand: quantilesOf(multipliers),
    ranOut: drawn.ranOut / drawn.reached.length,
    tipping: tippingZones(expected, depth, priceAt),
    reached: view.clusters
      .filter(
        (cluster) => cluster.side === side && (side === 'long' ? cluster.price < trigger : cluster.price > trigger),
      )
      .map(({ id, price }) => {
        const need = Math.abs(Math.log(price / trigger)) / map.step
        return { id, price, probability: drawn.reached.filter((one) => one >= need).length / drawn.reached.length }
      })
      .sort((a, b) => b.probability - a.probability),
    bins: binsAlong(expected, depth, rules, chain, priceAt),
    basis: {
      liquidity,
      bookAgeMs: book === undefined ? undefined : view.known?.ageMs,
      bookNotional: depth.observed,
      bookReach: depth.reachBins * map.step,
      lawScale: depth.lawScale,
      refill,
      partialShare,
      draws: drawn.reached.length,
      seed,
      capture: captureOf(map),
      notes: notesOf(view, chain, liquidity),
    },
  }
}

/** What the map's amounts stand for; a map that does not say stands for itself. */
function captureOf({ model }: LiquidationMap): {
  readonly factor: number
  readonly low: number
  readonly high: number
} {
  const { factor, low, high } = model.capture ?? { factor: 1, low: 1, high: 1 }
  return { factor, low, high }
}

/** Standard deviation of ln(forced / said): the scenario's own error and what is not known of the part published. */
function amountSpreadOf(map: LiquidationMap): number {
  const { low, high } = captureOf(map)
  return Math.hypot(AMOUNT_SPREAD[map.model.weights], Math.log(high / low) / (2 * NINETY))
}

/** Day's volatility and traded notional, where both are known. */
export function dayScaleOf({ dayVolatility, dayNotional }: MarketView): DayScale | undefined {
  return dayVolatility === undefined || dayNotional === undefined
    ? undefined
    : { volatility: dayVolatility, notional: dayNotional }
}

function bankruptcyBins(step: number): number {
  return Math.round(BANKRUPTCY_DISTANCE / step)
}

function outside(field: string, value: number, least: number, most: number): Refusal | undefined {
  return value >= least && value <= most ? undefined : refused(field, `${field} must be from ${least} to ${most}.`)
}

interface Scenario {
  readonly side: PositionSide
  readonly trigger: number
  readonly shock: number
}

function scenarioOf(view: MarketView, { to, shock, side }: CascadeQuestion): Scenario | Answer<Cascade> {
  const { map, clusters } = view
  if (shock !== undefined && !(shock >= 0 && shock < Number.POSITIVE_INFINITY))
    return refused('shock', 'The shock must be an amount in USD of 0 or more.')
  if (to !== undefined) {
    if (!(to > 0 && to < Number.POSITIVE_INFINITY))
      return refused('to', 'The price to fall or rise to must be a number above 0.')
    if (to === map.price)
      return refused('to', 'The price to fall or rise to is the mark itself: give one below or above it.')
    const edge = to < map.price ? lowEdge(view) : highEdge(view)
    if (Math.abs(Math.log(to / map.price)) > FARTHEST_TRIGGER * Math.abs(Math.log(edge / map.price)))
      return refused(
        'to',
        `The map reaches from ${digits(lowEdge(view))} to ${digits(highEdge(view))}: give a price well within it.`,
      )
    const forcedSide = to < map.price ? 'long' : 'short'
    if (side !== undefined && side !== forcedSide)
      return refused('side', `A move to ${digits(to)} forces ${forcedSide}s, not ${side}s.`)
    return { side: forcedSide, trigger: to, shock: shock ?? 0 }
  }
  if (shock !== undefined && shock > 0) {
    if (side === undefined)
      return refused('side', 'Say which side the shock forces: long (it sells) or short (it buys).')
    return { side, trigger: map.price, shock }
  }
  const near = clusters.filter(
    (cluster) => Math.abs(cluster.distance) <= DEFAULT_WITHIN && (side === undefined || cluster.side === side),
  )
  const [strongest] = near.toSorted((a, b) => b.notional - a.notional)
  if (strongest === undefined)
    return noSignal('noCluster', 'No cluster lies within 5 % of the price; say where price should go or what is sold.')
  const edge = strongest.side === 'long' ? strongest.high : strongest.low
  return {
    side: strongest.side,
    trigger: Math.abs(Math.log(edge / map.price)) > map.step ? edge : strongest.price,
    shock: 0,
  }
}

function digits(price: number): string {
  return String(Number(price.toPrecision(6)))
}

function lowEdge({ map }: MarketView): number {
  return Math.exp(map.firstBin * map.step)
}

function highEdge({ map }: MarketView): number {
  return Math.exp((map.firstBin + map.bins) * map.step)
}

/** Forced USD per bin outward from the trigger, and what lies between the mark and it: all, not the published part. */
function forcedBeyond(
  { map }: MarketView,
  side: PositionSide,
  trigger: number,
): { readonly expected: Float64Array; readonly onTheWay: number } {
  const { factor } = captureOf(map)
  const values = map[side].map((published) => published / factor)
  const at = Math.log(trigger) / map.step - map.firstBin
  // `inward(j)`: cumulated USD of the side from its outer end up to a position within the map.
  const total = values.reduce((sum, value) => sum + value, 0)
  const cumulative = new Float64Array(map.bins + 1)
  for (let i = 0; i < map.bins; i++) cumulative[i + 1] = cumulative[i]! + values[i]!
  const below = (position: number) => {
    const bounded = Math.min(map.bins, Math.max(0, position))
    const i = Math.min(map.bins - 1, Math.floor(bounded))
    return cumulative[i]! + (bounded - i) * values[i]!
  }
  const count = Math.max(0, Math.floor(side === 'long' ? at : map.bins - at))
  const beyond = (j: number) => (side === 'long' ? below(at) - below(at - j) : below(at + j) - below(at))
  const expected = Float64Array.from({ length: count }, (_, j) => Math.max(0, beyond(j + 1) - beyond(j)))
  return { expected, onTheWay: Math.max(0, side === 'long' ? total - below(at) : below(at)) }
}

function expectedSupply(expected: Float64Array): ForcedSupply {
  const cumulative = new Float64Array(expected.length + 1)
  for (let j = 0; j < expected.length; j++) cumulative[j + 1] = cumulative[j]! + expected[j]!
  return {
    bins: expected.length,
    to(bins) {
      const j = Math.min(expected.length, Math.floor(bins))
      return j === expected.length ? cumulative[j]! : cumulative[j]! + (bins - j) * expected[j]!
    },
  }
}

function tippingZones(expected: Float64Array, depth: Depth, priceAt: (bins: number) => number): TippingZone[] {
  const zones: TippingZone[] = []
  let open: { from: number; ratio: number } | undefined
  const close = (to: number) => {
    if (open !== undefined) zones.push({ from: priceAt(open.from), to: priceAt(to), ratio: open.ratio })
    open = undefined
  }
  for (let j = 0; j + TIPPING_BINS <= expected.length; j++) {
    let forced = 0
    for (let i = j; i < j + TIPPING_BINS; i++) forced += expected[i]!
    const resting = depth.cumulative[j + TIPPING_BINS]! - depth.cumulative[j]!
    const ratio = resting > 0 ? forced / resting : Number.POSITIVE_INFINITY
    if (!(ratio >= 1) || !Number.isFinite(ratio)) close(j)
    else open = { from: open?.from ?? j, ratio: Math.max(ratio, open?.ratio ?? 0) }
  }
  close(expected.length)
  return zones.slice(0, MOST_TIPPING_ZONES)
}

/** Bins from the beginning to a little beyond the chain's end. */
function binsAlong(
  expected: Float64Array,
  depth: Depth,
  rules: ChainRules,
  chain: Chain,
  priceAt: (bins: number) => number,
): CascadeBin[] {
  const count = Math.min(expected.length, Math.max(LEAST_BINS_SHOWN, Math.ceil(chain.reached * 1.25) + 4))
  const ends: number[] = []
  let consumed = 0
  for (const { sold } of chain.rounds) {
    consumed = consumed * (1 - rules.refill) + sold
    ends.push(consumed)
  }
  const most = ends.reduce((highest, end) => Math.max(highest, end), 0)
  return Array.from({ length: count }, (_, j) => ({
    price: priceAt(j + 0.5),
    forced: expected[j]!,
    depth: depth.cumulative[j + 1]! - depth.cumulative[j]!,
    observed: j + 1 <= depth.reachBins,
    waiting: Math.max(0, most - depth.cumulative[j + 1]!),
  }))
}

function percents(part: number): string {
  return `${Math.round(100 * part)} %`
}

function notesOf(view: MarketView, chain: Chain, liquidity: 'book' | 'law'): string[] {
  const notes = [
    'The move to the trigger is taken as sudden: what it forces is sold after it, into the book of now moved to the trigger.',
  ]
  if (liquidity === 'law')
    notes.push(
      'No order book was used: depth is what the square-root law of impact implies, which is more than a book shows.',
    )
  if (chain.ranOut) notes.push('The expected path leaves the map: it ends farther than said.')
  const { factor, low, high } = captureOf(view.map)
  if (factor < 1)
    notes.push(
      `The map is of what exchanges publish, about ${percents(factor)} of what is forced (${percents(low)} to ${percents(high)}): amounts here are of all of it.`,
    )
  if (view.map.model.capture === undefined)
    notes.push(
      'The map does not say what part of the forced orders it stands for: amounts are of what exchanges publish.',
    )
  if (view.map.model.weights === 'prior')
    notes.push(
      'The map still has its starting weights: on simulated markets amounts were then off by a factor of 4 to 8.',
    )
  return notes
}
