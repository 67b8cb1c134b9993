import { formatPriceShort } from '../format/number.ts'
import { formatMinute } from '../format/time.ts'
import type { HeatPlacement } from './heatmap/render.ts'
import { crisp } from './layer.ts'
import { type OverlayLine, overlayLines } from './overlays.ts'
import type { Scene } from './scene.ts'
import { sessionOpens } from './sessions.ts'

/** Each line has its own dash as well as its weight: red and green mean sides, and no other hue is free. */
const LOOKS: Readonly<Record<OverlayLine['look'], { width: number; dash: readonly number[]; opacity: number }>> = {
  strong: { width: 1.5, dash: [], opacity: 1 },
  plain: { width: 1.25, dash: [6, 3], opacity: 0.9 },
  faint: { width: 1, dash: [2, 3], opacity: 0.85 },
}
const DAY = 86_400_000
/** Session opens of more days than this are a fence. */
const MOST_SESSION_DAYS = 12
const LABEL_PX = 15
/** Length of a line's sample, and the legend's place below the labels of gaps. */
const SAMPLE_PX = 18
const LEGEND_TOP_PX = 50
const FEWEST_EVENT_PX = 14

/** Lines over the candles, session opens and calendar events. */
export function drawOverlays(context: CanvasRenderingContext2D, scene: Scene, place: HeatPlacement): void {
  const { picture, layout } = scene
  if (!picture) return
  if (layout.overlays.includes('sessions')) drawSessions(context, scene, place)
  if (layout.overlays.includes('events')) drawEvents(context, scene, place)
  const lines = overlayLines(picture.bars, layout.overlays, picture.intervalMs, scene.text)
  for (const line of lines) drawLine(context, scene, place, line)
}

/** The lines' names, on top of everything. */
export function drawOverlayNames(context: CanvasRenderingContext2D, scene: Scene): void {
  const { picture, layout } = scene
  if (!picture) return
  drawNames(context, scene, overlayLines(picture.bars, layout.overlays, picture.intervalMs, scene.text))
}

function drawLine(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  { xOf, yOf, width, intervalMs }: HeatPlacement,
  { points, look }: OverlayLine,
): void {
  const { width: weight, dash, opacity } = LOOKS[look]
  const path = new Path2D()
  let before: number | undefined
  for (const { openTime, price } of points) {
    const x = xOf(openTime + intervalMs / 2)
    if (x >= -40 && x <= width + 40) {
      const isBroken = before === undefined || openTime - before > 1.5 * intervalMs
      path[isBroken ? 'moveTo' : 'lineTo'](x, yOf(Math.log(price)))
      before = openTime
    } else before = undefined
  }
  context.save()
  context.lineJoin = 'round'
  context.setLineDash([])
  context.strokeStyle = palette.bg
  context.globalAlpha = 0.7
  context.lineWidth = weight + 2
  context.stroke(path)
  context.strokeStyle = palette.text
  context.globalAlpha = opacity
  context.lineWidth = weight
  context.setLineDash([...dash])
  context.stroke(path)
  context.restore()
}

/** What each line is and where it stands now, in the corner furthest from the price of now. */
function drawNames(
  context: CanvasRenderingContext2D,
  { palette, tickSize }: Scene,
  lines: readonly OverlayLine[],
): void {
  const named = lines.filter(({ label, points }) => label !== '' && points.length > 0)
  if (named.length === 0) return
  context.font = `400 11px ${palette.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  const rows = named.map(({ label, look, points }) => ({
    look,
    text: look === 'faint' ? label : `${label}  ${formatPriceShort(points.at(-1)!.price, tickSize)}`,
  }))
  const width = Math.max(...rows.map(({ text }) => context.measureText(text).width)) + SAMPLE_PX + 22
  context.fillStyle = palette.raised
  context.globalAlpha = 0.88
  context.fillRect(8, LEGEND_TOP_PX, width, rows.length * LABEL_PX + 6)
  context.globalAlpha = 1
  rows.forEach(({ text, look }, row) => {
    const y = LEGEND_TOP_PX + 3 + (row + 0.5) * LABEL_PX
    context.strokeStyle = palette.text
    context.lineWidth = LOOKS[look].width
    context.setLineDash([...LOOKS[look].dash])
    context.beginPath()
    context.moveTo(14, crisp(y))
    context.lineTo(14 + SAMPLE_PX, crisp(y))
    context.stroke()
    context.fillStyle = palette.text2
    context.fillText(text, 22 + SAMPLE_PX, y)
  })
  context.setLineDash([])
}

function drawSessions(
  context: CanvasRenderingContext2D,
  { palette, text }: Scene,
  { xOf, timeOf, width, height, intervalMs }: HeatPlacement,
): void {
  const [from, to] = [timeOf(0), timeOf(width)]
  if (to - from > MOST_SESSION_DAYS * DAY || intervalMs > DAY / 4) return
  context.font = `400 11px ${palette.font}`
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  const names = text.picture.overlays
  let labelEnd = Number.NEGATIVE_INFINITY
  for (const { time, place } of sessionOpens(from, to)) {
    const x = crisp(xOf(time))
    upright(context, x, height, palette.text3, [1, 4])
    if (x + 3 < labelEnd) continue
    box(context, names[place], x + 5, height - 9, palette.raised, palette.text2)
    labelEnd = x + 12 + context.measureText(names[place]).width
  }
}

function drawEvents(
  context: CanvasRenderingContext2D,
  { palette, calendar }: Scene,
  { xOf, timeOf, width, height }: HeatPlacement,
): void {
  if (!calendar) return
  const [from, to] = [timeOf(0), timeOf(width)]
  context.font = `400 11px ${palette.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  let last = Number.NEGATIVE_INFINITY
  let labelEnd = Number.NEGATIVE_INFINITY
  for (const { time, title } of calendar.events) {
    if (time < from || time > to) continue
    const x = crisp(xOf(time))
    if (x - last < 1) continue
    last = x
    upright(context, x, height, palette.text2, [4, 2])
    const label = `${title.slice(0, 28)} ${formatMinute(time)}`
    const end = x + context.measureText(label).width + 14
    if (x < labelEnd + FEWEST_EVENT_PX || end > width) continue
    context.textAlign = 'left'
    box(context, label, x + 4, height - 26, palette.raised, palette.text)
    labelEnd = end
  }
}

function upright(
  context: CanvasRenderingContext2D,
  x: number,
  height: number,
  colour: string,
  dash: readonly number[],
): void {
  context.save()
  context.strokeStyle = colour
  context.lineWidth = 1
  context.setLineDash([...dash])
  context.beginPath()
  context.moveTo(x, 0)
  context.lineTo(x, height)
  context.stroke()
  context.restore()
}

/** Text on a small ground, aligned as the context is. */
function box(context: CanvasRenderingContext2D, text: string, x: number, y: number, ground: string, ink: string): void {
  const width = context.measureText(text).width
  const left = context.textAlign === 'right' ? x - width : x
  context.fillStyle = ground
  context.globalAlpha = 0.88
  context.fillRect(left - 3, y - 8, width + 6, 16)
  context.globalAlpha = 1
  context.fillStyle = ink
  context.fillText(text, x, y)
}
