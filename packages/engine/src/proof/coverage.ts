import type { Figure } from './bootstrap.ts'
import { type Prediction, type Window, windowsOf } from './deviance.ts'
import type { ScoredBars } from './scored-bars.ts'
import { fitSpread, isCovered, type Spread } from './spread-fit.ts'
import type { TestBlocks } from './test-blocks.ts'

const DAY_MS = 86_400_000

/** The spread is fitted again when there are this many times as many windows. */
const GROWTH = 1.15

/** A window of the test, and whether its 80 % band held. */
export interface CoveredWindow {
  readonly side: 'long' | 'short'
  readonly from: number
  readonly isCovered: boolean
}

/** Part of the test's windows that the 80 % band covers. */
export function coverageOf(
  scored: ScoredBars,
  predicted: Prediction,
  schedule: CoverageSchedule,
  blocks: TestBlocks,
): Figure {
  return blocks.figure(
    coveredWindows(scored, predicted, schedule),
    ({ isCovered: holds }) => [holds ? 1 : 0, 1],
    (covered, all) => (all > 0 ? covered / all : Number.NaN),
  )
}

export interface CoverageSchedule {
  readonly split: number
  /** Bars of a window. */
  readonly length: number
  readonly online: boolean
}

/**
 * Which windows of the test their 80 % band covers. The spread is fitted at the start of a day of the test to the
 * windows before it, which carry predictions made before them. Windows of a day whose past is too short to fit a
 * spread are left out.
 */
export function coveredWindows(
  scored: ScoredBars,
  predicted: Prediction,
  { split, length, online }: CoverageSchedule,
): CoveredWindow[] {
  const perDay = Math.max(length, Math.round(DAY_MS / scored.intervalMs / length) * length)
  const windows = windowsOf(scored.observed, predicted, split % length, length)
    .filter((window) => isPredicted(predicted, window))
    .sort((a, b) => a.from - b.from)
  const tested: CoveredWindow[] = []
  let spread: Spread | undefined
  let until = split
  let fitted = 0
  const past: Window[] = []
  for (const window of windows) {
    if (window.from >= until) {
      if (spread === undefined || (online && past.length > GROWTH * fitted)) {
        spread = fitSpread(past)
        fitted = past.length
      }
      while (until <= window.from) until += perDay
    }
    if (window.from >= split && spread !== undefined)
      tested.push({ side: window.side, from: window.from, isCovered: isCovered(window, spread) })
    past.push(window)
  }
  return tested
}

/** False for the warm-up, before anything was learned. */
function isPredicted({ long, short }: Prediction, { from }: Window): boolean {
  return long[from]! + short[from]! > 0
}
