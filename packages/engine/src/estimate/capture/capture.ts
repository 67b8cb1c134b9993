import { CAPTURE_WINDOWS, type CaptureShare, type FeedKind } from './capture-count.ts'

/** The part of what is forced that a venue's feed shows, with a 10-90 % band. */
export interface Capture {
  /** In (0, 1]: published size = factor x forced size, in the long run. */
  readonly factor: number
  readonly low: number
  readonly high: number
  /** `complete`: the feed shows all. `assumed`: nothing was measured. `learned`: from complete feeds, thinned alike. */
  readonly source: 'complete' | 'assumed' | 'learned'
}

/** Feeds that show at most about one forced order a second, and feeds that show all, by venue. */
const FEEDS: Readonly<Record<string, FeedKind>> = {
  binance: 'sampled',
  okx: 'sampled',
  bitget: 'sampled',
  sim: 'sampled',
  bybit: 'complete',
  gate: 'complete',
  hyperliquid: 'complete',
}

const ALL: Capture = { factor: 1, low: 1, high: 1, source: 'complete' }
/**
 * Before anything was measured: half, somewhere between a quarter and nearly all. In recorded days of March 2026 the
 * sampled feed of the largest venue showed 24-29 % of what three venues published together, less than its part of their
 * open interest; the simulator's own sampling shows 0.76 to 0.93.
 */
const ASSUMED: Capture = { factor: 0.5, low: 0.25, high: 0.9, source: 'assumed' }
/** Hours with forced orders before the measured factor takes over. */
const FEWEST_HOURS = 20
/** Relative deviation between venues that thinning cannot know: other sizes of orders, other rules. Assumed. */
const BETWEEN_VENUES = 0.15
/** 10 and 90 % of a normal distribution. */
const TENTH = 1.2816

/** How a venue's feed shows forced orders; unknown venues count as sampled. */
export function feedKindOf(venue: string): FeedKind {
  return FEEDS[venue] ?? 'sampled'
}

/**
 * The capture factor of a venue, from what complete feeds would have shown had they been sampled. Each is read at the
 * window that makes it as crowded as the market in question: a market of a quarter of the open interest, seen through
 * four seconds, has as many orders in a window. Ratio of sums over hours, with the variance of a ratio estimator
 * (Cochran, Sampling Techniques, 1977, eq. 2.45).
 */
export function captureOf(venue: string, shares: readonly CaptureShare[], openInterest?: number): Capture {
  if (feedKindOf(venue) === 'complete') return ALL
  let total = 0
  let shown = 0
  let residual = 0
  let hours = 0
  for (const share of shares) {
    if (!(share.total > 0)) continue
    const crowd = openInterest !== undefined && share.openInterest ? openInterest / share.openInterest : 1
    const i = nearestWindow(crowd)
    const factor = share.shown[i]! / share.total
    total += share.total
    shown += share.shown[i]!
    residual += Math.max(0, share.shownSquares[i]! - 2 * factor * share.products[i]! + factor ** 2 * share.totalSquares)
    hours += share.hours
  }
  if (!(hours >= FEWEST_HOURS && shown > 0)) return ASSUMED
  const factor = Math.min(1, shown / total)
  const deviation = Math.hypot(Math.sqrt(residual) / total, BETWEEN_VENUES * Math.min(factor, 2 * (1 - factor)))
  return {
    factor,
    low: Math.max(0.01, factor - TENTH * deviation),
    high: Math.min(1, factor + TENTH * deviation),
    source: 'learned',
  }
}

function nearestWindow(part: number): number {
  const off = (window: number) => Math.abs(Math.log(window / Math.max(part, Number.MIN_VALUE)))
  return CAPTURE_WINDOWS.reduce((best, window, i) => (off(window) < off(CAPTURE_WINDOWS[best]!) ? i : best), 0)
}

/** In words, for the model note of a map. */
export function captureNote({ factor, low, high, source }: Capture): string {
  if (source === 'complete') return 'USD are all that is forced: the exchange publishes every forced order.'
  const times = (part: number) => (1 / part).toFixed(1)
  const how = source === 'learned' ? 'measured by thinning complete feeds alike' : 'assumed, nothing was measured yet'
  return `USD are what the exchange publishes of forced orders, at most about one a second: all that is forced is about ${times(factor)} times as much (${times(high)} to ${times(low)}; ${how}).`
}
