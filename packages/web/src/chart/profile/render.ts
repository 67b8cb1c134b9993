import type { PositionsJson } from '@liqscope/protocol'
import { formatPrice, formatPriceShort, formatShare, formatUsd, formatUsdRound } from '../../format/number.ts'
import type { LiveMap } from '../../state/live-map.ts'
import { binsPerRow } from '../heatmap/build.ts'
import { crisp } from '../layer.ts'
import { priceTicks } from '../price-axis.ts'
import type { DrawnBar, Scene } from '../scene.ts'
import { roundTop } from '../ticks.ts'
import { cumulativeCurve, type MapRow, mapRows } from './build.ts'
import { drawKnown, type KnownLegend } from './known.ts'

/** The columns to the right of the plot, CSS pixels: brackets, bars, price labels. */
export interface ProfilePlace {
  readonly profileWidth: number
  readonly axisWidth: number
  readonly height: number
  readonly from: number // ln(price) at the bottom
  readonly to: number // and at the top
  readonly yOf: (ln: number) => number
}

export interface ProfileLegend {
  /** USD of the strongest row, strength 100. */
  readonly full: number
  readonly rowStep: number // ln(price)
  /** USD at the right end of the cumulative curve's scale. */
  readonly curveEnd: number
  readonly bars: readonly DrawnBar[]
  /** Outlines of known positions. */
  readonly known: KnownLegend
}

/** A row is at least this tall, so that its leverage tints can be told apart. */
const MIN_ROW_PX = 3
/** Room for cluster brackets on the left; a phone has none and writes the names over the bars. */
const BRACKETS_PX = 20
/** The strongest bar ends here, as a share of the bars' width: names and curve keep some air. */
const FULL_SHARE = 0.92
const NARROW_PX = 100

export const NO_ROWS: ProfileLegend = { full: 0, rowStep: 0, curveEnd: 0, bars: [], known: { full: 0, drawn: 0 } }

/** The map of now on the rows of the heatmap. What it drew is returned. */
export function drawProfile(context: CanvasRenderingContext2D, scene: Scene, place: ProfilePlace): ProfileLegend {
  const { palette, map } = scene
  const { profileWidth, height } = place
  context.fillStyle = palette.bg
  context.fillRect(0, 0, profileWidth + place.axisWidth, height)
  context.font = `400 11px ${palette.font}`
  context.strokeStyle = palette.line
  context.lineWidth = 1
  context.globalAlpha = 0.6
  context.beginPath()
  for (const { y } of priceTicks(height, place.yOf)) {
    context.moveTo(0, crisp(y))
    context.lineTo(profileWidth, crisp(y))
  }
  context.stroke()
  context.globalAlpha = 1
  const isNarrow = profileWidth < NARROW_PX
  const left = isNarrow ? 3 : BRACKETS_PX
  const legend = map ? drawRows(context, scene, map, place, left) : NO_ROWS
  drawClusterNames(context, scene, place, left, isNarrow)
  if (!isNarrow && map) drawScales(context, scene, place, left, legend)
  if (!isNarrow && scene.known && legend.known.drawn > 0) drawKnownScale(context, scene, scene.known, place, legend)
  drawPriceAxis(context, scene, place)
  context.fillStyle = palette.line
  context.fillRect(0, 0, 1, height)
  context.fillRect(profileWidth, 0, 1, height)
  drawMark(context, scene, place)
  return legend
}

