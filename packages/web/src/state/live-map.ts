import type { PositionSide } from '@liqscope/market'
import type { MapSlice } from '@liqscope/protocol'

/** ESTIMATED: the map of one market as this page holds it, kept up to date by slices from the socket. */
export interface LiveMap {
  readonly at: number // epoch ms, exchange time
  readonly price: number // the mark
  /** Width of a bin in ln(price); bin i covers [(firstBin + i) * step, (firstBin + i + 1) * step). */
  readonly step: number
  readonly firstBin: number
  readonly bins: number
  readonly long: Float64Array // USD per bin
  readonly short: Float64Array
  /** False when only the estimate itself is known: the bounds are empty then. */
  readonly hasBands: boolean
  readonly longLow: Float64Array // the 10 % bound
  readonly longHigh: Float64Array // the 90 % bound
  readonly shortLow: Float64Array
  readonly shortHigh: Float64Array
  /** `byLeverage[group * bins + i]`, USD. */
  readonly byLeverage: Float64Array
  readonly groups: number
  /** Of a sum of markets: `byVenue[share * bins + i]`, USD, in the order of the update's shares. */
  readonly byVenue?: Float64Array
}

const ARRAYS = ['long', 'short', 'longLow', 'longHigh', 'shortLow', 'shortHigh'] as const

/**
 * The map after a slice. A slice over all bins replaces the map; any other replaces bins [from, to) of the same grid.
 *
 * @returns undefined when the slice is of another grid than the map held: only a new snapshot can repair that.
 */
export function applySlice(held: LiveMap | undefined, slice: MapSlice): LiveMap | undefined {
  const { at, price, step, firstBin, bins, from, to } = slice
  const isWhole = from === 0 && to === bins
  const isSameGrid = held !== undefined && held.step === step && held.firstBin === firstBin && held.bins === bins
  if (!isWhole && !isSameGrid) return undefined
  const width = to - from
  const groups = width > 0 ? slice.byLeverage.length / width : (held?.groups ?? 0)
  if (!isWhole && groups !== held?.groups) return undefined
  const patched = (name: (typeof ARRAYS)[number]) => {
    const target = isWhole || !held ? new Float64Array(bins) : held[name].slice()
    target.set(slice[name], from)
    return target
  }
  const byLeverage = patchedRows(isWhole ? undefined : held?.byLeverage, slice.byLeverage, bins, from, width)
  const byVenue = slice.byVenue && patchedRows(isWhole ? undefined : held?.byVenue, slice.byVenue, bins, from, width)
  const [long, short, longLow, longHigh, shortLow, shortHigh] = ARRAYS.map(patched)
  return {
    at,
    price,
    step,
    firstBin,
    bins,
    long: long!,
    short: short!,
    hasBands: true,
    longLow: longLow!,
    longHigh: longHigh!,
    shortLow: shortLow!,
    shortHigh: shortHigh!,
    byLeverage,
    groups,
    ...(byVenue && { byVenue }),
  }
}

/** A table of rows of `bins` values with columns [from, from + width) replaced. */
function patchedRows(
  held: Float64Array | undefined,
  part: ArrayLike<number>,
  bins: number,
  from: number,
  width: number,
): Float64Array {
  const rows = width > 0 ? part.length / width : 0
  const table = held?.length === rows * bins ? held.slice() : new Float64Array(rows * bins)
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < width; i++) table[row * bins + from + i] = part[row * width + i]!
  return table
}

/**
 * The map with some leverage groups left out. Mass of a bin goes by each group's share of it, its bounds with it.
 * Mass whose leverage nobody knows stays unless it is the group that is hidden.
 */
export function withoutLeverage(map: LiveMap, hidden: readonly number[]): LiveMap {
  if (hidden.length === 0 || map.groups === 0) return map
  const { bins, groups } = map
  const byLeverage = map.byLeverage.slice()
  const kept = Array.from({ length: bins }, (_, i) => {
    let all = 0
    let left = 0
    for (let group = 0; group < groups; group++) {
      const usd = map.byLeverage[group * bins + i]!
      all += usd
      if (hidden.includes(group)) byLeverage[group * bins + i] = 0
      else left += usd
    }
    return all > 0 ? left / all : 1
  })
  const [long, short, longLow, longHigh, shortLow, shortHigh] = ARRAYS.map((name) =>
    map[name].map((x, i) => x * kept[i]!),
  )
  return {
    ...map,
    byLeverage,
    long: long!,
    short: short!,
    longLow: longLow!,
    longHigh: longHigh!,
    shortLow: shortLow!,
    shortHigh: shortHigh!,
  }
}

/** ln(price) at the lower edge of bin i; i may be a fraction. */
export function lnOfBin(map: { readonly step: number; readonly firstBin: number }, i: number): number {
  return (map.firstBin + i) * map.step
}

/** The bin of a price, or undefined outside the map. */
export function binOfPrice(map: LiveMap, price: number): number | undefined {
  const bin = Math.floor(Math.log(price) / map.step) - map.firstBin
  return bin >= 0 && bin < map.bins ? bin : undefined
}

/** Forced notional of one side between two prices, USD; a bin belongs to the band that holds its middle. */
export function notionalBetween(map: LiveMap, side: PositionSide, low: number, high: number): number {
  let sum = 0
  for (const i of binsBetween(map, low, high)) sum += map[side][i]!
  return sum
}

/** USD per leverage group between two prices. */
export function leverageBetween(map: LiveMap, low: number, high: number): number[] {
  const sums = Array.from({ length: map.groups }, () => 0)
  for (const i of binsBetween(map, low, high))
    for (let group = 0; group < map.groups; group++) sums[group]! += map.byLeverage[group * map.bins + i]!
  return sums
}

/** Indices of the bins whose middles lie in [low, high). */
function binsBetween(map: LiveMap, low: number, high: number): number[] {
  const first = Math.max(0, Math.ceil(Math.log(low) / map.step - map.firstBin - 0.5))
  const last = Math.min(map.bins - 1, Math.ceil(Math.log(high) / map.step - map.firstBin - 0.5) - 1)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
}
