import type { GapJson } from '@liqscope/protocol'
import { formatMoment } from '../format/time.ts'
import type { HeatPlacement } from './heatmap/render.ts'
import { crisp, drawSimulated, hatch } from './layer.ts'
import { priceTicks } from './price-axis.ts'
import { largestRings, ringRadius, ringReference, ringsOfPicture } from './rings.ts'
import type { Scene } from './scene.ts'

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
}

/** Hatching where an input was missing, through the plot and each pane; only the plot names them. */
export function drawGapsIn(
  context: CanvasRenderingContext2D,
  { picture, palette }: Scene,
  place: HeatPlacement,
  withLabels: boolean,
): void {
  let labelEnd = Number.NEGATIVE_INFINITY
  for (const gap of mergedGaps(picture?.gaps ?? [])) {
    const left = place.xOf(gap.from)
    const width = Math.max(LEAST_GAP_PX, place.xOf(gap.to) - left)
    if (left + width < 0 || left > place.width) continue
    context.fillStyle = palette.bg
    context.globalAlpha = 0.55
    context.fillRect(left, 0, width, place.height)
    context.globalAlpha = 1
    hatch(context, [left, 0, width, place.height], HATCH_SPACING_PX, palette.text2)
    if (!withLabels) continue
    context.font = `400 11px ${palette.font}`
    const text = `no ${gap.channels} ${formatMoment(gap.from)}`
    const boxWidth = context.measureText(text).width + 12
    const at = Math.min(Math.max(2, left + width / 2 - boxWidth / 2), place.width - boxWidth - 2)
    if (at < labelEnd) continue // the hatching stays; a label over another says nothing
    labelEnd = at + boxWidth + 4
    context.fillStyle = palette.raised
    context.strokeStyle = palette.line2
    context.fillRect(at, 6, boxWidth, 18)
    context.strokeRect(Math.round(at) + 0.5, 6.5, Math.round(boxWidth) - 1, 17)
    context.fillStyle = palette.warn
    context.textBaseline = 'middle'
    context.fillText(text, at + 6, 15.5)
  }
}

/** Rings of observed orders, the mark line, and the simulated market's frame and word. */
export function drawPlotOver(context: CanvasRenderingContext2D, scene: Scene, place: HeatPlacement): void {
  const { picture, palette } = scene
  if (scene.simulated) drawSimulated(context, place.width, place.height, palette.sim, palette.font)
  if (picture) drawRings(context, scene, place)
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

function drawRings(context: CanvasRenderingContext2D, { picture, palette }: Scene, place: HeatPlacement): void {
  if (!picture) return
  const rings = ringsOfPicture(picture)
  const reference = ringReference(rings)
  const { from, to } = visibleTimes(place)
  for (const ring of largestRings(rings, from, to)) {
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
function visibleTimes({ xOf, width, intervalMs }: HeatPlacement): { from: number; to: number } {
  const spacing = xOf(intervalMs) - xOf(0)
  const from = (-xOf(0) / spacing) * intervalMs
  return { from: from - intervalMs, to: from + (width / spacing) * intervalMs }
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
