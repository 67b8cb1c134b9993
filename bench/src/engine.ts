import { Estimator, MapBuilder, MarketLearner } from '@liqscope/engine'
import type { Bar, Trade } from '@liqscope/market'
import { denseFold } from './dense-fold.ts'
import type { Figure } from './figure.ts'

const MINUTE_MS = 60_000
/** One-minute bars of a year. */
const YEAR_BARS = 525_600
/** The rival needs milliseconds a bar: a few thousand are enough to time it. */
const RIVAL_BARS = 4_000
const TRADES = 4_000_000

/** How fast the engine folds bars and trades, and draws. Every market is seeded: the same work on every run. */
export async function* engineBench(): AsyncIterable<Figure> {
  const bars = syntheticBars(YEAR_BARS)
  const fold = secondsOf(() => {
    const estimator = new Estimator()
    for (const bar of bars) estimator.fold(bar)
  })
  const rivalBars = bars.slice(0, RIVAL_BARS)
  const rival = secondsOf(() => denseFold(rivalBars)) / RIVAL_BARS
  yield {
    name: 'fold a year of one-minute bars',
    value: YEAR_BARS / fold,
    unit: 'bars/s',
    ratio: rival / (fold / YEAR_BARS),
    against: 'dense per-bar fold, 25 classes',
  }
  await turn()
  yield { name: 'fold a year of one-minute bars, whole', value: fold, unit: 's' }

  const forced = bars.map(
    (bar, i): Bar => ({
      ...bar,
      longLiquidated: i % 6 === 0 ? bar.open - bar.low : 0,
      shortLiquidated: i % 7 === 0 ? bar.high - bar.open : 0,
    }),
  )
  const updates = new Float64Array(YEAR_BARS)
  const learned = secondsOf(() => {
    const estimator = new Estimator()
    const learner = new MarketLearner(estimator)
    forced.forEach((bar, i) => {
      const start = performance.now()
      learner.before(bar)
      estimator.fold(bar)
      learner.after(bar)
      updates[i] = performance.now() - start
    })
  })
  yield {
    name: 'fold a year and learn from its forced orders, whole',
    value: learned,
    unit: 's',
    ratio: learned / fold,
    against: 'the fold alone',
  }
  yield { name: 'one bar folded and learned, 99th percentile', value: updates.sort()[0.99 * YEAR_BARS]!, unit: 'ms' }
  await turn()

  let builder = new MapBuilder({ instrument: 'sim:BENCH' })
  const withColumns = secondsOf(() => {
    const historyEnd = bars.at(-1)!.exchangeTime + MINUTE_MS
    builder = new MapBuilder({ instrument: 'sim:BENCH', historyEnd })
    for (const bar of bars) builder.apply(bar)
  })
  yield { name: 'fold a year with its heatmap history, whole', value: withColumns, unit: 's' }
  await turn()

  const draws = 200
  yield { name: 'draw the map', value: (1000 * secondsOf(() => times(draws, () => builder.map()))) / draws, unit: 'ms' }
  await turn()

  const trades = syntheticTrades(bars.at(-1)!)
  const seconds = secondsOf(() => {
    for (let i = 0; i < TRADES; i++) builder.apply(trades[i & (trades.length - 1)]!)
  })
  yield { name: 'apply trades', value: TRADES / seconds, unit: 'trades/s' }
}

/** Lets whoever prints the figures print. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function secondsOf(work: () => void): number {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

function times(count: number, work: () => void): void {
  for (let i = 0; i < count; i++) work()
}

/** A random walk of 50 % a year whose volatility moves and whose returns have fat tails (Student, 4 degrees). */
function syntheticBars(count: number): Bar[] {
  const random = randomOf(20_260_315)
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const quarterMinute = 0.5 / Math.sqrt(4 * YEAR_BARS)
  let price = 70_000
  let openInterest = 80_000
  let volatility = 1
  return Array.from({ length: count }, (_, minute): Bar => {
    if (random() < 0.01) volatility = Math.exp(0.5 * gauss() - 0.25)
    const open = price
    let high = price
    let low = price
    for (let i = 0; i < 4; i++) {
      const chi = gauss() ** 2 + gauss() ** 2 + gauss() ** 2 + gauss() ** 2
      price *= Math.exp((quarterMinute * volatility * gauss()) / Math.sqrt(2) / Math.sqrt(Math.max(0.2, chi / 4)))
      high = Math.max(high, price)
      low = Math.min(low, price)
    }
    const volume = 200 * random() * volatility
    openInterest = Math.max(1000, openInterest + 0.2 * volume * (random() - 0.5))
    return {
      kind: 'bar',
      instrument: 'sim:BENCH',
      exchangeTime: minute * MINUTE_MS,
      receivedTime: minute * MINUTE_MS,
      intervalMs: MINUTE_MS,
      open,
      high,
      low,
      close: price,
      volume,
      openInterest,
    }
  })
}

/** Trades of the minute after a bar; a power of two, so that the loop need not divide. */
function syntheticTrades(after: Bar): Trade[] {
  const start = after.exchangeTime + MINUTE_MS
  return Array.from(
    { length: 4096 },
    (_, i): Trade => ({
      kind: 'trade',
      instrument: 'sim:BENCH',
      exchangeTime: start + i,
      receivedTime: start + i,
      tradeId: String(i),
      price: after.close * (1 + 1e-6 * (i % 100)),
      size: 0.01 * (1 + (i % 10)),
      side: i % 2 === 0 ? 'buy' : 'sell',
    }),
  )
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}