function drawRows(
  context: CanvasRenderingContext2D,
  scene: Scene,
  map: LiveMap,
  place: ProfilePlace,
  left: number,
): ProfileLegend {
  const { palette } = scene
  const binPixels = ((place.height - 1) * map.step) / (place.to - place.from)
  const size = binsPerRow(binPixels, MIN_ROW_PX)
  const all = mapRows(map, size)
  const inView = all.filter((row) => row.to > place.from && row.from < place.to)
  const { scale, fixedFull, threshold } = scene.layout
  const strongest = (scale === 'view' ? inView : all).reduce((most, row) => Math.max(most, row.notional), 0)
  const full = scale === 'fixed' ? fixedFull * size : strongest
  const width = (place.profileWidth - left) * FULL_SHARE
  // On a fixed scale a bar may be longer than its column: it ends at the edge.
  const scaled = (notional: number) => (full > 0 ? Math.min(notional / full, 1 / FULL_SHARE) * width : 0)
  const bars: DrawnBar[] = []
  for (const row of inView) {
    if ((100 * row.notional) / full < threshold) context.globalAlpha = 0.28
    bars.push(drawRow(context, scene, row, place, left, scaled))
    context.globalAlpha = 1
  }
  const known = scene.known ? drawKnown(context, scene, scene.known, place, size, left, width) : NO_ROWS.known
  const curves = (['short', 'long'] as const).map((side) => ({ side, points: cumulativeCurve(map, side) }))
  // The scale ends at what the view holds: mass far outside would flatten the part one looks at.
  const seen = curves.map(({ points }) => points.filter(({ ln }) => ln >= place.from && ln <= place.to))
  const most = Math.max(0, ...seen.map((points) => points.at(-1)?.notional ?? 0))
  const curveEnd = most > 0 ? roundTop(most) : 0
  for (const { side, points } of curves) {
    if (curveEnd === 0 || points.length < 2) continue
    context.strokeStyle = palette.sideText[side]
    context.lineWidth = 1.25
    context.beginPath()
    for (const { ln, notional } of points)
      context.lineTo(left + (notional / curveEnd) * (place.profileWidth - left - 6), place.yOf(ln))
    context.stroke()
  }
  return { full, rowStep: map.step * size, curveEnd, bars, known }
}

function drawRow(
  context: CanvasRenderingContext2D,
  { palette, layout: { unit } }: Scene,
  row: MapRow,
  place: ProfilePlace,
  left: number,
  scaled: (notional: number) => number,
): DrawnBar {
  const top = Math.round(place.yOf(row.to))
  const bottom = Math.round(place.yOf(row.from))
  const height = Math.max(1, bottom - top - 1) // one pixel of air tells rows apart
  const known = row.leverage.reduce((sum, part) => sum + part, 0)
  let x = left
  row.leverage.forEach((part, group) => {
    const width = known > 0 ? (scaled(row.notional) * part) / known : 0
    context.fillStyle = palette.tints[row.side][group] ?? palette.side[row.side]
    context.fillRect(x, top, width, height)
    x += width
  })
  const width = scaled(row.notional)
  if (known <= 0) {
    context.fillStyle = palette.side[row.side]
    context.fillRect(left, top, width, height)
  }
  if (unit === 'usd' && row.low !== undefined && row.high !== undefined && row.high > 0) {
    context.fillStyle = palette.text2
    const [low, high] = [scaled(row.low), Math.min(scaled(row.high), place.profileWidth - left - 2)]
    context.fillRect(left + low, top + Math.floor(height / 2), Math.max(1, high - low), 1)
  }
  return {
    price: Math.exp((row.from + row.to) / 2),
    side: row.side,
    notional: row.notional,
    x: left,
    y: top,
    width,
    height,
  }
}

function drawClusterNames(
  context: CanvasRenderingContext2D,
  { clusters, palette, selected }: Scene,
  place: ProfilePlace,
  left: number,
  isNarrow: boolean,
): void {
  context.textBaseline = 'middle'
  let taken: { from: number; to: number }[] = []
  for (const { id, side, low, high } of clusters) {
    const top = place.yOf(Math.log(high))
    const bottom = place.yOf(Math.log(low))
    const middle = (top + bottom) / 2
    if (bottom < 8 || top > place.height - 24 || middle < 8 || middle > place.height - 20) continue
    if (taken.some(({ from, to }) => middle - 7 < to && middle + 7 > from)) continue
    taken = [...taken, { from: middle - 7, to: middle + 7 }]
    const isSelected = id === selected
    context.font = `500 11px ${palette.font}`
    context.fillStyle = palette.sideText[side]
    if (isNarrow) {
      context.textAlign = 'right'
      context.fillText(id, place.profileWidth - 4, middle)
      continue
    }
    context.textAlign = 'left'
    context.fillText(id, 2, middle)
    context.strokeStyle = isSelected ? palette.text : palette.text3
    context.lineWidth = isSelected ? 1.5 : 1
    context.beginPath()
    context.moveTo(left - 1, crisp(top))
    context.lineTo(left - 3.5, crisp(top))
    context.lineTo(left - 3.5, crisp(bottom))
    context.lineTo(left - 1, crisp(bottom))
    context.stroke()
  }
}

