import type { Hover, Scene } from '../scene.ts'
import { axisPrice, drawAxisLabel, type ProfilePlace } from './render.ts'

/** The crosshair's level through the profile, its price on the axis. */
export function drawCrosshair(
  context: CanvasRenderingContext2D,
  { palette, tickSize }: Scene,
  place: ProfilePlace,
  hover: Hover,
): void {
  const y = Math.round(place.yOf(hover.ln)) + 0.5
  context.strokeStyle = palette.text3
  context.lineWidth = 1
  context.setLineDash([4, 4])
  context.beginPath()
  context.moveTo(0, y)
  context.lineTo(place.profileWidth, y)
  context.stroke()
  const price = axisPrice(Math.exp(hover.ln), tickSize, place.axisWidth)
  drawAxisLabel(context, price, y, place, palette.line2, palette.text, palette)
}
