import { formatPriceShort } from '../format/number.ts'
import type { HeatPlacement } from './heatmap/render.ts'
import { crisp } from './layer.ts'
import type { Scene } from './scene.ts'

const DASH = [4, 3]
/** The path stands this far from the right edge, where no candle is. */
const PATH_PX = 22
const LABEL_PX = 16
const TICK_PX = 5

/**
 * The open cascade, as a scenario: dashed and violet, never filled, named on the picture. Where it would begin, where it
 * would end with its 10-90 % range, and a tick for each round.
 */
export function drawScenario(
  context: CanvasRenderingContext2D,
  { scenario, palette, text, tickSize, price }: Scene,
  { yOf, width, height }: HeatPlacement,
): void {
  if (!scenario || price === undefined) return
  const { trigger, end, low, high, rounds } = scenario
  const words = text.picture.scenario
  const y = (at: number) => crisp(Math.min(height - 2, Math.max(1, yOf(Math.log(at)))))
  const x = crisp(width - PATH_PX)
  context.save()
  context.beginPath()
  for (const level of [trigger, end]) {
    context.moveTo(0, y(level))
    context.lineTo(width, y(level))
  }
  context.moveTo(x, y(price))
  context.lineTo(x, y(end))
  for (const at of rounds) {
    context.moveTo(x - TICK_PX, y(at))
    context.lineTo(x + TICK_PX, y(at))
  }
  // The range of the end, beside the path.
  context.moveTo(x + 2 * TICK_PX, y(low))
  context.lineTo(x + 2 * TICK_PX, y(high))
  // On bright heat too: a line of background below the dashes.
  context.strokeStyle = palette.bg
  context.globalAlpha = 0.7
  context.lineWidth = 3.5
  context.stroke()
  context.strokeStyle = palette.sim
  context.globalAlpha = 1
  context.lineWidth = 1.5
  context.setLineDash(DASH)
  context.stroke()
  context.restore()
  context.font = `500 11px ${palette.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  const isDown = end < price
  const [first, last] = [y(trigger), y(end)]
  const apart = Math.abs(last - first) >= LABEL_PX
  const labels = apart
    ? ([
        [words.trigger(formatPriceShort(trigger, tickSize)), first],
        [words.end(formatPriceShort(end, tickSize)), last],
      ] as const)
    : ([[words.end(formatPriceShort(end, tickSize)), last]] as const)
  for (const [label, at] of labels) {
    const wide = context.measureText(label).width + 10
    // Beyond its line as seen from the price, unless that is out of the picture.
    const middle = Math.min(height - 9, Math.max(9, at + (isDown ? 10 : -10)))
    context.fillStyle = palette.raised
    context.globalAlpha = 0.92
    context.fillRect(6, middle - 8, wide, 16)
    context.globalAlpha = 1
    context.fillStyle = palette.sim
    context.fillText(label, 11, middle)
  }
}
