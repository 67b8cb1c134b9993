import { type Cluster, findClusters, type LiquidationMap } from '@liqscope/engine'
import { percent, priceText, timeText, usd } from '../message.ts'

/** What a picture of a map shows beside the map itself. */
export interface PictureFacts {
  readonly map: LiquidationMap
  readonly simulated: boolean
  /** Part of the time held that its data cover, 0-1. */
  readonly coverage: number | undefined
  /** Why the data are not of now; undefined when they are. */
  readonly notLive?: string
}

const WIDTH = 900
const HEIGHT = 960
/** Where bars stand: from `left` to `right`, between `top` and `bottom`. */
const PLOT = { left: 118, right: 640, top: 104, bottom: 842 } as const
const ROWS_A_SIDE = 36
/** As far as price goes in a day, three times over, is shown, within these bounds; the default where that is not known. */
const WINDOW = { least: 0.02, most: 0.15, otherwise: 0.06, deviations: 3 } as const
const LABELS_A_SIDE = 2
const LABEL_HEIGHT = 18

/** The dark theme of the page: red shorts, green longs, violet for what is no market, amber for what is late. */
const COLOUR = {
  ground: '#0d1014',
  line: '#222934',
  text: '#e6e9ee',
  soft: '#aab3bf',
  short: '#ef5350',
  long: '#26a69a',
  warn: '#e3a73f',
  sim: '#b79cf2',
} as const

/** The estimated map as an SVG picture with price upward: everything one must know to read it stands in it. */
export function mapPicture(facts: PictureFacts): string {
  const { map, simulated, coverage, notLive } = facts
  const window = windowOf(map)
  const middle = (PLOT.top + PLOT.bottom) / 2
  const yOf = (price: number) => middle - (Math.log(price / map.price) / window) * (middle - PLOT.top)
  const rows = rowsOf(map, window)
  const most = Math.max(...rows.map(({ notional }) => notional), Number.MIN_VALUE)
  const xOf = (notional: number) => PLOT.left + (notional / most) * (PLOT.right - PLOT.left)
  const sources = (map.shares ?? []).filter(({ weight }) => weight > 0).map(({ market }) => market.split(':')[0])
  const footer = [
    `Source: ${sources.length > 0 ? `public data of ${sources.join(', ')}` : map.market}, estimated by liqscope (${map.model.weights} weights)`,
    [
      timeText(map.at),
      coverage === undefined ? 'coverage unknown' : `data cover ${Math.floor(100 * coverage)} % of the time held`,
      ...(map.model.capture === undefined ? [] : [captureText(map.model.capture)]),
    ].join(' · '),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="Roboto">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${COLOUR.ground}"/>`,
    text(24, 42, `${map.market}  ${priceText(map.price)}`, { size: 26 }),
    text(24, 68, 'ESTIMATED forced volume if price goes there next, USD per row', { fill: COLOUR.soft }),
    swatch(24, 79, COLOUR.short, 'shorts, above the mark'),
    swatch(222, 79, COLOUR.long, 'longs, below the mark'),
    ...(simulated ? [text(WIDTH - 24, 42, 'SIMULATED', { size: 22, fill: COLOUR.sim, anchor: 'end' })] : []),
    ...(notLive === undefined
      ? []
      : [text(WIDTH - 24, 68, `not live: ${notLive}`, { fill: COLOUR.warn, anchor: 'end' })]),
    ...priceTicks(map.price, window).map((price) => tick(yOf(price), priceText(price), percent(price / map.price - 1))),
    ...rows.map(
      ({ side, low, high, notional }) =>
        `<rect x="${PLOT.left}" y="${r(yOf(high) + 0.5)}" width="${r(xOf(notional) - PLOT.left)}" height="${r(Math.max(1, yOf(low) - yOf(high) - 1))}" fill="${COLOUR[side]}"/>`,
    ),
    ...amountTicks(most).map((amount) =>
      text(xOf(amount), PLOT.bottom + 22, usd(amount), { fill: COLOUR.soft, anchor: 'middle' }),
    ),
    ...labels(map, window, yOf),
    `<line x1="24" x2="${WIDTH - 24}" y1="${r(middle)}" y2="${r(middle)}" stroke="${COLOUR.text}" stroke-dasharray="6 4"/>`,
    `<rect x="${WIDTH - 176}" y="${r(middle - 12)}" width="152" height="24" rx="3" fill="${COLOUR.text}"/>`,
    text(WIDTH - 100, middle + 5, `mark ${priceText(map.price)}`, { fill: COLOUR.ground, anchor: 'middle' }),
    ...(simulated ? [watermark()] : []),
    ...footer.map((words, i) => text(24, PLOT.bottom + 60 + 24 * i, words, { fill: COLOUR.soft })),
    '</svg>',
  ].join('\n')
}

function windowOf({ hourVolatility }: LiquidationMap): number {
  if (hourVolatility === undefined) return WINDOW.otherwise
  return Math.min(WINDOW.most, Math.max(WINDOW.least, WINDOW.deviations * hourVolatility * Math.sqrt(24)))
}

