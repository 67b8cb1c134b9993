import {
  CrosshairMode,
  createChart,
  type IChartApi,
  type ISeriesApi,
  type ISeriesPrimitive,
  LineStyle,
  type MouseEventParams,
  type SeriesType,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import { formatMoment } from '../format/time.ts'
import { type CandleItem, InkCandles } from './candles.ts'
import { HeatPainter, type HeatPlacement } from './heatmap/render.ts'
import { layer } from './layer.ts'
import { addPane, dressPane } from './pane-series.ts'
import { type Pane, panePoints } from './panes.ts'
import { drawGapsIn, drawPlotOver, drawPlotUnder, drawTimeAxis } from './plot-layers.ts'
import type { Hover, Scene } from './scene.ts'

/**
 * Candles over heat with their panes, on lightweight-charts. The vertical axis of the plot is ln(price) and its
 * labels are drawn outside, so that the profile can stand between plot and labels on the same rows.
 */
export interface PriceChart {
  readonly setScene: (scene: Scene) => void
  readonly resize: (width: number, height: number) => void
  /** All columns, prices by themselves: the view of a fresh page. */
  readonly reset: () => void
  readonly resetPrices: () => void
  /** Shows these ln(prices) from now on, until reset. */
  readonly showPrices: (from: number, to: number) => void
  readonly geometry: () => Geometry
  readonly heat: HeatPainter
  /** Puts the crosshair on a column and a ln(price); both undefined takes it away. */
  readonly point: (openTime: number | undefined, ln: number | undefined) => void
  readonly snapshot: () => HTMLCanvasElement
  readonly destroy: () => void
}

export interface Geometry {
  readonly width: number
  readonly height: number // of the plot, without panes and time axis
  /** ln(price) at the bottom and the top of the plot. */
  readonly from: number
  readonly to: number
  readonly isAutomatic: boolean
  readonly timeAxisHeight: number
  readonly yOf: (ln: number) => number
  readonly lnOf: (y: number) => number
  readonly xOf: (time: number) => number
}

export interface PriceChartEvents {
  /** The plot was painted anew: what stands beside it has to follow. */
  readonly onPaint: () => void
  readonly onHover: (hover: Hover | undefined) => void
}

/** Room above and below the candles, as ln(price): the map is about where price has not been yet. */
const LEAST_ROOM = 0.022
const ROOM_SHARE = 0.3
/** Empty width to the right of the newest column, CSS pixels. */
const RIGHT_ROOM_PX = 14
const SEPARATOR_PX = 1

export function createPriceChart(
  container: HTMLElement,
  panes: readonly Pane[],
  first: Scene,
  events: PriceChartEvents,
): PriceChart {
  let scene = first
  let times: readonly number[] = []
  let size = { width: 0, height: 0 }
  let fitted = false
  const heat = new HeatPainter()
  const chart = createChart(container, chartOptions(first))
  const candles = chart.addCustomSeries(new InkCandles(() => scene.palette), { autoscaleInfoProvider: withRoom })
  candles.priceScale().applyOptions({ scaleMargins: { top: 0, bottom: 0 }, autoScale: true })

  const attach = (to: ISeriesApi<SeriesType>, picture: ISeriesPrimitive<Time>) => to.attachPrimitive(picture)
  const place = (): HeatPlacement => {
    const { width, height, xOf, yOf } = geometry()
    return { width, height, xOf, yOf, intervalMs: scene.picture?.intervalMs ?? 60_000 }
  }
  attach(
    candles,
    layer('under', (context) => {
      const where = place()
      drawPlotUnder(context, scene, where)
      if (scene.picture)
        heat.draw(context, scene.picture.grid, scene.map, where, { colours: scene.colours, scale: scene.scale })
      drawGapsIn(context, scene, where, true)
    }),
  )
  const over = layer('over', (context) => {
    drawPlotOver(context, scene, place())
    events.onPaint()
  })
  attach(candles, over)
  attach(
    candles,
    layer('timeAxis', (context, width, height) => {
      const { xOf } = place()
      drawTimeAxis(context, scene, xOf, width, height)
    }),
  )
  const series = panes.map((pane, i) => addPane(chart, pane.name, i + 1, first))
  for (const [front] of series)
    if (front)
      attach(
        front,
        layer('under', (context, width, height) => drawGapsIn(context, scene, { ...place(), width, height }, false)),
      )
  chart.subscribeCrosshairMove(hovered)

  function setScene(next: Scene): void {
    const before = scene
    scene = next
    if (next.palette !== before.palette) chart.applyOptions(chartOptions(next))
    if (next.palette !== before.palette || next === first)
      for (const [i, pane] of panes.entries()) dressPane(series[i]!, pane.name, next)
    if (next.picture !== before.picture || next === first || (next.map === undefined) !== (before.map === undefined))
      feed()
    over.repaint()
    if (!fitted && times.length > 0 && size.width > 0) reset()
  }

  function feed(): void {
    const { picture, map } = scene
    if (!picture) {
      times = []
      candles.setData([])
      return
    }
    times = columnTimes(picture, map?.at)
    const bars = new Map(picture.bars.map((bar) => [bar.openTime, bar]))
    candles.setData(
      times.map((time): CandleItem | { time: Time } => {
        const bar = bars.get(time)
        return bar ? { time: chartTime(time), bar } : { time: chartTime(time) }
      }),
    )
    panes.forEach(({ name }, i) => {
      const points = panePoints(name, picture.bars, picture.forcedOrders, picture.intervalMs)
      const [front, back] = series[i]!
      front?.setData(points.map(({ openTime, value }) => ({ time: chartTime(openTime), value })))
      const sign = name === 'forced' ? -1 : 1
      back?.setData(
        points.flatMap(({ openTime, part }) =>
          part === undefined ? [] : [{ time: chartTime(openTime), value: sign * part }],
        ),
      )
    })
  }

  function geometry(): Geometry {
    const height = plotHeight()
    const range = candles.priceScale().getVisibleRange()
    const ln = Math.log(scene.price ?? scene.map?.price ?? 1)
    const { from, to } = range ?? { from: ln - 2 * LEAST_ROOM, to: ln + 2 * LEAST_ROOM }
    const scale = chart.timeScale()
    const origin = times[0] ?? 0
    const intervalMs = scene.picture?.intervalMs ?? 60_000
    const { barSpacing } = scale.options()
    const spacing = times.length > 1 ? spacingOf(scale, times.length) : barSpacing
    const left = Number(scale.logicalToCoordinate(0 as Parameters<typeof scale.logicalToCoordinate>[0]) ?? 0)
    return {
      width: size.width,
      height,
      from,
      to,
      isAutomatic: candles.priceScale().options().autoScale,
      timeAxisHeight: scale.height(),
      yOf: (value) => (height - 1) * (1 - (value - from) / (to - from)),
      lnOf: (y) => to - (y / (height - 1)) * (to - from),
      xOf: (time) => left + ((time - origin) / intervalMs - 0.5) * spacing,
    }
  }

  function plotHeight(): number {
    const below = panes.reduce((sum, pane) => sum + pane.height + SEPARATOR_PX, 0)
    return Math.max(0, size.height - below - chart.timeScale().height())
  }

  function reset(): void {
    fitted = true
    resetPrices()
    const spacing = (size.width - RIGHT_ROOM_PX) / Math.max(1, times.length)
    chart.timeScale().setVisibleLogicalRange({ from: -0.5, to: size.width / spacing - 0.5 })
  }

  function resetPrices(): void {
    candles.priceScale().setAutoScale(true)
  }

  function hovered({ point, time, logical }: MouseEventParams): void {
    const { height, lnOf } = geometry()
    // In the panes the crosshair has a time and no price.
    if (!point || logical === undefined || point.y > height) {
      events.onHover(undefined)
      return
    }
    const openTime = typeof time === 'number' ? time * 1000 : undefined
    events.onHover({ x: point.x, y: point.y, ln: lnOf(point.y), openTime })
  }

  setScene(first)
  return {
    setScene,
    resize(width, height) {
      size = { width, height }
      chart.resize(width, height)
      const main = plotHeight()
      chart.panes().forEach((pane, i) => {
        pane.setStretchFactor(i === 0 ? main : (panes[i - 1]?.height ?? 0))
      })
      if (times.length > 0) reset()
    },
    reset,
    resetPrices,
    showPrices: (from, to) => candles.priceScale().setVisibleRange({ from, to }),
    geometry,
    heat,
    point(openTime, ln) {
      if (openTime === undefined || ln === undefined) chart.clearCrosshairPosition()
      else chart.setCrosshairPosition(ln, chartTime(openTime), candles)
    },
    snapshot: () => chart.takeScreenshot(),
    destroy: () => chart.remove(),
  }
}

/** Every interval from the first to the last column, bar or the map of now: a missing one keeps its place. */
function columnTimes(
  { bars, grid, intervalMs }: NonNullable<Scene['picture']>,
  liveAt: number | undefined,
): readonly number[] {
  const ends = [bars[0]?.openTime, bars.at(-1)?.openTime, grid.openTimes[0], grid.openTimes.at(-1)]
  const known = ends.filter((time) => time !== undefined)
  const newest = Math.max(...known)
  const live = liveAt === undefined ? newest : Math.floor(liveAt / intervalMs) * intervalMs
  if (known.length === 0) return liveAt === undefined ? [] : [live]
  const first = Math.min(...known)
  // A map far newer than the last bar is of a feed that came back: the chart follows when its bars are here.
  const last = live - newest <= 2 * intervalMs ? Math.max(newest, live) : newest
  return Array.from({ length: Math.round((last - first) / intervalMs) + 1 }, (_, i) => first + i * intervalMs)
}

function spacingOf(scale: ReturnType<IChartApi['timeScale']>, columns: number): number {
  const at = (index: number) =>
    Number(scale.logicalToCoordinate(index as Parameters<typeof scale.logicalToCoordinate>[0]))
  return (at(columns - 1) - at(0)) / (columns - 1)
}

function withRoom(original: () => { priceRange: { minValue: number; maxValue: number } | null } | null) {
  const info = original()
  if (!info?.priceRange) return info
  const { minValue, maxValue } = info.priceRange
  const room = Math.max(LEAST_ROOM, ROOM_SHARE * (maxValue - minValue))
  return { priceRange: { minValue: minValue - room, maxValue: maxValue + room } }
}

/** lightweight-charts marks its seconds with a nominal type that only a cast can give. */
function chartTime(ms: number): UTCTimestamp {
  return (ms / 1000) as UTCTimestamp
}

function chartOptions({ palette }: Scene) {
  const crosshairLine = {
    color: palette.text3,
    width: 1,
    style: LineStyle.Dashed,
    labelBackgroundColor: palette.theme === 'dark' ? palette.raised : palette.text2,
  } as const
  return {
    autoSize: false,
    layout: {
      background: { color: palette.bg },
      textColor: palette.text3,
      fontFamily: palette.font,
      fontSize: 11,
      attributionLogo: false,
      panes: { separatorColor: palette.line, separatorHoverColor: palette.line, enableResize: false },
    },
    grid: { vertLines: { visible: false }, horzLines: { visible: false } },
    leftPriceScale: { visible: false },
    rightPriceScale: { visible: false },
    timeScale: {
      borderColor: palette.line,
      minBarSpacing: 0.05,
      maxBarSpacing: 60,
      minimumHeight: 22,
      timeVisible: true,
      shiftVisibleRangeOnNewBar: true,
      // Its own labels are cut by the edges; ours are drawn by a layer.
      tickMarkFormatter: () => '',
    },
    localization: { timeFormatter: (time: Time) => (typeof time === 'number' ? formatMoment(time * 1000) : '') },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: crosshairLine,
      horzLine: { ...crosshairLine, labelVisible: false },
    },
    handleScroll: { vertTouchDrag: false },
    hoveredSeriesOnTop: false,
  }
}
