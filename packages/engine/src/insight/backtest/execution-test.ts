import type { Bar, BookLevel, OrderBook } from '@liqscope/market'
import { dayScaleOf } from '../cascade/cascade.ts'
import { type DayScale, latentNotional } from '../liquidity.ts'
import type { MarketView } from '../market-view.ts'
import { executionTool, type Schedule } from '../tools/execution.ts'
import { HOUR_MS } from '../volatility.ts'
import { ASSUMED_HALF_SPREAD } from './trade-tests.ts'
import { type BacktestReport, Trials } from './trials.ts'
import { touches, walkForward } from './walk.ts'

/** The order, as a part of a day's volume. */
const SIZE_OF_DAY = 0.001
const LEVEL_WIDTH = 1e-4
const LEVELS = 300
const BASIS_POINTS = 1e4

/**
 * What a schedule would have paid on the bars that came, with the modelled fees and impact that it expected. Prices
 * are real, costs are the model's for everybody: what is tested is the choice and the waiting.
 */
export function executionTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  walkForward(bars, { everyMs: HOUR_MS, horizonMs: HOUR_MS }, ({ at, view, ahead }) => {
    const day = dayScaleOf(view)
    for (const side of ['buy', 'sell'] as const) {
      const answer =
        day === undefined
          ? undefined
          : executionTool(
              { ...view, known: { book: impliedBook(view, day), ageMs: 0 } },
              { side, size: SIZE_OF_DAY * day.notional },
            )
      trials.ask(at, answer?.kind === 'answer')
      if (answer?.kind !== 'answer') continue
      const sign = side === 'buy' ? 1 : -1
      const paid = (schedule: Schedule) => paidBy(schedule, answer.fill, view, ahead, sign) * BASIS_POINTS
      const named = (name: Schedule['name']) => answer.schedules.find((one) => one.name === name)
      const best = named(answer.best)
      const twap = named('TWAP')
      const waiting = named('wait for cluster')
      if (best === undefined || twap === undefined) continue
      trials.add("the tool's choice", at, paid(best))
      trials.add('TWAP', at, paid(twap))
      trials.add('VWAP', at, paid(named('VWAP') ?? twap))
      if (waiting === undefined) continue
      trials.add('wait for cluster', at, paid(waiting))
      trials.add('TWAP where it waited', at, paid(twap))
    }
  })
  return trials.report(
    {
      test: 'execution',
      question: 'Does the chosen schedule pay less than TWAP over an hour, and does waiting for a cluster?',
      unit: 'bp of the order',
      market: bars[0]?.instrument ?? '',
    },
    ["the tool's choice", 'TWAP', 'VWAP', 'wait for cluster'],
    [trials.gain("the tool's choice", 'TWAP', -1), trials.gain('wait for cluster', 'TWAP where it waited', -1)],
    [
      `Orders of ${SIZE_OF_DAY * 100} % of a day's volume, both sides, every hour.`,
      'Files have no book: one is made from the square-root law, with half a spread of 0.5 bp. Fees and impact are modelled, prices are real.',
    ],
  )
}

function paidBy(
  { name, slices, durationMs, cost, impact }: Schedule,
  fill: { readonly price: number; readonly filled: number } | undefined,
  view: MarketView,
  ahead: readonly Bar[],
  sign: 1 | -1,
): number {
  const price = view.map.price
  const drift = (level: number) => sign * (level / price - 1)
  const end = ahead.at(-1)!.close
  const fixed = view.fees.taker + ASSUMED_HALF_SPREAD
  if (name === 'wait for cluster' && fill !== undefined) {
    const rest = fixed + impact + drift(end)
    return touches(ahead, price, fill.price)
      ? fill.filled * (drift(fill.price) + view.fees.maker) + (1 - fill.filled) * rest
      : rest
  }
  const span = Math.min(durationMs, ahead.length * ahead[0]!.intervalMs)
  let sum = 0
  let placed = 0
  for (const part of slices) {
    const middle = placed + 0.5 / slices.length
    const bar = ahead[Math.min(ahead.length - 1, Math.floor((middle * span) / ahead[0]!.intervalMs))]!
    sum += part * (durationMs === 0 ? 0 : drift(bar.open))
    placed += 1 / slices.length
  }
  return cost + sum
}

/** A book whose depth is what the square-root law implies. */
function impliedBook(view: MarketView, day: DayScale): OrderBook {
  const levels = (sign: 1 | -1): BookLevel[] =>
    Array.from({ length: LEVELS }, (_, j): BookLevel => {
      const price = view.map.price * Math.exp(sign * (ASSUMED_HALF_SPREAD + j * LEVEL_WIDTH))
      const notional = latentNotional((j + 1) * LEVEL_WIDTH, day) - latentNotional(j * LEVEL_WIDTH, day)
      return [price, notional / price]
    })
  return {
    kind: 'orderBook',
    instrument: view.map.market,
    exchangeTime: view.map.at,
    receivedTime: view.map.at,
    bids: levels(-1),
    asks: levels(1),
  }
}
