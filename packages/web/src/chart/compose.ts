import type { PriceChart } from './price-chart.ts'

/** Plot, panes and profile as one picture, device pixels. */
export function composed(
  chart: PriceChart | undefined,
  side: HTMLCanvasElement | null,
  width: number,
  height: number,
): HTMLCanvasElement {
  const ratio = window.devicePixelRatio || 1
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  const context = canvas.getContext('2d')
  if (context && chart) context.drawImage(chart.snapshot(), 0, 0)
  if (context && side) context.drawImage(side, canvas.width - side.width, 0)
  return canvas
}
