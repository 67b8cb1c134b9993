import type { BarJson } from '@liqscope/protocol'
import type {
  CustomBarItemData,
  CustomData,
  CustomSeriesOptions,
  CustomSeriesWhitespaceData,
  ICustomSeriesPaneRenderer,
  ICustomSeriesPaneView,
  PaneRendererCustomData,
  Time,
} from 'lightweight-charts'
import { customSeriesDefaultOptions } from 'lightweight-charts'
import type { Scene } from './scene.ts'

/** A bar on the chart. The chart's vertical axis is ln(price), so that equal distances are equal changes. */
export interface CandleItem extends CustomData<Time> {
  readonly bar: BarJson
}

type DrawTarget = Parameters<ICustomSeriesPaneRenderer['draw']>[0]
type ToCoordinate = Parameters<ICustomSeriesPaneRenderer['draw']>[1]

/** Below this many pixels per bar only the wick is drawn: a body would be a smear. */
const BODY_FROM_PX = 3
const HALO_OPACITY = 0.75

/**
 * Candles of ink: up solid, down hollow, each with a halo of the background, so that side colours stay free. Coloured
 * ones are a person's own choice.
 */
export class InkCandles implements ICustomSeriesPaneView<Time, CandleItem, CustomSeriesOptions> {
  #data: PaneRendererCustomData<Time, CandleItem> | undefined
  readonly #scene: () => Scene

  constructor(scene: () => Scene) {
    this.#scene = scene
  }

  renderer(): ICustomSeriesPaneRenderer {
    return { draw: (target, toCoordinate) => this.#draw(target, toCoordinate) }
  }

  update(data: PaneRendererCustomData<Time, CandleItem>): void {
    this.#data = data
  }

  priceValueBuilder({ bar }: CandleItem): number[] {
    return [Math.log(bar.low), Math.log(bar.high), Math.log(bar.close)]
  }

  isWhitespace(item: CandleItem | CustomSeriesWhitespaceData<Time>): item is CustomSeriesWhitespaceData<Time> {
    return !('bar' in item)
  }

  defaultOptions(): CustomSeriesOptions {
    return { ...customSeriesDefaultOptions, lastValueVisible: false, priceLineVisible: false }
  }

  #draw(target: DrawTarget, toCoordinate: ToCoordinate): void {
    const data = this.#data
    if (!data?.visibleRange) return
    const { palette, coloured } = this.#scene()
    const { ink, bg, side } = palette
    const width = Math.max(1, Math.floor(data.barSpacing * 0.72))
    const candles = data.bars
      .slice(data.visibleRange.from, data.visibleRange.to)
      .map((item) => shape(item, toCoordinate, width))
      .filter((candle) => candle !== undefined)
    target.useMediaCoordinateSpace(({ context }) => {
      // All halos first: a neighbour's halo must not eat into a candle.
      context.fillStyle = bg
      context.globalAlpha = HALO_OPACITY
      for (const { x, high, low, left, top, height } of candles) {
        context.fillRect(x - 1, high - 1, 3, low - high + 2)
        if (width >= BODY_FROM_PX) context.fillRect(left - 1, top - 1, width + 2, height + 2)
      }
      context.globalAlpha = 1
      for (const { x, high, low, left, top, height, isUp } of candles) {
        // Coloured candles are filled both ways: their hue says what hollow says in ink.
        context.fillStyle = coloured ? side[isUp ? 'long' : 'short'] : ink
        context.fillRect(x, high, 1, Math.max(1, low - high))
        if (width < BODY_FROM_PX) continue
        context.fillRect(left, top, width, height)
        if (coloured || isUp || height < 3) continue
        context.fillStyle = bg
        context.fillRect(left + 1, top + 1, width - 2, height - 2)
      }
    })
  }
}

interface CandleShape {
  readonly x: number
  readonly high: number
  readonly low: number
  readonly left: number
  readonly top: number
  readonly height: number
  readonly isUp: boolean
}

function shape(
  { x, originalData: { bar } }: CustomBarItemData<Time, CandleItem>,
  toCoordinate: ToCoordinate,
  width: number,
): CandleShape | undefined {
  const [open, high, low, close] = [bar.open, bar.high, bar.low, bar.close].map((price) =>
    toCoordinate(Math.log(price)),
  )
  if (open == null || high == null || low == null || close == null) return undefined
  const middle = Math.round(x)
  const top = Math.round(Math.min(open, close))
  return {
    x: middle,
    high: Math.round(high),
    low: Math.round(low),
    left: middle - Math.floor(width / 2),
    top,
    height: Math.max(1, Math.round(Math.max(open, close)) - top),
    isUp: bar.close >= bar.open,
  }
}
