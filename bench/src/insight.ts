import { findClusters, type LiquidationMap, MapBuilder, marketView, simulateCascade } from '@liqscope/engine'
import type { BookLevel } from '@liqscope/market'
import { askTool, TOOL_NAMES } from '@liqscope/protocol'
import { syntheticBars } from './engine.ts'
import type { Figure } from './figure.ts'
import { prominentPeaks } from './prominent-peaks.ts'

const TWO_DAYS = 2880
const ROUNDS = 200

/** How fast clusters are found, scenarios run and tools answer, on one seeded market with a book. */
export async function* insightBench(): AsyncIterable<Figure> {
  const bars = syntheticBars(3 * TWO_DAYS)
  const builder = new MapBuilder({ instrument: 'sim:BENCH', historyEnd: Number.POSITIVE_INFINITY })
  for (const bar of bars) builder.apply(bar)
  const map = builder.map()
  if (map === undefined) throw new Error('the bench market has no map')
  const clusters = msOf(ROUNDS, () => findClusters(map))
  const rival = msOf(ROUNDS, () => plainClusters(map))
  yield {
    name: 'clusters of a full map',
    value: clusters,
    unit: 'ms',
    ratio: clusters / rival,
    against: 'local maxima by prominence (as in SciPy), same smoothing',
  }
  const sources = { map, bars: bars.slice(-TWO_DAYS), known: { book: bookAround(map), ageMs: 100 } }
  const view = marketView(sources)
  yield { name: 'a market view: clusters, volatility, ATR', value: msOf(50, () => marketView(sources)), unit: 'ms' }
  const to = map.price * 0.98
  const path = { to, shock: 50e6, draws: 1 }
  yield { name: 'a cascade path', value: msOf(ROUNDS, () => simulateCascade(view, path)), unit: 'ms' }
  yield {
    name: '1,000 cascade paths',
    value: msOf(5, () => simulateCascade(view, { ...path, draws: 1000 })),
    unit: 'ms',
  }
  const all = () => {
    for (const name of TOOL_NAMES)
      askTool(name, view, { side: name === 'execution' ? 'buy' : 'long', ...(name === 'scalp' ? {} : { size: 1e6 }) })
  }
  yield { name: 'all six tools', value: msOf(50, all), unit: 'ms' }
}

function msOf(rounds: number, work: () => unknown): number {
  for (let i = 0; i < Math.ceil(rounds / 5); i++) work()
  const start = performance.now()
  for (let i = 0; i < rounds; i++) work()
  return (performance.now() - start) / rounds
}

function plainClusters({ long, short }: LiquidationMap): number {
  return prominentPeaks(long, 3).length + prominentPeaks(short, 3).length
}

function bookAround({ market, price, at }: LiquidationMap) {
  const levels = (sign: number) =>
    Array.from({ length: 500 }, (_, j): BookLevel => [price * Math.exp(sign * (j + 1) * 1e-5), 2])
  return {
    kind: 'orderBook' as const,
    instrument: market,
    exchangeTime: at,
    receivedTime: at,
    bids: levels(-1),
    asks: levels(1),
  }
}
