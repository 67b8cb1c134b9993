import { crisp, drawSimulated } from '../chart/layer.ts'
import { cumulativeCurve } from '../chart/profile/build.ts'
import type { Scene } from '../chart/scene.ts'
import { roundTicks } from '../chart/ticks.ts'
import { formatChange, formatPrice, formatPriceShort, formatStep, formatUsdRound } from '../format/number.ts'
import { layoutMap, type MapLayout, maxPain, type PlotBox, type PriceWindow } from './build.ts'

/** Room around the bars, CSS pixels: scales left and right, names above, prices below. */
export function plotBox(width: number, height: number): PlotBox {
  const isNarrow = width < 480
  return {
    left: isNarrow ? 34 : 54,
    right: width - (isNarrow ? 48 : 68),
    top: isNarrow ? 44 : 46,
    bottom: height - 44,
  }
}

/** Draws the map as vertical bars along a linear price axis, and says what it drew. */
export function drawMap(
  context: CanvasRenderingContext2D,
  scene: Scene,
  window: PriceWindow,
  width: number,
  height: number,
): MapLayout | undefined {
  const {
    map,
    palette,
    layout: { unit },
  } = scene
  context.fillStyle = palette.bg
  context.fillRect(0, 0, width, height)
  if (!map) return undefined
  const box = plotBox(width, height)
  const layout = layoutMap(map, window, box, unit)
  const xOf = (price: number) => box.left + ((price - window.low) / (window.high - window.low)) * (box.right - box.left)
  drawScales(context, scene, layout, box)
  drawBars(context, scene, layout, box)
  if (scene.simulated) drawSimulated(context, width, height, palette.sim, palette.font)
  drawCurves(context, scene, layout, box, xOf)
  drawMaxPain(context, scene, layout, box)
  drawClusters(context, scene, window, box, xOf)
  drawPrices(context, scene, window, box, xOf, height)
  return layout
}

const QUARTERS = [0, 0.25, 0.5, 0.75, 1] as const

function drawScales(
  context: CanvasRenderingContext2D,
  { palette, layout: { unit }, text: { picture: words } }: Scene,
  { top, curveTop, rowStep }: MapLayout,
  box: PlotBox,
): void {
  const isNarrow = box.left < 50
  context.font = `400 11px ${palette.font}`
  context.textBaseline = 'middle'
  context.fillStyle = palette.text3
  context.textAlign = 'left'
  const per = formatStep(rowStep)
  context.fillText(unit === 'usd' ? words.map.usdPer(per) : words.map.strengthPer(per), 8, 12)
  context.textAlign = 'right'
  context.fillText(words.map.cumulativeUsd, box.right + (isNarrow ? 44 : 60), 12)
  context.lineWidth = 1
  for (const share of QUARTERS) {
    const y = box.bottom - share * (box.bottom - box.top)
    context.strokeStyle = share === 0 ? palette.line2 : palette.line
    context.beginPath()
    context.moveTo(box.left, crisp(y))
    context.lineTo(box.right, crisp(y))
    context.stroke()
    context.textAlign = 'right'
    context.fillText(unit === 'usd' ? formatUsdRound(share * top) : String(100 * share), box.left - 6, y)
    if (curveTop === 0) continue
    context.textAlign = 'left'
    context.fillText(formatUsdRound(share * curveTop), box.right + 6, y)
  }
}

function drawBars(context: CanvasRenderingContext2D, scene: Scene, { bars, full, top }: MapLayout, box: PlotBox): void {
  const {
    palette,
    layout: { threshold, unit },
  } = scene
  for (const { row, x, width, y, height } of bars) {
    context.globalAlpha = (100 * row.notional) / full < threshold ? 0.3 : 1
    const known = row.leverage.reduce((sum, part) => sum + part, 0)
    if (known <= 0) {
      context.fillStyle = palette.side[row.side]
      context.fillRect(x, y, width, height)
    }
    let from = box.bottom
    row.leverage.forEach((part, group) => {
      const share = known > 0 ? (part / known) * height : 0
      context.fillStyle = palette.tints[row.side][group] ?? palette.side[row.side]
      context.fillRect(x, from - share, width, share)
      from -= share
    })
    const { low, high } = row
    if (unit !== 'usd' || low === undefined || high === undefined) continue
    const yOf = (usd: number) => Math.max(box.top, box.bottom - (usd / top) * (box.bottom - box.top))
    context.fillStyle = palette.text3
    context.globalAlpha = 0.7
    context.fillRect(Math.round(x + width / 2), yOf(high), 1, yOf(low) - yOf(high))
  }
  context.globalAlpha = 1
}

function drawCurves(
  context: CanvasRenderingContext2D,
  { map, palette }: Scene,
  { curveTop }: MapLayout,
  box: PlotBox,
  xOf: (price: number) => number,
): void {
  if (!map || curveTop === 0) return
  for (const side of ['long', 'short'] as const) {
    context.save()
    context.beginPath()
    context.rect(box.left, box.top - 2, box.right - box.left, box.bottom - box.top + 3)
    context.clip()
    for (const [width, colour] of [
      [3.5, palette.bg],
      [1.5, palette.sideText[side]],
    ] as const) {
      context.strokeStyle = colour
      context.lineWidth = width
      context.globalAlpha = width > 2 ? 0.6 : 1
      context.beginPath()
      context.moveTo(xOf(map.price), box.bottom)
      for (const { ln, notional } of cumulativeCurve(map, side))
        context.lineTo(xOf(Math.exp(ln)), box.bottom - (notional / curveTop) * (box.bottom - box.top))
      context.stroke()
    }
    context.restore()
  }
}

