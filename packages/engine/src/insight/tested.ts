import { type NoSignal, noSignal } from './answer.ts'

/** The six tools, in the order they are shown. */
export const TOOL_NAMES = ['breakout', 'scalp', 'stop', 'target', 'execution', 'volatility'] as const
export type ToolName = (typeof TOOL_NAMES)[number]

/** What a backtest found of a tool against the plain rule, on the file named: stands next to the tool wherever it is shown. */
export interface TestedGain {
  /** The plain rule. */
  readonly over: string
  readonly unit: string
  /** Tool minus plain rule, more is better, with its 95 % interval (days resampled). Null where nothing could be measured. */
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly decisions: number
  /** `not better` whenever the interval reaches 0. */
  readonly verdict: 'better' | 'not better' | 'worse' | 'too few'
  readonly market: string
  readonly from: string
  readonly to: string
}

/**
 * Why a tool gives no instruction unless it is asked to all the same: on recorded data it did worse than the plain rule.
 * Undefined where it may speak.
 */
export function withheld({
  verdict,
  over,
  value,
  low,
  high,
  unit,
  market,
  from,
  to,
}: TestedGain): NoSignal | undefined {
  if (verdict !== 'worse') return undefined
  const figures = [value, low, high].map((figure) => (figure === null ? '-' : figure.toFixed(3)))
  return noSignal(
    'worseThanPlain',
    `This tool did worse than the plain rule (${over}) on ${market}, ${from} to ${to}: ${figures[0]} [${figures[1]}, ${figures[2]}] ${unit}. It gives no instruction until a test says otherwise.`,
    [over, market, from, to, `${figures[0]} [${figures[1]}, ${figures[2]}] ${unit}`],
  )
}
