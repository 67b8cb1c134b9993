import type { Figure, FigureTable, RivalName, ScoreReport } from '@liqscope/engine'
import { timeText } from './figures.ts'

export const RIVAL_NAMES: Readonly<Record<RivalName, string>> = {
  constant: 'a constant rate',
  range: 'swept range',
  freshness: 'freshness',
  freshnessLeg: 'freshness + one leg',
  fixedTiers: 'fixed leverage tiers',
  recentLiquidations: 'recent liquidations',
  shuffledMap: "another day's map",
}
const LABEL_WIDTH = 24
const CELL_WIDTH = 22

/** The score as a table for people. */
export function scoreText(file: string, report: ScoreReport): string {
  const lines = [
    `${file}: ${report.testBars.toLocaleString('en-US')} of ${report.bars.toLocaleString('en-US')} bars tested, from ${timeText(report.trainUntil)}`,
    report.online
      ? 'Model and rivals are refitted every four hours on what came before.'
      : 'Model and rivals keep what they learned before the test.',
    '',
    row('', Object.keys(report.devianceExplained)),
    row('deviance explained', cells(report.devianceExplained)),
    ...entries(report.skillOver).map(([name, table]) => row(`skill over ${RIVAL_NAMES[name]}`, cells(table))),
    row('80 % band covers', cells(report.bandCoverage)),
    '',
    row('touch-lift', Object.keys(report.touchLift)),
    row('map', cells(report.touchLift)),
    row('longest untouched first', cells(report.ageTouchLift)),
    row('farthest first', cells(report.farTouchLift)),
    '',
    `mass, predicted over observed: ${figureText(report.massRatio)}`,
    `weights: ${report.weights}; intervals: 95 %, resampled ${report.resampled}`,
    ...report.notes.map((note) => `note: ${note}`),
  ]
  return lines.join('\n')
}

function entries<T>(table: Readonly<Record<RivalName, T>>): readonly (readonly [RivalName, T])[] {
  const { constant, range, freshness, freshnessLeg, fixedTiers, recentLiquidations, shuffledMap } = table
  return [
    ['freshness', freshness],
    ['freshnessLeg', freshnessLeg],
    ['range', range],
    ['constant', constant],
    ['fixedTiers', fixedTiers],
    ['recentLiquidations', recentLiquidations],
    ['shuffledMap', shuffledMap],
  ]
}

function cells(table: FigureTable): string[] {
  return Object.values(table).map(figureText)
}

/** `0.35 [0.28, 0.41]`, `-` where there is none. */
export function figureText({ value, low, high }: Figure): string {
  if (value === null) return '-'
  if (low === null || high === null) return value.toFixed(2)
  return `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`
}

function row(label: string, texts: readonly string[]): string {
  return (label.padEnd(LABEL_WIDTH + 10) + texts.map((text) => text.padEnd(CELL_WIDTH)).join('')).trimEnd()
}
