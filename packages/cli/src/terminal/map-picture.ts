import type { MapJson } from '@liqscope/protocol'
import type { Palette } from './colour.ts'
import { percentText, priceText, timeText, usd } from './figures.ts'

export interface PictureOptions {
  /** Distance from the price to show, 0.2 is 20 %. */
  readonly window: number
  readonly columns: number
  /** Rows of bars, both sides together. */
  readonly rows: number
  readonly palette: Palette
}

interface Row {
  readonly low: number
  readonly high: number
  readonly side: 'long' | 'short'
  amount: number
  sum: number
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const CLUSTERS_SHOWN = 3

/** The map with price upward: shorts above the price, longs below, a bar for the estimated USD of each row. */
export function drawMap(map: MapJson, { window, columns, rows, palette }: PictureOptions): string {
  const perSide = Math.max(4, Math.floor(rows / 2))
  const above = rowsOf(map, 'short', Math.log(1 + window) / perSide, perSide)
  const below = rowsOf(map, 'long', -Math.log(1 - window) / perSide, perSide)
  const most = Math.max(...above.map(({ amount }) => amount), ...below.map(({ amount }) => amount))
  const priceWidth = Math.max(
    ...[...above, ...below].map(({ low }) => priceText(low).length),
    priceText(map.price).length,
  )
  const width = Math.max(10, Math.min(80, columns - priceWidth - 34))
  const line = (row: Row): string => {
    const colour = row.side === 'short' ? palette.short : palette.long
    const middle = (row.low + row.high) / 2
    const filled = bar(most > 0 ? row.amount / most : 0, width)
    return [
      priceText(middle).padStart(priceWidth),
      palette.faint(percentText(middle / map.price - 1).padStart(9)),
      colour(filled) + ' '.repeat(width - filled.length),
      usd(row.amount).padStart(8),
      palette.faint(usd(row.sum).padStart(8)),
    ].join(' ')
  }
  const lines = [
    palette.strong(`${map.market}${map.simulated ? '  SIMULATED' : ''}  ${timeText(Date.parse(map.at))}`),
    `Estimated forced volume if price goes there next, USD per row; last column: sum from the price outward.`,
    `${palette.short('█')} shorts, above the price   ${palette.long('█')} longs, below the price   within ${Math.round(window * 1000) / 10} %`,
    '',
    ...above.toReversed().map(line),
    palette.price(`${priceText(map.price).padStart(priceWidth)}  price ${'─'.repeat(width + 20)}`),
    ...below.map(line),
    '',
    ...clusterLines(map, palette),
    palette.faint(modelLine(map)),
    ...map.model.notes.map((note) => palette.faint(`· ${note}`)),
  ]
  return lines.join('\n')
}

/** Bins of one side gathered into rows of equal width in ln(price), from the price outward. */
function rowsOf(map: MapJson, side: Row['side'], step: number, count: number): Row[] {
  const sign = side === 'short' ? 1 : -1
  const rows = Array.from({ length: count }, (_, i): Row => {
    const edges = [map.price * Math.exp(sign * i * step), map.price * Math.exp(sign * (i + 1) * step)]
    return { low: Math.min(...edges), high: Math.max(...edges), side, amount: 0, sum: 0 }
  })
  for (const bin of map.bins) {
    const row = rows[Math.max(0, Math.floor((sign * Math.log(bin.price / map.price)) / step))]
    if (row !== undefined) row.amount += bin[side]
  }
  let sum = 0
  for (const row of rows) row.sum = sum += row.amount
  return rows
}

function bar(part: number, width: number): string {
  const eighths = Math.round(part * width * 8)
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}

function clusterLines(map: MapJson, palette: Palette): string[] {
  const strongest = (side: 'long' | 'short') =>
    map.clusters
      .filter((cluster) => cluster.side === side)
      .sort((a, b) => b.strength - a.strength)
      .slice(0, CLUSTERS_SHOWN)
  const found = [...strongest('short'), ...strongest('long')]
  if (found.length === 0) return ['No clusters.', '']
  return [
    palette.strong('Strongest clusters'),
    ...found.map((cluster) => {
      const colour = cluster.side === 'short' ? palette.short : palette.long
      return (
        `${colour(cluster.id.padEnd(4))} ${priceText(cluster.low)} .. ${priceText(cluster.high)}  ` +
        `${percentText(cluster.distance)}  strength ${cluster.strength.toFixed(0)}  ` +
        `${usd(cluster.notional)} (${usd(cluster.notionalLow)} .. ${usd(cluster.notionalHigh)})`
      )
    }),
    '',
  ]
}

function modelLine(map: MapJson): string {
  const held =
    map.openInterest === null ? 'open interest not published' : `open interest ${usd(map.openInterest.notional)}`
  const weights =
    map.model.weights === 'prior' ? 'starting weights, not fitted to this market' : 'weights fitted to this market'
  return `${held} · model ${map.model.name} ${map.model.version}, ${weights}`
}
