import type { Bar } from '@liqscope/market'
import type { Prediction } from './deviance.ts'

const DAY_MS = 86_400_000
/** A file that never writes a zero was silent on purpose for up to so many times its usual distance, and a day. */
const USUAL_DISTANCES = 10

/** Forced size per bar and side, and whether it is known: where it is not, the bar counts for nothing. */
export interface Observed extends Prediction {
  readonly known: { readonly long: Uint8Array; readonly short: Uint8Array }
}

/**
 * What was published of forced orders. Absent is not zero: where a column writes zeros, a bar without a figure is
 * unknown. Where a column never writes one, silence is how it says zero, unless it lasts far longer than usual.
 */
export function observedOrders(bars: readonly Bar[]): { observed: Observed; notes: string[] } {
  const notes: string[] = []
  const long = sideOf(bars, (bar) => bar.longLiquidated)
  const short = sideOf(bars, (bar) => bar.shortLiquidated)
  const both = [
    { name: 'long', side: long },
    { name: 'short', side: short },
  ]
  const silent = both.filter(({ side }) => side.published === 0)
  if (silent.length === 2) notes.push('No forced orders are published in this file.')
  else
    for (const { name } of silent)
      notes.push(`No forced orders of ${name}s are published: only the other side is scored.`)
  const published = both.filter(({ side }) => side.published > 0)
  for (const [names, count] of sentences(published.map(({ name, side }) => [name, side.unknown])))
    notes.push(`${count} bars do not say what was liquidated of ${names}: they are left out of training and test.`)
  const silentOf = published.filter(({ side }) => side.silent > 0).map(({ name }) => `${name}s`)
  if (silentOf.length > 0)
    notes.push(
      `The file never says that no ${silentOf.join(' or ')} were liquidated: a bar without a figure counts as none.`,
    )
  return {
    observed: {
      long: long.sizes,
      short: short.sizes,
      known: { long: long.known, short: short.known },
    },
    notes,
  }
}

/** `longs and shorts` where both counts are equal, a sentence each otherwise. */
function sentences(counts: readonly (readonly [name: string, count: number])[]): [string, string][] {
  const [first, second] = counts.filter(([, count]) => count > 0)
  if (first === undefined) return []
  const text = (count: number) => count.toLocaleString('en-US')
  if (second?.[1] === first[1]) return [[`${first[0]}s and ${second[0]}s`, text(first[1])]]
  return [first, ...(second === undefined ? [] : [second])].map(([name, count]) => [`${name}s`, text(count)])
}

interface SideOrders {
  readonly sizes: Float64Array
  readonly known: Uint8Array
  readonly published: number
  readonly unknown: number
  readonly silent: number
}

function sideOf(bars: readonly Bar[], figureOf: (bar: Bar) => number | undefined): SideOrders {
  const sizes = new Float64Array(bars.length)
  const known = new Uint8Array(bars.length)
  let published = 0
  let zeros = 0
  bars.forEach((bar, i) => {
    const figure = figureOf(bar)
    if (figure === undefined || !(figure >= 0 && figure < Number.POSITIVE_INFINITY)) return
    sizes[i] = figure
    known[i] = 1
    published++
    if (figure === 0) zeros++
  })
  const missing = bars.length - published
  if (published === 0 || missing === 0 || zeros > 0) return { sizes, known, published, unknown: missing, silent: 0 }
  const usual = Math.max(
    DAY_MS / (bars[0]?.intervalMs ?? DAY_MS),
    (USUAL_DISTANCES * bars.length) / Math.max(1, published),
  )
  const silent = fillShortRuns(known, usual)
  return { sizes, known, published, unknown: missing - silent, silent }
}

/** Marks runs of unknown bars up to `longest` as known. Returns how many bars were marked. */
function fillShortRuns(known: Uint8Array, longest: number): number {
  let marked = 0
  for (let start = 0; start < known.length; start++) {
    if (known[start] === 1) continue
    let end = start
    while (end < known.length && known[end] === 0) end++
    if (end - start <= longest) {
      known.fill(1, start, end)
      marked += end - start
    }
    start = end
  }
  return marked
}
