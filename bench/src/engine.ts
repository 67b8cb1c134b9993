import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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

const MARKETS = 100
/** Bars each of many markets folds: a day and a half, in which learning fits the whole history several times. */
const MARKET_BARS = 2_000
/** Bars whose updates are timed one by one: six weeks. */
const TIMED_BARS = 60_000

/** How fast the engine folds bars and trades, and draws. Every market is seeded: the same work on every run. */
export async function* engineBench(): AsyncIterable<Figure> {
  const bars = syntheticBars(YEAR_BARS)
  const fold = secondsOf(() => foldAll(bars))
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
  const half = bars.slice(0, YEAR_BARS / 2)
  yield {
    name: 'fold half a year of one-minute bars, whole',
    value: secondsOf(() => foldAll(half)),
    unit: 's',
  }
  await turn()

  let builder = new MapBuilder({ instrument: 'sim:BENCH' })
  const before = megabytesHeld()
  const withColumns = secondsOf(() => {
    const historyEnd = bars.at(-1)!.exchangeTime + MINUTE_MS
    builder = new MapBuilder({ instrument: 'sim:BENCH', historyEnd })
    for (const bar of bars) builder.apply(bar)
  })
  yield { name: 'fold a year with its heatmap history, whole', value: withColumns, unit: 's' }
  yield {
    name: 'memory of a market after a year, heatmap history included',
    value: megabytesHeld() - before,
    unit: 'MB',
  }
  await turn()

  const draws = 200
  yield { name: 'draw the map', value: (1000 * secondsOf(() => times(draws, () => builder.map()))) / draws, unit: 'ms' }
  await turn()

  const trades = syntheticTrades(bars.at(-1)!)
  const seconds = secondsOf(() => {
    for (let i = 0; i < TRADES; i++) builder.apply(trades[i & (trades.length - 1)]!)
  })
  yield { name: 'apply trades', value: TRADES / seconds, unit: 'trades/s' }
  await turn()
  bars.length = 0 // the next year must not share the heap with this one
  yield* learningBench()
}

/** What learning from forced orders costs, when every part of a year holds some. */
async function* learningBench(): AsyncIterable<Figure> {
  const bars = syntheticBars(YEAR_BARS, true)
  learnAll([bars.slice(0, MARKET_BARS)]) // a page, a server and a score all fold more than one market
  const fold = secondsOf(() => foldAll(bars))
  const learned = secondsOf(() => learnAll([bars]))
  yield {
    name: 'fold a year and learn from its forced orders, whole',
    value: learned,
    unit: 's',
    ratio: learned / fold,
    against: 'the fold of these bars alone',
  }
  await turn()

  const estimator = new Estimator()
  const learner = new MarketLearner(estimator)
  const updates = Float64Array.from(bars.slice(0, TIMED_BARS), (bar) => {
    const start = performance.now()
    update(estimator, learner, bar)
    return performance.now() - start
  })
  const refits = updates.filter((_, i) => i % 240 === 0).sort()
  updates.sort()
  yield { name: 'one bar folded and learned, 99th percentile', value: updates[0.99 * TIMED_BARS]!, unit: 'ms' }
  yield { name: 'one bar at which weights are refitted, median', value: refits[refits.length >> 1]!, unit: 'ms' }
  yield { name: 'one bar at which a whole history is refitted, the longest', value: updates.at(-1)!, unit: 'ms' }
  await turn()

  const shared = bars.slice(0, MARKET_BARS)
  let alone = 0
  for (const atOnce of [1, 10, MARKETS]) {
    const seconds = secondsOf(() =>
      times(MARKETS / atOnce, () => learnAll(Array.from({ length: atOnce }, () => shared))),
    )
    if (atOnce === 1) alone = seconds
    yield {
      name: `${MARKETS} markets folded and learned, ${atOnce} at a time, per bar`,
      value: (1e6 * seconds) / (MARKETS * MARKET_BARS),
      unit: 'us',
      ratio: seconds / alone,
      against: 'one after the other',
    }
    await turn()
  }
  const before = megabytesHeld()
  const held = learnAll(Array.from({ length: MARKETS }, () => shared))
  const memory = (megabytesHeld() - before) / held.length
  yield { name: `memory of a market among ${MARKETS}, without heatmap history`, value: memory, unit: 'MB' }
}

function foldAll(bars: readonly Bar[]): void {
  const estimator = new Estimator()
  for (const bar of bars) estimator.fold(bar)
}

function update(estimator: Estimator, learner: MarketLearner, bar: Bar): void {
  learner.before(bar)
  estimator.fold(bar)
  learner.after(bar)
}

/** Folds several markets side by side, a bar of each in turn, and returns their states. */
function learnAll(markets: readonly (readonly Bar[])[]): readonly object[] {
  const states = markets.map((bars) => {
    const estimator = new Estimator()
    return { bars, estimator, learner: new MarketLearner(estimator) }
  })
  for (let i = 0; i < markets[0]!.length; i++)
    for (const { bars, estimator, learner } of states) update(estimator, learner, bars[i]!)
  return states
}

/** Memory that is reachable, heap and typed arrays. */
function megabytesHeld(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
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

/**
 * A random walk of 50 % a year whose volatility moves and whose returns have fat tails (Student, 4 degrees); `forced`:
 * with forced orders in every sixth or seventh bar.
 */
export function syntheticBars(count: number, forced = false): Bar[] {
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
    const bar: { -readonly [Key in keyof Bar]: Bar[Key] } = {
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
    if (forced) {
      bar.longLiquidated = minute % 6 === 0 ? open - low : 0
      bar.shortLiquidated = minute % 7 === 0 ? high - open : 0
    }
    return bar
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