interface Row {
  readonly side: Cluster['side']
  readonly low: number
  readonly high: number
  readonly notional: number
}

/** Rows of equal height outward from the mark. A bin that two rows share is split by how much of it each has. */
function rowsOf(map: LiquidationMap, window: number): Row[] {
  const height = window / ROWS_A_SIDE
  return (['short', 'long'] as const).flatMap((side) => {
    const sign = side === 'short' ? 1 : -1
    return Array.from({ length: ROWS_A_SIDE }, (_, i) => {
      const [low, high] = [sign * i * height, sign * (i + 1) * height].toSorted((a, b) => a - b) as [number, number]
      const from = (Math.log(map.price) + low) / map.step - map.firstBin
      const to = (Math.log(map.price) + high) / map.step - map.firstBin
      let notional = 0
      for (let bin = Math.max(0, Math.floor(from)); bin < Math.min(map.bins, to); bin++)
        notional += map[side][bin]! * (Math.min(bin + 1, to) - Math.max(bin, from))
      return { side, low: map.price * Math.exp(low), high: map.price * Math.exp(high), notional }
    })
  })
}

/** The strongest clusters in view, named beside the plot, pushed apart where they would cover each other. */
function labels(map: LiquidationMap, window: number, yOf: (price: number) => number): string[] {
  const shown = findClusters(map).filter(({ price }) => Math.abs(Math.log(price / map.price)) < window)
  return (['short', 'long'] as const).flatMap((side) => {
    const away = side === 'short' ? -1 : 1
    const strongest = shown
      .filter((cluster) => cluster.side === side)
      .toSorted((a, b) => b.notional - a.notional)
      .slice(0, LABELS_A_SIDE)
      .toSorted((a, b) => Math.abs(a.distance) - Math.abs(b.distance))
    let free = yOf(map.price) + away * (LABEL_HEIGHT + 14)
    return strongest.flatMap((cluster) => {
      const wanted = yOf(cluster.price)
      const y = away < 0 ? Math.min(wanted, free) : Math.max(wanted, free)
      free = y + away * (2 * LABEL_HEIGHT + 4)
      return label(cluster, y)
    })
  })
}

function label({ side, low, high, notional, notionalLow, notionalHigh }: Cluster, y: number): string[] {
  const x = WIDTH - 24
  return [
    text(x, y, `${usd(notional)} at ${priceText(low)}–${priceText(high)}`, { fill: COLOUR[side], anchor: 'end' }),
    text(x, y + LABEL_HEIGHT, `10–90 % ${usd(notionalLow)}–${usd(notionalHigh)}`, {
      size: 13,
      fill: COLOUR.soft,
      anchor: 'end',
    }),
  ]
}

function priceTicks(price: number, window: number): number[] {
  const step = roundStep((2 * window * price) / 8)
  const first = Math.ceil((price * Math.exp(-window)) / step)
  const count = Math.floor((price * Math.exp(window)) / step) - first + 1
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

function amountTicks(most: number): number[] {
  const step = roundStep(most / 4)
  return Array.from({ length: Math.floor(most / step) }, (_, i) => (i + 1) * step)
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5].find((one) => one * power >= least) ?? 10)
}

function tick(y: number, price: string, away: string): string {
  return [
    `<line x1="${PLOT.left}" x2="${WIDTH - 24}" y1="${r(y)}" y2="${r(y)}" stroke="${COLOUR.line}"/>`,
    text(PLOT.left - 10, y - 1, price, { anchor: 'end' }),
    text(PLOT.left - 10, y + 14, away, { size: 12, fill: COLOUR.soft, anchor: 'end' }),
  ].join('')
}

function swatch(x: number, y: number, fill: string, words: string): string {
  return `<rect x="${x}" y="${y}" width="12" height="12" fill="${fill}"/>${text(x + 20, y + 11, words, { fill: COLOUR.soft })}`
}

function watermark(): string {
  const [x, y] = [WIDTH / 2, (PLOT.top + PLOT.bottom) / 2]
  return `<g opacity="0.22" transform="rotate(-32 ${x} ${y})">${text(x, y + 46, 'SIMULATED', { size: 132, fill: COLOUR.sim, anchor: 'middle' })}</g>`
}

function captureText({ factor, source }: NonNullable<LiquidationMap['model']['capture']>): string {
  const share = `${Math.round(100 * factor)} %`
  return source === 'complete'
    ? 'the feed shows all forced orders'
    : `amounts stand for about ${share} of what is forced (${source})`
}

interface TextStyle {
  readonly size?: number
  readonly fill?: string
  readonly anchor?: 'start' | 'middle' | 'end'
}

function text(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { size = 15, fill = COLOUR.text, anchor = 'start' } = style
  return `<text x="${r(x)}" y="${r(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}">${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** A tenth of a pixel is as fine as anyone sees. */
function r(value: number): string {
  return String(Math.round(value * 10) / 10)
}
