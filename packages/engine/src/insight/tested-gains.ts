import type { TestedGain, ToolName } from './tested.ts'

/** Written by `scripts/record-backtests.mjs` from what `liqscope backtest` prints; docs/insight.md shows the same figures. */
export const TESTED_GAINS: { readonly [Tool in ToolName]?: TestedGain } = {}