function drawScales(
  context: CanvasRenderingContext2D,
  { palette, layout: { unit }, text }: Scene,
  place: ProfilePlace,
  left: number,
  { full, curveEnd }: ProfileLegend,
): void {
  const end = left + (place.profileWidth - left) * FULL_SHARE
  const boxed = (text: string, x: number, y: number, align: CanvasTextAlign) => {
    const width = context.measureText(text).width
    const from = align === 'left' ? x : align === 'right' ? x - width : x - width / 2
    context.fillStyle = palette.bg
    context.globalAlpha = 0.85
    context.fillRect(from - 3, y - 8, width + 6, 16)
    context.globalAlpha = 1
    context.fillStyle = palette.text3
    context.textAlign = 'left'
    context.fillText(text, from, y)
  }
  context.font = `400 11px ${palette.font}`
  context.textBaseline = 'middle'
  if (curveEnd > 0) boxed(text.picture.heatmap.curve(formatUsdRound(curveEnd)), place.profileWidth - 6, 10, 'right')
  const y = place.height - 10
  const [zero, half, whole] = unit === 'usd' ? ['$0', formatUsd(full / 2), formatUsd(full)] : ['0', '50', '100']
  boxed(zero, left + 1, y, 'left')
  boxed(half, (left + end) / 2, y, 'center')
  boxed(whole, Math.min(end + 10, place.profileWidth - 5), y, 'right')
}

/** What the outlines are and how long the longest is, under the words of the curve. */
function drawKnownScale(
  context: CanvasRenderingContext2D,
  { palette, text }: Scene,
  { coverage }: PositionsJson,
  { profileWidth }: ProfilePlace,
  { known }: ProfileLegend,
): void {
  const share = coverage === null ? undefined : formatShare(coverage)
  const words = text.picture.heatmap.known(share, formatUsdRound(known.full))
  context.font = `400 11px ${palette.font}`
  const from = profileWidth - 6 - context.measureText(words).width
  context.fillStyle = palette.bg
  context.globalAlpha = 0.85
  context.fillRect(from - 20, 18, profileWidth - from + 17, 16)
  context.globalAlpha = 1
  context.lineWidth = 1
  context.strokeStyle = palette.text2
  context.strokeRect(from - 16.5, 22.5, 12, 7)
  context.fillStyle = palette.text2
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText(words, from, 26)
}

function drawPriceAxis(
  context: CanvasRenderingContext2D,
  { palette, tickSize, price }: Scene,
  place: ProfilePlace,
): void {
  context.font = `400 11px ${palette.font}`
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.fillStyle = palette.text3
  const markY = price === undefined ? Number.NaN : place.yOf(Math.log(price))
  for (const { price: at, y } of priceTicks(place.height, place.yOf)) {
    if (y < 8 || y > place.height - 8 || Math.abs(y - markY) < 17) continue
    context.fillText(axisPrice(at, tickSize, place.axisWidth), place.profileWidth + place.axisWidth - 7, y)
  }
}

function drawMark(
  context: CanvasRenderingContext2D,
  { palette, price, tickSize, frozen }: Scene,
  place: ProfilePlace,
): void {
  if (price === undefined) return
  const y = crisp(place.yOf(Math.log(price)))
  context.strokeStyle = palette.text
  context.lineWidth = 1
  context.setLineDash(frozen ? [1, 3] : [])
  context.beginPath()
  context.moveTo(0, y)
  context.lineTo(place.profileWidth, y)
  context.stroke()
  context.setLineDash([])
  drawAxisLabel(context, axisPrice(price, tickSize, place.axisWidth), y, place, palette.text, palette.bg, palette)
}

/** A filled price label on the axis. */
export function drawAxisLabel(
  context: CanvasRenderingContext2D,
  text: string,
  y: number,
  place: ProfilePlace,
  fill: string,
  ink: string,
  palette: Scene['palette'],
): void {
  context.fillStyle = fill
  context.fillRect(place.profileWidth, y - 9, place.axisWidth, 18)
  context.font = `500 11px ${palette.font}`
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.fillStyle = ink
  context.fillText(text, place.profileWidth + place.axisWidth - 7, y + 0.5)
}

/** A narrow axis has no room for the digits after the point. */
export function axisPrice(price: number, tickSize: number, axisWidth: number): string {
  return axisWidth < 60 ? formatPriceShort(price, tickSize) : formatPrice(price, tickSize)
}
