import { blockBootstrap, type Figure } from '../../proof/bootstrap.ts'
import type { TestedGain } from '../tested.ts'
import { DAY_MS } from '../volatility.ts'

/** Fewer decisions than this compare nothing. */
const FEWEST = 30

export interface BacktestRow {
  readonly name: string
  readonly value: Figure
  readonly trials: number
}

export interface BacktestReport {
  readonly test: string
  readonly question: string
  readonly unit: string
  readonly market: string
  readonly from: number // epoch ms, first decision
  readonly to: number
  /** Moments at which the tool was asked, and those at which it answered. */
  readonly asked: number
  readonly answered: number
  readonly rows: readonly BacktestRow[]
  /** Tool minus rival over the same trials, more is better; the first is the plain rule the verdict is about. */
  readonly gains: readonly { readonly over: string; readonly figure: Figure; readonly verdict: TestedGain['verdict'] }[]
  readonly notes: readonly string[]
}

/** Paired outcomes of trials; figures with 95 % intervals over resampled days. */
export class Trials {
  private readonly values = new Map<string, { at: number; value: number }[]>()
  private first = Number.POSITIVE_INFINITY
  private last = Number.NEGATIVE_INFINITY
  asked = 0
  answered = 0

  /** A moment at which the tool was asked. */
  ask(at: number, answered: boolean): void {
    this.asked++
    if (answered) this.answered++
    this.first = Math.min(this.first, at)
    this.last = Math.max(this.last, at)
  }

  add(name: string, at: number, value: number): void {
    const list = this.values.get(name)
    if (list) list.push({ at, value })
    else this.values.set(name, [{ at, value }])
  }

  row(name: string): BacktestRow {
    return { name, value: this.mean(name), trials: this.values.get(name)?.length ?? 0 }
  }

  mean(name: string): Figure {
    return meanOf(this.values.get(name) ?? [])
  }

  /** `of` minus `over`, trial by trial; both must have been added at the same trials. */
  gain(of: string, over: string, sign: 1 | -1 = 1): BacktestReport['gains'][number] {
    const ours = this.values.get(of) ?? []
    const theirs = this.values.get(over) ?? []
    const figure = meanOf(
      ours.map(({ at, value }, i) => ({ at, value: sign * (value - (theirs[i]?.value ?? Number.NaN)) })),
    )
    return { over, figure, verdict: verdictOf(figure, ours.length) }
  }

  report(
    head: Pick<BacktestReport, 'test' | 'question' | 'unit' | 'market'>,
    rows: readonly string[],
    gains: BacktestReport['gains'],
    notes: readonly string[],
  ): BacktestReport {
    return {
      ...head,
      from: this.first,
      to: this.last,
      asked: this.asked,
      answered: this.answered,
      rows: rows.map((name) => this.row(name)),
      gains,
      notes,
    }
  }
}

function meanOf(values: readonly { readonly at: number; readonly value: number }[]): Figure {
  const days = new Map<number, Float64Array>()
  for (const { at, value } of values) {
    const key = Math.floor(at / DAY_MS)
    const sums = days.get(key) ?? new Float64Array(2)
    sums[0] = sums[0]! + value
    sums[1] = sums[1]! + 1
    days.set(key, sums)
  }
  return blockBootstrap([...days.values()], ([sum = 0, count = 0]) => (count > 0 ? sum / count : Number.NaN))
}

function verdictOf({ value, low, high }: Figure, trials: number): TestedGain['verdict'] {
  if (value === null || low === null || high === null || trials < FEWEST) return 'too few'
  return low > 0 ? 'better' : high < 0 ? 'worse' : 'not better'
}
