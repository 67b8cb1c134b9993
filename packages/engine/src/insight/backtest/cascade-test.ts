import type { Bar } from '@liqscope/market'
import { simulateCascade } from '../cascade/cascade.ts'
import type { BacktestReport } from './trials.ts'
import { Trials } from './trials.ts'
import { walkForward } from './walk.ts'

/** The widest bars of the file are its crashes. */
const CRASHES = 40

/**
 * The widest bars: what the map known before each said would be forced on the way to the bar's extreme, against what
 * left open interest in it. Open interest also falls by people who leave by themselves: it bounds what was forced, and
 * the comparison is of order and ratio, not of amount.
 */
export function crashTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  const widths = bars.map(({ high, low, open }) => Math.max(high / open, open / low) - 1).toSorted((a, b) => b - a)
  const widest = widths[Math.min(CRASHES, widths.length) - 1] ?? Number.POSITIVE_INFINITY
  const points: { predicted: number; lost: number; width: number }[] = []
  walkForward(bars, { everyMs: 1, horizonMs: 1 }, ({ at, view, ahead }) => {
    const bar = ahead[0]!
    const before = view.bars.at(-1)?.openInterest
    const down = bar.open / bar.low - 1
    const up = bar.high / bar.open - 1
    if (Math.max(down, up) < widest || before === undefined || bar.openInterest === undefined) return
    const to = down > up ? bar.low : bar.high
    const answer = simulateCascade(view, { to, liquidity: 'law', draws: 1 })
    trials.ask(at, answer.kind === 'answer')
    if (answer.kind !== 'answer') return
    const lost = Math.max(0, before - bar.openInterest) * bar.open
    points.push({ predicted: answer.forced, lost, width: Math.max(down, up) * before * bar.open })
    trials.add('ESTIMATED forced to the extreme, M USD', at, answer.forced / 1e6)
    trials.add('open interest lost, M USD', at, lost / 1e6)
    trials.add('multiplier of the chain', at, answer.multiplier)
  })
  const rank = (of: (point: (typeof points)[number]) => number) =>
    rankCorrelation(
      points.map(of),
      points.map(({ lost }) => lost),
    )
  return trials.report(
    {
      test: 'crash',
      question: `In the ${CRASHES} widest bars: is what the scenario forces of the size of what left open interest?`,
      unit: 'M USD',
      market: bars[0]?.instrument ?? '',
    },
    ['ESTIMATED forced to the extreme, M USD', 'open interest lost, M USD', 'multiplier of the chain'],
    [],
    [
      `Rank correlation with the open interest that was lost: scenario ${rank(({ predicted }) => predicted).toFixed(2)}, move x open interest ${rank(({ width }) => width).toFixed(2)} (${points.length} bars).`,
      'Open interest also falls by people who leave by themselves: it bounds what was forced from above.',
      'Depth is by the square-root law alone: files have no book.',
    ],
  )
}

/** Spearman's rank correlation. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranksOf(a), ranksOf(b)]
  const mean = (x.length - 1) / 2
  let cross = 0
  let left = 0
  let right = 0
  for (let i = 0; i < x.length; i++) {
    cross += (x[i]! - mean) * (y[i]! - mean)
    left += (x[i]! - mean) ** 2
    right += (y[i]! - mean) ** 2
  }
  return left > 0 && right > 0 ? cross / Math.sqrt(left * right) : Number.NaN
}

function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, i) => ({ value, i })).toSorted((p, q) => p.value - q.value)
  const ranks = new Array<number>(values.length).fill(0)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && order[to]!.value === order[from]!.value) to++
    for (let k = from; k < to; k++) ranks[order[k]!.i] = (from + to - 1) / 2
    from = to
  }
  return ranks
}
