import {
  BLIND_WINDOW,
  type BlindFigures,
  type BlindReport,
  type BlindRivalName,
  type Figure,
  LEVERAGE_GROUPS,
  type PriceErrors,
  type PrintedPriceReport,
} from '@liqscope/engine'
import { timeText } from './figures.ts'

/** What `liqscope blind` found, before it is printed. */
export interface BlindAnswer {
  readonly coin: string
  readonly market: string
  readonly source: 'positions' | 'simulation'
  readonly report: BlindReport
  /** Where the positions come from a venue that prints them. */
  readonly liquidationPrices?: PrintedPriceReport
  readonly notes: readonly string[]
}

const LABEL_WIDTH = 34
const CELL_WIDTH = 23

/** The comparison as a table for people. */
export function blindText({ coin, market, source, report, liquidationPrices, notes }: BlindAnswer): string {
  const { model, forced, rivals, halves, truth, coverage } = report
  const maps: readonly (readonly [string, BlindFigures | BlindReport['rivals'][BlindRivalName]])[] = [
    ['map, as inventory', model],
    ['map, as drawn (expected forced)', forced],
    ['the same at every distance', rivals.uniform],
    ['ten places by chance', rivals.comb],
    ['freshness', rivals.freshness],
    ['fixed leverage tiers', rivals.fixedTiers],
    ['map with its sides exchanged', rivals.mirrored],
    ['half of the truth, other half', halves],
  ]
  return [
    `${coin} (${market}): ${report.snapshots} snapshots of ${source === 'simulation' ? 'the simulated market' : 'known positions'} on ${report.days} days, ${timeText(report.from)} to ${timeText(report.to)}`,
    `known positions over open interest: long ${cell(coverage.long)}, short ${cell(coverage.short)}`,
    `shapes within ±${BLIND_WINDOW * 100} % of the mark, each side by itself, then averaged; overlap in cells of 1 %`,
    '',
    row('', ['overlap', 'distance, bp', 'precision', 'recall', 'overlap, ±60 %', 'distance, ±60 %']),
    ...maps.map(([name, figures]) =>
      row(name, [
        cell(figures.overlap),
        cell(figures.wassersteinBp, 0),
        cell(figures.precision),
        cell(figures.recall),
        cell(figures.wide.overlap),
        cell(figures.wide.wassersteinBp, 0),
      ]),
    ),
    '',
    row('lead of the inventory over', ['overlap', 'distance, bp']),
    ...maps.flatMap(([name, figures]) =>
      'lead' in figures ? [row(name, [cell(figures.lead.overlap), cell(figures.lead.wassersteinBp, 0)])] : [],
    ),
    '',
    row('mass within', ['2 %', '5 %', '10 %', '20 %']),
    row('true positions', Object.values(truth.massWithin).map(cellOf)),
    ...maps.slice(0, -1).map(([name, figures]) => row(name, Object.values(figures.massWithin).map(cellOf))),
    row('true positions, of their size', Object.values(truth.massOfSize).map(cellOf)),
    row('inventory, of open interest', Object.values(model.massOfOpenInterest).map(cellOf)),
    row('as drawn, of open interest', Object.values(forced.massOfOpenInterest).map(cellOf)),
    ...(report.leverageMix === undefined ? [] : mixLines(report.leverageMix)),
    ...(liquidationPrices === undefined ? [] : priceLines(liquidationPrices)),
    ...notes.map((note) => `note: ${note}`),
  ].join('\n')
}

function mixLines({ truth, estimate, unknown, overlap }: NonNullable<BlindReport['leverageMix']>): string[] {
  const texts = (shares: readonly number[]) => shares.map((share) => share.toFixed(2))
  return [
    '',
    row('leverage of what was forced, by size', LEVERAGE_GROUPS.slice(0, -1)),
    row('true', texts(truth)),
    row('by the fitted weights', texts(estimate)),
    `shares overlap by ${overlap.toFixed(2)}; ${Math.round(100 * unknown)} % of what was predicted is of no known leverage`,
  ]
}

function priceLines(found: PrintedPriceReport): string[] {
  const { positions, maxLeverage, cross, crossAtCommonMark, isolated, either } = found
  const line = (name: string, { medianBp, p90Bp, within10Bp, within1Percent }: PriceErrors) =>
    row(name, [
      medianBp === null ? '-' : medianBp.toFixed(0),
      p90Bp === null ? '-' : p90Bp.toFixed(0),
      within10Bp === null ? '-' : within10Bp.toFixed(2),
      within1Percent === null ? '-' : within1Percent.toFixed(2),
    ])
  return [
    '',
    `printed liquidation prices against our formula: ${positions.toLocaleString('en-US')} positions of accounts with one position, maintenance 1 / (2 x ${maxLeverage})`,
    row('', ['median, bp', '90 %, bp', 'within 10 bp', 'within 1 %']),
    line('cross, at the mark of the row', cross),
    line('cross, at one mark per snapshot', crossAtCommonMark),
    line('isolated, never topped up', isolated),
    line('the nearer of the last two', either),
  ]
}

const cellOf = (figure: Figure): string => cell(figure)

/** `0.35 [0.28, 0.41]`, `-` where there is none. */
function cell({ value, low, high }: Figure, decimals = 2): string {
  if (value === null) return '-'
  if (low === null || high === null) return value.toFixed(decimals)
  return `${value.toFixed(decimals)} [${low.toFixed(decimals)}, ${high.toFixed(decimals)}]`
}

function row(label: string, texts: readonly string[]): string {
  return (label.padEnd(LABEL_WIDTH) + texts.map((text) => text.padEnd(CELL_WIDTH)).join('')).trimEnd()
}
