import type { BacktestReport, Figure } from '@liqscope/engine'
import { timeText } from './figures.ts'

const NAME_WIDTH = 46

const VERDICTS = {
  better: 'better',
  'not better': 'not better: the interval includes 0',
  worse: 'worse',
  'too few': 'too few trials to say',
} as const

/** A backtest as a table for people. */
export function backtestText(report: BacktestReport): string {
  const { test, question, unit, market, from, to, asked, answered, rows, gains, notes } = report
  return [
    `${test} (${market}): ${question}`,
    asked === 0
      ? 'never asked: the file is too short'
      : `asked ${asked} times, answered ${answered}, ${timeText(from)} to ${timeText(to)}; unit: ${unit}`,
    '',
    ...rows.map(
      ({ name, value, trials }) => `${name.padEnd(NAME_WIDTH)}${figureText(value).padEnd(32)}${trials} trials`,
    ),
    ...gains.map(
      ({ over, figure, verdict }) =>
        `${`gain over ${over}`.padEnd(NAME_WIDTH)}${figureText(figure).padEnd(32)}${VERDICTS[verdict]}`,
    ),
    ...notes.map((note) => `note: ${note}`),
  ].join('\n')
}

/** The same as Markdown, for the documents. */
export function backtestMarkdown(report: BacktestReport): string {
  const { test, question, unit, market, from, to, asked, answered, rows, gains, notes } = report
  return [
    `**${test}** on ${market}: ${question}`,
    asked === 0
      ? 'Never asked: the file is too short.'
      : `Asked ${asked} times, answered ${answered}, ${timeText(from)} to ${timeText(to)}. ${notes.join(' ')}`,
    '',
    `| ${unit} | value, 95 % interval | trials |`,
    '|---|---|---|',
    ...rows.map(({ name, value, trials }) => `| ${name} | ${figureText(value)} | ${trials} |`),
    ...gains.map(({ over, figure, verdict }) => `| gain over ${over} | ${figureText(figure)} | ${VERDICTS[verdict]} |`),
  ].join('\n')
}

/** `0.351 [0.281, 0.412]`, `-` where there is none. */
function figureText({ value, low, high }: Figure): string {
  if (value === null) return '-'
  const digits = (figure: number) =>
    Math.abs(figure) >= 100 ? figure.toFixed(0) : Math.abs(figure) >= 10 ? figure.toFixed(1) : figure.toFixed(3)
  return low === null || high === null ? digits(value) : `${digits(value)} [${digits(low)}, ${digits(high)}]`
}
