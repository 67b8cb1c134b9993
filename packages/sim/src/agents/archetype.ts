/** A way of trading. Sizes in quote currency, times in seconds, distances in log price. */
export interface Archetype {
  readonly name: string
  /** At average volatility. */
  readonly entriesPerDay: number
  readonly medianNotional: number
  readonly notionalDeviation: number // of the log
  readonly maxNotional: number
  readonly medianHold: number
  readonly holdDeviation: number // of the log
  /** [leverage, weight] */
  readonly leverages: readonly (readonly [number, number])[]
  readonly isolatedShare: number
  /** The chance to be long, before what the market's last move adds. */
  readonly longShare: number
  /** +1 follows the last minutes' move, -1 fades it. */
  readonly follow: number
  /** Share of entries that wait in the book. */
  readonly limitShare: number
  readonly stopShare: number
  readonly medianStop: number
  readonly targetShare: number
  readonly medianTarget: number
  /** Share that adds margin, twice at most, when most of the way to liquidation is gone. */
  readonly topUpShare: number
}

/**
 * Chosen so that volume is about 2.7 times open interest a day, most open interest is slow and low in leverage, and
 * most liquidations come from the few who are neither: measured in the package's README.
 */
export const ARCHETYPES: readonly Archetype[] = [
  {
    name: 'scalper',
    entriesPerDay: 45_000,
    medianNotional: 1250,
    notionalDeviation: 1.4,
    maxNotional: 400_000,
    medianHold: 300,
    holdDeviation: 1,
    leverages: [
      [10, 0.2],
      [20, 0.3],
      [50, 0.3],
      [75, 0.1],
      [100, 0.07],
      [125, 0.03],
    ],
    isolatedShare: 0.7,
    longShare: 0.5,
    follow: 0.2,
    limitShare: 0.1,
    stopShare: 0.75,
    medianStop: 0.003,
    targetShare: 0.7,
    medianTarget: 0.003,
    topUpShare: 0,
  },
  {
    name: 'gambler',
    entriesPerDay: 5000,
    medianNotional: 900,
    notionalDeviation: 1.3,
    maxNotional: 300_000,
    medianHold: 2400,
    holdDeviation: 1,
    leverages: [
      [25, 0.1],
      [50, 0.35],
      [75, 0.2],
      [100, 0.2],
      [125, 0.15],
    ],
    isolatedShare: 0.85,
    longShare: 0.55,
    follow: 0.4,
    limitShare: 0,
    stopShare: 0.15,
    medianStop: 0.006,
    targetShare: 0.5,
    medianTarget: 0.01,
    topUpShare: 0.05,
  },
  {
    name: 'momentum',
    entriesPerDay: 1800,
    medianNotional: 9000,
    notionalDeviation: 1.4,
    maxNotional: 3_000_000,
    medianHold: 5 * 3600,
    holdDeviation: 1,
    leverages: [
      [5, 0.15],
      [10, 0.35],
      [20, 0.3],
      [25, 0.1],
      [50, 0.1],
    ],
    isolatedShare: 0.6,
    longShare: 0.52,
    follow: 0.8,
    limitShare: 0.1,
    stopShare: 0.55,
    medianStop: 0.012,
    targetShare: 0.4,
    medianTarget: 0.02,
    topUpShare: 0.1,
  },
  {
    name: 'reversion',
    entriesPerDay: 1800,
    medianNotional: 10_000,
    notionalDeviation: 1.3,
    maxNotional: 2_000_000,
    medianHold: 2 * 3600,
    holdDeviation: 1,
    leverages: [
      [3, 0.2],
      [5, 0.3],
      [10, 0.3],
      [20, 0.2],
    ],
    isolatedShare: 0.5,
    longShare: 0.5,
    follow: -0.8,
    limitShare: 0.8,
    stopShare: 0.6,
    medianStop: 0.01,
    targetShare: 0.6,
    medianTarget: 0.008,
    topUpShare: 0.15,
  },
  {
    name: 'swing',
    entriesPerDay: 1000,
    medianNotional: 60_000,
    notionalDeviation: 1.5,
    maxNotional: 20_000_000,
    medianHold: 3 * 86_400,
    holdDeviation: 1,
    leverages: [
      [1, 0.12],
      [2, 0.18],
      [3, 0.25],
      [5, 0.23],
      [10, 0.16],
      [20, 0.06],
    ],
    isolatedShare: 0.35,
    longShare: 0.56,
    follow: 0.2,
    limitShare: 0.3,
    stopShare: 0.35,
    medianStop: 0.05,
    targetShare: 0.35,
    medianTarget: 0.08,
    topUpShare: 0.25,
  },
]
