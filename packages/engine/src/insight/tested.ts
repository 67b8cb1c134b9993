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
