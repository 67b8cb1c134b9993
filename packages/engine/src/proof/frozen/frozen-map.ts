import type { LiquidationMap } from '../../map/liquidation-map.ts'

/** Digits kept of a figure: a forecast needs no more, and a year of hours must fit into a file. */
const DIGITS = 5

/**
 * A map set down before what it foretells: plain data, whose JSON text is what is hashed. Everything in it was received
 * before `time`.
 */
export interface FrozenMap {
  readonly market: string
  /** Epoch ms, the end of the newest bar in it. */
  readonly time: number
  /** The mark price then. */
  readonly price: number
  readonly model: { readonly name: string; readonly version: string; readonly weights: 'prior' | 'fitted' }
  /** Width of a bin in ln(price). */
  readonly step: number
  readonly firstBin: number
  /** ESTIMATED forced notional if price swept the bin next, USD. */
  readonly long: readonly number[]
  readonly short: readonly number[]
  /** Gamma spread of a sum of bins: variance phi * mu + kappa * mu^2, phi in USD. */
  readonly spread: { readonly phi: number; readonly kappa: number }
  /** What the freshness rivals said at the same time; absent before they had anything to learn from. */
  readonly rivals?: FrozenRivals
}

/** Rates of range, beyond 1, 4 and 24 hours, and the leg; per base unit of `size`. */
export interface FrozenRivals {
  /** That stood for open interest, base units. */
  readonly size: number
  readonly freshness: readonly number[]
  readonly freshnessLeg: readonly number[]
  /** Trailing extremes as each side counts, ln(price) or -ln(price); null while a window was not seen whole. */
  readonly extremes: { readonly long: readonly (number | null)[]; readonly short: readonly (number | null)[] }
}

/**
 * Sets down a map as it is, but for the mark's own bin: a drawn map gives it to one side, as far as it lies beyond the
 * mark. A sweep begins within it, so here both sides have it whole: one what was drawn of it, brought to a whole bin,
 * the other as much as in its next bin.
 */
export function freezeMap(map: LiquidationMap, time: number, rivals: FrozenRivals | undefined): FrozenMap {
  const { name, version, weights } = map.model
  const position = Math.log(map.price) / map.step - map.firstBin
  const bin = Math.floor(position)
  const above = bin + 1 - position
  const long = Array.from(map.long)
  const short = Array.from(map.short)
  if (bin >= 1 && bin < map.bins - 1) {
    long[bin] = above < 0.5 ? long[bin]! / (1 - above) : long[bin - 1]!
    short[bin] = above > 0.5 ? short[bin]! / above : short[bin + 1]!
  }
  return {
    market: map.market,
    time,
    price: map.price,
    model: { name, version, weights },
    step: map.step,
    firstBin: map.firstBin,
    long: long.map(kept),
    short: short.map(kept),
    spread: { phi: kept(map.spread?.phi ?? 0), kappa: kept(map.spread?.kappa ?? 1) },
    ...(rivals === undefined ? {} : { rivals }),
  }
}

/** What the map expects of a sweep of one side from `from` to `to`, ln(price) as that side counts, from <= to. USD. */
export function expectedOf(map: FrozenMap, side: 'long' | 'short', from: number, to: number): number {
  const { step, firstBin } = map
  const bins = map[side]
  const low = (side === 'short' ? from : -to) / step - firstBin
  const high = (side === 'short' ? to : -from) / step - firstBin
  let sum = 0
  for (let bin = Math.max(0, Math.floor(low)); bin < high && bin < bins.length; bin++)
    sum += bins[bin]! * (Math.min(high, bin + 1) - Math.max(low, bin))
  return sum
}

/** The same of the freshness rival with these rates, without a leg; USD at the frozen price. */
export function freshnessExpects(
  { price, rivals }: FrozenMap,
  rates: readonly number[],
  side: 'long' | 'short',
  from: number,
  to: number,
): number {
  if (rivals === undefined) return 0
  let stretch = rates[0]! * (to - from)
  rivals.extremes[side].forEach((extreme, w) => {
    if (extreme !== null) stretch += rates[w + 1]! * Math.max(0, to - Math.max(from, extreme))
  })
  return stretch * rivals.size * price
}

function kept(value: number): number {
  return Number(value.toPrecision(DIGITS))
}
