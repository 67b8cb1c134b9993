import type { JournalCheck } from '@liqscope/server'
import { timeText } from './figures.ts'
import { figureText } from './score-table.ts'

const WIDTHS = [14, 8, 24, 24, 24, 22] as const
const VERDICTS = {
  better: 'better than freshness',
  notBetter: 'not better than freshness',
  undecided: 'undecided',
  notEnoughYet: 'not enough yet',
} as const

/** One market's journal for people. */
export function verifyText(check: JournalCheck): string {
  const { market, files, from, to, bars, gaps, maps, damaged, uncovered, hash, horizons } = check
  const count = (n: number, name: string) => `${n.toLocaleString('en-US')} ${name}${n === 1 ? '' : 's'}`
  return [
    `${market}: ${count(files.length, 'file')}, ${count(maps, 'frozen map')}, ${count(bars, 'bar')}, ${count(gaps, 'gap')}${
      Number.isFinite(from) ? `, ${timeText(from)} to ${timeText(to)}` : ''
    }`,
    damaged === 0
      ? `hashes: every line is as it was written${uncovered > 0 ? `; ${count(uncovered, 'record')} after the last map are not covered yet` : ''}`
      : `hashes: BROKEN at ${count(damaged, 'line')}`,
    `last hash: ${hash ?? '-'}`,
    '',
    row(['hours ahead', 'maps', 'skill over freshness', 'over freshness + leg', 'expected / forced', '80 % band', '']),
    ...horizons.map(({ hours, scored, figures, verdict }) =>
      row([
        String(hours),
        String(scored),
        ...(figures
          ? [
              figureText(figures.skillOver.freshness),
              figureText(figures.skillOver.freshnessLeg),
              figureText(figures.massRatio),
              figureText(figures.bandCoverage),
            ]
          : ['-', '-', '-', '-']),
        VERDICTS[verdict],
      ]),
    ),
  ].join('\n')
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
    .join('')
    .trimEnd()
}
