import type { HeatPlacement } from './heatmap/render.ts'
import type { Scene } from './scene.ts'

/** Width of the strip of zones at the right edge of the plot, and the least height that has room for a label. */
const STRIP_PX = 10
const LABEL_PX = 16

/**
 * Gradient zones as a strip beside the candles: filled, because estimated, and without a hue, because neither side's.
 * Dense zones are strong, smooth ones faint; each has its index beside it.
 */
export function drawZones(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { yOf, width, height }: HeatPlacement,
): void {
  const { zones, palette, text } = scene
  if (!zones) return
  const words = text.picture.overlays
  context.font = `400 11px ${palette.font}`
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  if (zones.length === 0) {
    context.fillStyle = palette.text2
    context.fillText(words.noZones, width - STRIP_PX, height - 12)
  }
  for (const { kind, low, high, index } of zones) {
    const top = Math.max(0, yOf(Math.log(high)))
    const bottom = Math.min(height, yOf(Math.log(low)))
    if (bottom - top < 1) continue
    context.fillStyle = palette.bg
    context.fillRect(width - STRIP_PX - 1, top, STRIP_PX, bottom - top)
    context.fillStyle = palette.text2
    context.globalAlpha = kind === 'blackHole' ? 0.85 : 0.3
    context.fillRect(width - STRIP_PX, top + 1, STRIP_PX - 2, bottom - top - 2)
    context.globalAlpha = 1
    if (bottom - top < LABEL_PX) continue
    const label = `${kind === 'blackHole' ? words.dense : words.smooth} ${Math.round(index)}`
    const wide = context.measureText(label).width
    const middle = (top + bottom) / 2
    context.fillStyle = palette.raised
    context.globalAlpha = 0.88
    context.fillRect(width - STRIP_PX - wide - 10, middle - 8, wide + 6, 16)
    context.globalAlpha = 1
    context.fillStyle = palette.text2
    context.fillText(label, width - STRIP_PX - 7, middle)
  }
  context.textAlign = 'left'
}
