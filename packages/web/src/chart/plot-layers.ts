import type { GapJson } from '@liqscope/protocol'
import { formatMoment } from '../format/time.ts'
import type { HeatPlacement } from './heatmap/render.ts'
import { crisp, drawSimulated, hatch } from './layer.ts'
import { priceTicks } from './price-axis.ts'
import { largestRings, ringRadius, ringReference, ringsOfPicture } from './rings.ts'
import type { Scene } from './scene.ts'
import { timeTicks } from './time-axis.ts'

/** A gap is drawn at least this wide: a missing minute in a year is still missing. */
const LEAST_GAP_PX = 6
const HATCH_SPACING_PX = 6

/** Grid lines, at the prices the axis names. */
export function drawPlotUnder(context: CanvasRenderingContext2D, scene: Scene, place: HeatPlacement): void {
  context.strokeStyle = scene.palette.line
  context.globalAlpha = 0.6
  context.lineWidth = 1
  context.beginPath()
  for (const { y } of priceTicks(place.height, place.yOf)) {
    context.moveTo(0, crisp(y))
    context.lineTo(place.width, crisp(y))
  }
  context.stroke()
  context.globalAlpha = 1
  sayWhereHeatBegins(context, scene, place)
}

/** The least width that has room for the sentence, CSS pixels. */
const SENTENCE_PX = 190

/** Bars may reach further back than the columns that were kept: empty is then not the same as nothing there. */
function sayWhereHeatBegins(
  context: CanvasRenderingContext2D,
  { picture, palette, text }: Scene,
  place: HeatPlacement,
): void {
  const first = picture?.grid.openTimes[0]
  const oldest = picture?.bars[0]?.openTime
  if (first === undefined || oldest === undefined) return
  const left = Math.max(0, place.xOf(oldest))
  const width = place.xOf(first) - left
  if (width < SENTENCE_PX) return
  context.font = `400 11px ${palette.font}`
  context.fillStyle = palette.text3
  context.textAlign = 'center'
  context.fillText(text.picture.heatmap.keptSince(formatMoment(first)), left + width / 2, 44)
  context.textAlign = 'left'
}

/** Hatching where an input was missing, through the plot and each pane; only the plot names them. */
export function drawGapsIn(
  context: CanvasRenderingContext2D,
  { picture, palette, text: words }: Scene,
  place: HeatPlacement,
  withLabels: boolean,
): void {
  const gaps = mergedGaps(picture?.gaps ?? [])
    .map((gap) => {
      const left = place.xOf(gap.from)
      return { gap, left, width: Math.max(LEAST_GAP_PX, place.xOf(gap.to) - left) }
    })
    .filter(({ left, width }) => left + width > 0 && left < place.width)
  for (const { left, width } of gaps) {
    context.fillStyle = palette.bg
    context.globalAlpha = 0.55
    context.fillRect(left, 0, width, place.height)
    context.globalAlpha = 1
    hatch(context, [left, 0, width, place.height], HATCH_SPACING_PX, palette.text2)
  }
  if (!withLabels) return
  context.font = `400 11px ${palette.font}`
  context.textBaseline = 'middle'
  let labelEnd = Number.NEGATIVE_INFINITY
  for (const { gap, left, width } of gaps) {
    const text = words.picture.heatmap.missing(gap.channels, formatMoment(gap.from))
    const boxWidth = context.measureText(text).width + 12
    const at = Math.min(Math.max(2, left + width / 2 - boxWidth / 2), place.width - boxWidth - 2)
    if (at < labelEnd) continue // the hatching stays; a label over another says nothing
    labelEnd = at + boxWidth + 4
    context.fillStyle = palette.raised
    context.strokeStyle = palette.line2
    context.fillRect(at, 6, boxWidth, 18)
    context.strokeRect(crisp(at), 6.5, Math.round(boxWidth) - 1, 17)
    context.fillStyle = palette.warn
    context.fillText(text, at + 6, 15.5)
  }
}