/** A mark at the top of each side's longest bar in view, with its price. */
function drawMaxPain(
  context: CanvasRenderingContext2D,
  { palette, tickSize, text }: Scene,
  layout: MapLayout,
  box: PlotBox,
): void {
  context.font = `400 11px ${palette.font}`
  context.textBaseline = 'middle'
  for (const side of ['long', 'short'] as const) {
    const bar = maxPain(layout, side)
    if (!bar) continue
    const x = bar.x + bar.width / 2
    const y = Math.max(box.top + 9, bar.y - 6)
    context.fillStyle = palette.text
    context.beginPath()
    context.moveTo(x - 4, y - 5)
    context.lineTo(x + 4, y - 5)
    context.lineTo(x, y)
    context.fill()
    if (box.right - box.left < 520) continue
    const label = `${text.picture.map.maxPain} ${formatPriceShort(bar.price, tickSize)}`
    const half = context.measureText(label).width
    // To the outside, where curve and mark are not; inside where there is no room.
    const isRight = side === 'short' ? x + half + 12 < box.right : x - half - 12 < box.left
    const left = isRight ? x + 8 : x - half - 8
    context.fillStyle = palette.bg
    context.globalAlpha = 0.8
    context.fillRect(left - 3, y - 10, half + 6, 16)
    context.globalAlpha = 1
    context.fillStyle = palette.sideText[side]
    context.textAlign = 'left'
    context.fillText(label, left, y - 2)
  }
}

/** Brackets with their names above the bars; a name that would lie over another stays away, its bracket stays. */
function drawClusters(
  context: CanvasRenderingContext2D,
  { clusters, palette, selected, price, text: { picture: words } }: Scene,
  window: PriceWindow,
  box: PlotBox,
  xOf: (price: number) => number,
): void {
  const taken: { from: number; to: number }[] = []
  context.textBaseline = 'middle'
  context.textAlign = 'center'
  for (const { id, side, low, high } of clusters) {
    if (high < window.low || low > window.high) continue
    const [from, to] = [Math.max(box.left, xOf(low)), Math.min(box.right, xOf(high))]
    const isSelected = id === selected
    context.strokeStyle = isSelected ? palette.text : palette.text3
    context.lineWidth = isSelected ? 1.5 : 1
    context.beginPath()
    context.moveTo(crisp(from), box.top - 4)
    context.lineTo(crisp(from), box.top - 8.5)
    context.lineTo(crisp(to), box.top - 8.5)
    context.lineTo(crisp(to), box.top - 4)
    context.stroke()
    context.font = `500 11px ${palette.font}`
    const half = context.measureText(id).width / 2 + 2
    const middle = (from + to) / 2
    if (taken.some((other) => middle - half < other.to && middle + half > other.from)) continue
    taken.push({ from: middle - half, to: middle + half })
    context.fillStyle = palette.sideText[side]
    context.fillText(id, middle, box.top - 16)
  }
  if (price === undefined || box.right - box.left < 520) return
  const x = xOf(price)
  context.font = `500 12px ${palette.font}`
  context.textAlign = 'right'
  context.fillStyle = palette.sideText.long
  context.fillText(words.map.longsIfFalls, x - 10, 12)
  context.textAlign = 'left'
  context.fillStyle = palette.sideText.short
  context.fillText(words.map.shortsIfRises, x + 10, 12)
}

function drawPrices(
  context: CanvasRenderingContext2D,
  { palette, price, tickSize, frozen, text }: Scene,
  window: PriceWindow,
  box: PlotBox,
  xOf: (price: number) => number,
  height: number,
): void {
  context.font = `400 11px ${palette.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'center'
  const markX = price === undefined ? Number.NaN : xOf(price)
  const markText = formatPrice(price, tickSize)
  context.font = `500 11px ${palette.font}`
  const markHalf = context.measureText(markText).width / 2 + 9
  context.font = `400 11px ${palette.font}`
  const labelHalf = context.measureText(formatPriceShort(window.high, tickSize)).width / 2 + 4
  const count = Math.max(2, Math.floor((box.right - box.left) / 84))
  for (const at of roundTicks(window.low, window.high, count)) {
    const x = xOf(at)
    if (Math.abs(x - markX) < markHalf + labelHalf || x < labelHalf || x > box.right + 60 - labelHalf) continue
    context.fillStyle = palette.text2
    context.fillText(formatPriceShort(at, tickSize), x, box.bottom + 14)
    if (price === undefined) continue
    context.fillStyle = palette.text3
    context.fillText(formatChange(at / price - 1, 1), x, box.bottom + 31)
  }
  if (price === undefined || price < window.low || price > window.high) return
  context.strokeStyle = palette.text
  context.lineWidth = 1
  context.setLineDash(frozen ? [1, 3] : [])
  context.beginPath()
  context.moveTo(crisp(markX), 4)
  context.lineTo(crisp(markX), box.bottom)
  context.stroke()
  context.setLineDash([])
  context.fillStyle = palette.text
  context.fillRect(Math.round(markX - markHalf), box.bottom + 4, Math.round(2 * markHalf), 18)
  context.fillStyle = palette.bg
  context.font = `500 11px ${palette.font}`
  context.fillText(markText, markX, box.bottom + 13.5)
  context.fillStyle = palette.text3
  context.font = `400 11px ${palette.font}`
  context.fillText(text.picture.map.mark, markX, Math.min(height - 7, box.bottom + 32))
}
