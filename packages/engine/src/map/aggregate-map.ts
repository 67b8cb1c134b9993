import type { InstrumentId } from '@liqscope/market'
import { type Grid, shiftOf } from './basis-shift.ts'
import { LEVERAGE_GROUPS, type LiquidationMap, type MapShare, type ModelNote } from './liquidation-map.ts'
import { windowBins } from './map-window.ts'

/** One venue's map on its way into a sum. */
export interface MapPart {
  readonly map: LiquidationMap
  /** 1: in full. Less: it fades because it is late. 0: left out of the sum, still named in its shares. */
  readonly weight: number
}

export interface AggregateOptions {
  readonly market: InstrumentId
  /** The mark that the sum is drawn around, quote per base. Every part's own mark is moved onto it. */
  readonly reference: number
  /** Fractions of the reference. */
  readonly below: number
  readonly above: number
}

const SIDES = ['long', 'short'] as const
const BOUNDS = { long: ['longLow', 'longHigh'], short: ['shortLow', 'shortHigh'] } as const

/**
 * The sum of several venues' maps of one coin, USD per bin of the common grid. Each part is moved by its own basis,
 * ln(reference / its mark), so that what lies 1 % from its mark lies 1 % from the reference; a bin that falls between
 * two is shared by both in proportion, and nothing crosses the mark. Mass is conserved: the sum over bins of a side is
 * the weighted sum of the parts' (those bins that fall outside the window apart).
 *
 * Bounds are added: the venues are taken as moving together, because one price moves them all. That can only make the
 * band wider. Pure: the same parts give the same bytes, in any order of parts but for the order of `shares`.
 *
 * @throws {RangeError} without parts, or when parts are of different grids.
 */
export function aggregateMaps(parts: readonly MapPart[], options: AggregateOptions): LiquidationMap {
  const { reference, market } = options
  const first = parts[0]?.map
  if (first === undefined) throw new RangeError('a sum of maps needs at least one')
  const { step } = first
  if (parts.some(({ map }) => map.step !== step)) throw new RangeError('maps of different grids cannot be added')
  const { firstBin, bins } = windowBins(reference, options)
  const sum = {
    long: new Float64Array(bins),
    short: new Float64Array(bins),
    longLow: new Float64Array(bins),
    longHigh: new Float64Array(bins),
    shortLow: new Float64Array(bins),
    shortHigh: new Float64Array(bins),
    byLeverage: new Float64Array(LEVERAGE_GROUPS.length * bins),
    byVenue: new Float64Array(parts.length * bins),
  }
  const grid: Grid = { firstBin, bins, step, price: reference }
  parts.forEach(({ map, weight }, index) => {
    const venue = sum.byVenue.subarray(index * bins, (index + 1) * bins)
    for (const side of SIDES) {
      const move = shiftOf(map, side, grid)
      move(map[side], weight, sum[side])
      move(map[side], weight, venue)
      for (const bound of BOUNDS[side]) move(map[bound], weight, sum[bound])
      for (let group = 0; group < LEVERAGE_GROUPS.length; group++) {
        const source = map.byLeverage.subarray(group * map.bins, (group + 1) * map.bins)
        move(source, weight, sum.byLeverage.subarray(group * bins, (group + 1) * bins), map[side])
      }
    }
  })
  const openInterest = openInterestOf(parts, reference)
  const spread = spreadOf(parts)
  const hourVolatility = parts.find(({ map, weight }) => weight > 0 && map.hourVolatility !== undefined)?.map
    .hourVolatility
  return {
    kind: 'liquidationMap',
    market,
    at: parts.reduce((newest, { map, weight }) => (weight > 0 ? Math.max(newest, map.at) : newest), first.at),
    price: reference,
    step,
    firstBin,
    bins,
    ...sum,
    ...(spread === undefined ? {} : { spread }),
    ...(hourVolatility === undefined ? {} : { hourVolatility }),
    ...(openInterest === undefined ? {} : { openInterest }),
    shares: sharesOf(parts, reference),
    model: modelOf(parts),
  }
}

function openInterestOf(parts: readonly MapPart[], reference: number): LiquidationMap['openInterest'] {
  const known = parts.filter(({ map, weight }) => weight > 0 && map.openInterest !== undefined)
  if (known.length === 0) return undefined
  const size = known.reduce((total, { map, weight }) => total + weight * map.openInterest!.size, 0)
  return { size, notional: size * reference }
}

/** Variances of parts that move together: standard deviations add, so the root of kappa is weighted by mass. */
function spreadOf(parts: readonly MapPart[]): LiquidationMap['spread'] {
  const used = parts.filter(({ weight }) => weight > 0)
  if (used.some(({ map }) => map.spread === undefined)) return undefined
  const masses = used.map(({ map, weight }) => weight * (total(map.long) + total(map.short)))
  const mass = masses.reduce((sum, value) => sum + value, 0)
  if (!(mass > 0)) return undefined
  const mean = (of: (spread: { phi: number; kappa: number }) => number) =>
    used.reduce((sum, { map }, i) => sum + of(map.spread!) * masses[i]!, 0) / mass
  return { phi: mean(({ phi }) => phi), kappa: mean(({ kappa }) => Math.sqrt(kappa)) ** 2 }
}

function sharesOf(parts: readonly MapPart[], reference: number): MapShare[] {
  const sizes = parts.map(({ map }) => map.openInterest?.size)
  const all = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
  return parts.map(({ map, weight }, i) => {
    const size = sizes[i]
    return {
      market: map.market,
      weight,
      at: map.at,
      price: map.price,
      basis: Math.log(map.price / reference),
      ...(size === undefined || !(all > 0) ? {} : { openInterestShare: size / all }),
    }
  })
}

/** What each part says of itself, named, and what is missing from the sum. */
function modelOf(parts: readonly MapPart[]): ModelNote {
  const used = parts.filter(({ weight }) => weight > 0)
  const lead = (used[0] ?? parts[0]!).map.model
  const seen = new Map<string, string[]>()
  for (const { map } of used)
    for (const note of map.model.notes) seen.set(note, [...(seen.get(note) ?? []), map.market])
  const notes = [...seen].map(([note, markets]) =>
    markets.length === used.length ? note : `${markets.join(', ')}: ${note}`,
  )
  return {
    name: `${lead.name}, sum of ${used.length} ${used.length === 1 ? 'market' : 'markets'}`,
    version: lead.version,
    weights: used.every(({ map }) => map.model.weights === 'fitted') ? 'fitted' : 'prior',
    ...captureOf(used),
    notes,
  }
}

/** What part of all that is forced the sum stands for: published mass over what its parts say is forced behind it. */
function captureOf(used: readonly MapPart[]): Pick<ModelNote, 'capture'> {
  const parts = used.flatMap(({ map, weight }) => {
    const mass = weight * (total(map.long) + total(map.short))
    return map.model.capture === undefined ? [] : [{ ...map.model.capture, mass }]
  })
  const mass = parts.reduce((sum, part) => sum + part.mass, 0)
  if (parts.length < used.length || !(mass > 0)) return {}
  const partOf = (of: 'factor' | 'low' | 'high') => mass / parts.reduce((sum, part) => sum + part.mass / part[of], 0)
  const source =
    (['assumed', 'learned'] as const).find((one) => parts.some((part) => part.source === one)) ?? 'complete'
  return { capture: { factor: partOf('factor'), low: partOf('low'), high: partOf('high'), source } }
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
