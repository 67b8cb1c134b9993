import { LEVERAGE_GROUPS, type LiquidationMap } from '../map/liquidation-map.ts'

export const HILL_STEP = 5e-4
export const HILL_BINS = 400
const MARK_BIN = 21_640
/** The mark lies on the lower edge of the middle bin. */
export const HILL_MARK = Math.exp(MARK_BIN * HILL_STEP)

/** A Gaussian hill: index of the bin, standard deviation in bins, USD at the top. */
export type Hill = readonly [at: number, width: number, top: number]

/** A map with hills: longs below bin 200, shorts from it on. */
export function hillMap(hills: readonly Hill[], change: Partial<LiquidationMap> = {}): LiquidationMap {
  const long = new Float64Array(HILL_BINS)
  const short = new Float64Array(HILL_BINS)
  for (const [at, width, top] of hills)
    for (let i = 0; i < HILL_BINS; i++) {
      const side = i < 200 ? long : short
      if (i < 200 === at < 200) side[i] = side[i]! + top * Math.exp(-0.5 * ((i - at) / width) ** 2)
    }
  const byLeverage = new Float64Array(LEVERAGE_GROUPS.length * HILL_BINS)
  // A quarter of everything is of the second group, the rest unknown.
  for (let i = 0; i < HILL_BINS; i++) {
    byLeverage[HILL_BINS + i] = 0.25 * (long[i]! + short[i]!)
    byLeverage[4 * HILL_BINS + i] = 0.75 * (long[i]! + short[i]!)
  }
  return {
    kind: 'liquidationMap',
    market: 'binance:BTCUSDT',
    at: 0,
    price: HILL_MARK,
    step: HILL_STEP,
    firstBin: MARK_BIN - 200,
    bins: HILL_BINS,
    long,
    short,
    longLow: long.map((value) => value / 2),
    longHigh: long.map((value) => value * 2),
    shortLow: short.map((value) => value / 2),
    shortHigh: short.map((value) => value * 2),
    byLeverage,
    model: { name: 'test', version: '0', weights: 'prior', notes: [] },
    ...change,
  }
}
