import type { Bar } from '@liqscope/market'
import { crashTest } from './cascade-test.ts'
import { executionTest } from './execution-test.ts'
import { breakoutTest, gradientTest, magnetTest, touchTest, volatilityTest } from './forecast-tests.ts'
import { scalpTest, stopTest, targetTest } from './trade-tests.ts'
import type { BacktestReport } from './trials.ts'

/** What can be tested on a file of bars, by name: the six tools, and what they rest on. */
const TESTS = {
  breakout: breakoutTest,
  scalp: scalpTest,
  stop: stopTest,
  target: targetTest,
  execution: executionTest,
  volatility: volatilityTest,
  gradient: gradientTest,
  magnet: magnetTest,
  touch: touchTest,
  crash: crashTest,
} as const satisfies Readonly<Record<string, (bars: readonly Bar[]) => BacktestReport>>

export type BacktestName = keyof typeof TESTS
export const BACKTEST_NAMES = Object.keys(TESTS) as readonly BacktestName[]

/** Runs one test over bars of one length, forward only. */
export function backtest(name: BacktestName, bars: readonly Bar[]): BacktestReport {
  return TESTS[name](bars)
}
