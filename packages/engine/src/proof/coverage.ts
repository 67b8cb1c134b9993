import type { Figure } from './bootstrap.ts'
import { type Prediction, type Window, windowsOf } from './deviance.ts'
import type { ScoredBars } from './scored-bars.ts'
import { fitSpread, isCovered, type Spread } from './spread-fit.ts'
import type { TestBlocks } from './test-blocks.ts'

const DAY_MS = 86_400_000

/** The spread is fitted again when there are this many times as many windows. */
const GROWTH = 1.15

/**
 * Part of the test's windows that the 80 % band covers. The spread is fitted at the start of a day of the test to the
 * windows before it, which carry predictions made before them. Windows of a day whose past is too short to fit a
 * spread are left out.
 */
export function coverageOf(
  scored: ScoredBars,
  predicted: Prediction,
  { split, length, online }: { readonly split: number; readonly length: number; readonly online: boolean },
  blocks: TestBlocks,
): Figure {
  const perDay = Math.max(length, Math.round(DAY_MS / scored.intervalMs / length) * length)
  const windows = windowsOf(scored.observed, predicted, split % length, length)
    .filter((window) => isPredicted(predicted, window))
    .sort((a, b) => a.from - b.from)
  const tested: { from: number; covered: number }[] = []
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
      tested.push({ from: window.from, covered: isCovered(window, spread) ? 1 : 0 })
    past.push(window)
  }
  return blocks.figure(
    tested,
    ({ covered }) => [covered, 1],
    (covered, all) => (all > 0 ? covered / all : Number.NaN),
  )
}

/** False for the warm-up, before anything was learned. */
function isPredicted({ long, short }: Prediction, { from }: Window): boolean {
  return long[from]! + short[from]! > 0
}
