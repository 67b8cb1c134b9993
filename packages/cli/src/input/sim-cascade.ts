import {
  type BacktestReport,
  type LiquidationMap,
  MapBuilder,
  marketView,
  rankCorrelation,
  simulateCascade,
  Trials,
} from '@liqscope/engine'
import type { Bar, OrderBook } from '@liqscope/market'
import { Progress } from '../terminal/progress.ts'
import { openSim, SIM_INSTRUMENT, type SimRun } from './sim-input.ts'

const START = Date.UTC(2026, 10, 18)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BETWEEN_MS = 3 * HOUR_MS
/** Sudden losses and gains of value, ln. */
const SHOCKS = [-0.03, 0.02, -0.015, 0.03, -0.02, 0.015] as const
/** What is forced within this long after a shock is its chain. */
const CHAIN_MS = 300_000
const BOOK_LEVELS = 1000
const BIN = 5e-4
const COMPLETE = { factor: 1, low: 1, high: 1, source: 'complete' } as const

export interface SimCascadeOptions {
  /** How many markets. */
  readonly seeds: number
  readonly firstSeed?: number | undefined
  /** Simulated before the first shock: what the weights learn from. Default 1. */
  readonly days?: number | undefined
}

/**
 * The cascade against the simulator's own: before each shock the scenario is computed from what is public, then the
 * shock happens and forced orders are counted. The same scenario on the true map tells how much of the error is the
 * map's. Forward only: a prediction is made before its shock, and nothing is fitted.
 */
export function cascadeOnSim({ seeds, firstSeed = 1, days = 1 }: SimCascadeOptions): BacktestReport {
  const trials = new Trials()
  const points: { predicted: number; fromTruth: number; actual: number }[] = []
  const progress = new Progress(`simulating ${seeds} markets`)
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const sim = openSim(seed, START)
    const builder = new MapBuilder({ instrument: SIM_INSTRUMENT })
    const bars: Bar[] = []
    let forced = { long: 0, short: 0 }
    const advance = (to: number) =>
      sim.advance(to, (event) => {
        builder.apply(event)
        if (event.kind === 'liquidationOrder')
          forced = { ...forced, [event.positionSide]: forced[event.positionSide] + event.size * event.price }
        const bar = builder.lastBar
        if (bar !== undefined && bar !== bars.at(-1)) bars.push(bar)
      })
    SHOCKS.forEach((shock, i) => {
      const at = START + days * DAY_MS + i * BETWEEN_MS
      advance(at)
      const drawn = builder.map()
      if (drawn === undefined) return
      // This feed shows every forced order: the map's amounts are of all of them.
      const map = { ...drawn, model: { ...drawn.model, capture: COMPLETE } }
      const known = { book: bookOf(sim, at), ageMs: 0 }
      const recent = bars.filter(({ exchangeTime }) => exchangeTime >= at - 2 * DAY_MS)
      const to = map.price * Math.exp(shock)
      const run = (of: LiquidationMap) =>
        simulateCascade(marketView({ map: of, bars: recent, known }), { to, draws: 400, seed })
      const estimated = run(map)
      const truth = run(trueMap(sim, map))
      const side = shock < 0 ? 'long' : 'short'
      forced = { long: 0, short: 0 }
      sim.market.shock(shock)
      advance(at + CHAIN_MS)
      // Days of the bootstrap are seeds here: each market is its own.
      const block = START + seed * DAY_MS
      trials.ask(block, estimated.kind === 'answer')
      if (estimated.kind !== 'answer' || truth.kind !== 'answer') return
      const actual = forced[side]
      points.push({ predicted: estimated.forced, fromTruth: truth.forced, actual })
      const error = (amount: number) => Math.abs(Math.log((amount + 1e4) / (actual + 1e4)))
      trials.add('forced, k USD', block, actual / 1e3)
      trials.add('ESTIMATED map: predicted, k USD', block, estimated.forced / 1e3)
      trials.add('true positions: predicted, k USD', block, truth.forced / 1e3)
      trials.add('ESTIMATED map: |ln error|', block, error(estimated.forced))
      trials.add('true positions: |ln error|', block, error(truth.forced))
      trials.add('true positions, without a chain: |ln error|', block, error(truth.onTheWay))
      const { low, high } = estimated.forcedBand
      const holds = Number(actual >= low && actual <= high)
      const weights = `${map.model.weights === 'prior' ? 'starting' : 'fitted'} weights`
      trials.add('10-90 % band holds', block, holds)
      trials.add(`${weights}: 10-90 % band holds`, block, holds)
      trials.add(`${weights}: forced over predicted, ln`, block, Math.log((actual + 1e4) / (estimated.forced + 1e4)))
    })
    progress.update((seed - firstSeed + 1) / seeds, `${seed - firstSeed + 1} of ${seeds}`)
  }
  progress.end()
  const rank = (of: (point: (typeof points)[number]) => number) =>
    rankCorrelation(
      points.map(of),
      points.map(({ actual }) => actual),
    ).toFixed(2)
  return trials.report(
    {
      test: 'cascade',
      question: 'Is what is forced within five minutes of a sudden move what the scenario said before it?',
      unit: 'as named',
      market: SIM_INSTRUMENT,
    },
    [
      'forced, k USD',
      'ESTIMATED map: predicted, k USD',
      'true positions: predicted, k USD',
      'ESTIMATED map: |ln error|',
      'true positions: |ln error|',
      'true positions, without a chain: |ln error|',
      '10-90 % band holds',
      ...['starting weights', 'fitted weights'].flatMap((weights) => [
        `${weights}: 10-90 % band holds`,
        `${weights}: forced over predicted, ln`,
      ]),
    ],
    [trials.gain('true positions: |ln error|', 'true positions, without a chain: |ln error|', -1)],
    [
      `SIMULATED. Shocks of ${SHOCKS.map((shock) => `${(shock * 100).toFixed(1)} %`).join(', ')}, three hours apart, in ${seeds} markets, seeds ${firstSeed} to ${firstSeed + seeds - 1}, after ${days} simulated days; intervals resample markets.`,
      `Rank correlation with what was forced: estimated map ${rank(({ predicted }) => predicted)}, true positions ${rank(({ fromTruth }) => fromTruth)} (${points.length} shocks).`,
    ],
  )
}

function bookOf(sim: SimRun, at: number): OrderBook {
  const { bids, asks } = sim.market.depth(BOOK_LEVELS)
  return { kind: 'orderBook', instrument: SIM_INSTRUMENT, exchangeTime: at, receivedTime: at, bids, asks }
}

/** The map as it would be drawn if every position were known. */
function trueMap(sim: SimRun, map: LiquidationMap): LiquidationMap {
  const long = new Float64Array(map.bins)
  const short = new Float64Array(map.bins)
  for (const { bin, long: longs, short: shorts } of sim.market.truthMap(BIN).bins) {
    const i = bin - map.firstBin
    if (i < 0 || i >= map.bins) continue
    if (Math.exp((bin + 0.5) * BIN) < map.price) long[i] = longs
    else short[i] = shorts
  }
  return { ...map, long, short }
}