/** Rings of observed orders, the mark line, and the simulated market's frame and word. */
export function drawPlotOver(context: CanvasRenderingContext2D, scene: Scene, place: HeatPlacement): void {
  const { picture, palette } = scene
  if (scene.simulated) drawSimulated(context, place.width, place.height, palette.sim, palette.font)
  if (picture) drawRings(context, scene, place)
  if (scene.moment !== undefined) drawMoment(context, scene, place, scene.moment)
  if (scene.price === undefined) return
  context.strokeStyle = palette.text
  context.globalAlpha = 0.75
  context.lineWidth = 1
  context.setLineDash([1, 3])
  context.beginPath()
  const y = crisp(place.yOf(Math.log(scene.price)))
  context.moveTo(0, y)
  context.lineTo(place.width, y)
  context.stroke()
}

/** Where the past moment ends and what came after begins. */
function drawMoment(
  context: CanvasRenderingContext2D,
  { palette, text: { picture: words } }: Scene,
  { xOf, width, height }: HeatPlacement,
  moment: number,
): void {
  const x = xOf(moment)
  if (x < 0 || x > width) return
  context.fillStyle = palette.accent
  context.fillRect(Math.round(x) - 1, 0, 2, height)
  context.font = `500 11px ${palette.font}`
  context.textBaseline = 'middle'
  for (const [label, side] of [
    [words.heatmap.knownThen(formatMoment(moment)), -1],
    [words.heatmap.after, 1],
  ] as const) {
    const wide = context.measureText(label).width + 12
    const left = side < 0 ? x - wide - 5 : x + 5
    if (left < 0 || left + wide > width) continue
    context.fillStyle = palette.raised
    context.globalAlpha = 0.9
    context.fillRect(left, 28, wide, 18)
    context.globalAlpha = 1
    context.fillStyle = side < 0 ? palette.accent : palette.text2
    context.textAlign = 'left'
    context.fillText(label, left + 6, 37.5)
  }
}

function drawRings(context: CanvasRenderingContext2D, { picture, palette }: Scene, place: HeatPlacement): void {
  if (!picture) return
  const rings = ringsOfPicture(picture)
  const reference = ringReference(rings)
  const [from, to] = [place.timeOf(0), place.timeOf(place.width)]
  for (const ring of largestRings(rings, from - picture.intervalMs, to)) {
    const radius = ringRadius(ring.notional, reference)
    if (radius === undefined) continue
    const x = place.xOf(ring.openTime + picture.intervalMs / 2)
    const y = place.yOf(Math.log(ring.price))
    // The dark line outside keeps the ring visible on bright heat.
    for (const [width, colour] of [
      [3.5, palette.bg],
      [1.5, palette.sideText[ring.side]],
    ] as const) {
      context.lineWidth = width
      context.strokeStyle = colour
      context.beginPath()
      context.arc(x, y, radius, 0, 2 * Math.PI)
      context.stroke()
    }
  }
}

/** Times at the left and right edge of the plot; `xOf` is linear. */
function visibleTimes({ xOf, width }: Pick<HeatPlacement, 'xOf' | 'width'>): {
  readonly from: number
  readonly to: number
} {
  const perMs = (xOf(SPAN_MS) - xOf(0)) / SPAN_MS
  const from = -xOf(0) / perMs
  return { from, to: from + width / perMs }
}

/** Long enough that a pixel's fraction over it does not lose digits. */
const SPAN_MS = 1e12

/** Labels of the time axis, UTC; days stand out among hours. */
export function drawTimeAxis(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  xOf: (time: number) => number,
  width: number,
  height: number,
): void {
  const { from, to } = visibleTimes({ xOf, width })
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (const { x, text, isMajor } of timeTicks(from, to, width)) {
    context.font = `${isMajor ? 500 : 400} 11px ${palette.font}`
    context.fillStyle = isMajor ? palette.text2 : palette.text3
    context.fillText(text, x, height / 2)
  }
}

interface MergedGap {
  readonly from: number
  readonly to: number
  readonly channels: string
}

/** Gaps of several channels over the same time are one hatching with all their names. */
export function mergedGaps(gaps: readonly GapJson[]): MergedGap[] {
  const merged: { from: number; to: number; channels: Set<string> }[] = []
  for (const { from, to, channel } of [...gaps].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last && from <= last.to) {
      last.to = Math.max(last.to, to)
      last.channels.add(channel)
    } else merged.push({ from, to, channels: new Set([channel]) })
  }
  return merged.map(({ from, to, channels }) => ({ from, to, channels: [...channels].join(', ') }))
}
