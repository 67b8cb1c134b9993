import {
  createChart,
  type ISeriesApi,
  type ISeriesPrimitive,
  type MouseEventParams,
  type SeriesType,
  type Time,
} from 'lightweight-charts'
import type { Zoom } from '../state/layout.ts'
import { InkCandles } from './candles.ts'
import { chartOptions } from './chart-options.ts'
import { columnTimes, type FedCandles, feedCandles } from './columns.ts'
import { HeatPainter, type HeatPlacement } from './heatmap/render.ts'
import { layer } from './layer.ts'
import { drawOverlayNames, drawOverlays } from './overlay-layer.ts'
import { addPane, chartTime } from './pane-series.ts'
import { type Pane, panePointsOf } from './panes.ts'
import { drawGapsIn, drawPlotOver, drawPlotUnder, drawTimeAxis } from './plot-layers.ts'
import { drawScenario } from './scenario-layer.ts'
import type { Hover, Scene } from './scene.ts'
import { drawZones } from './zones-layer.ts'

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
  /** Shows this part from now on; what it leaves open is shown as on a fresh page. */
  readonly show: (zoom: Zoom | undefined) => void
  /** Stretches time around a share of the width, 0 left to 1 right; a factor below 1 looks closer. */
  readonly zoomTime: (factor: number, share: number) => void
  /** The part in view, as far as it is not that of a fresh page. */
  readonly zoom: () => Zoom | undefined
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
  readonly timeAxisHeight: number
  readonly yOf: (ln: number) => number
  readonly lnOf: (y: number) => number
  readonly xOf: (time: number) => number
  readonly timeOf: (x: number) => number
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
/** A view of time within this many columns of the fresh one is the fresh one. */
const FITTED_COLUMNS = 0.6
/** Where a moment is put that was out of view, as a share of the width. */
const MOMENT_SHARE = 0.6

export function createPriceChart(
  container: HTMLElement,
  panes: readonly Pane[],
  first: Scene,
  events: PriceChartEvents,
): PriceChart {
  let scene = first
  let fed: FedCandles = { times: [], bars: [] }
  let size = { width: 0, height: 0 }
  /** What to show as soon as there are columns and a size. */
  let wanted: { zoom: Zoom | undefined } | undefined = { zoom: undefined }
  const heat = new HeatPainter()
  const chart = createChart(container, chartOptions(first))
  const candles = chart.addCustomSeries(new InkCandles(() => scene), { autoscaleInfoProvider: withRoom })
  candles.priceScale().applyOptions({ scaleMargins: { top: 0, bottom: 0 }, autoScale: true })
  const scale = chart.timeScale()

  const attach = (to: ISeriesApi<SeriesType>, picture: ISeriesPrimitive<Time>) => to.attachPrimitive(picture)
  const place = (): HeatPlacement => {
    const { width, height, xOf, yOf, timeOf } = geometry()
    return { width, height, xOf, yOf, timeOf, intervalMs: scene.picture?.intervalMs ?? 60_000 }
  }
  attach(
    candles,
    layer('under', (context) => {
      const where = place()
      drawPlotUnder(context, scene, where)
      if (scene.picture) heat.draw(context, scene.picture.grid, scene, where)
      drawGapsIn(context, scene, where, true)
    }),
  )
  const over = layer('over', (context) => {
    const where = place()
    drawOverlays(context, scene, where)
    drawZones(context, scene, where)
    drawPlotOver(context, scene, where)
    drawScenario(context, scene, where)
    drawOverlayNames(context, scene)
    events.onPaint()
  })
  attach(candles, over)
  attach(
    candles,
    layer('timeAxis', (context, width, height) => drawTimeAxis(context, scene, place().xOf, width, height)),
  )
  const series = panes.map((pane, i) => addPane(chart, pane.name, i + 1))
  for (const { front } of series)
    attach(
      front,
      layer('under', (context, width, height) => drawGapsIn(context, scene, { ...place(), width, height }, false)),
    )
  chart.subscribeCrosshairMove(hovered)

  function setScene(next: Scene): void {
    const before = scene
    scene = next
    const isFirst = next === first
    if (next.palette !== before.palette) chart.applyOptions(chartOptions(next))
    if (next.palette !== before.palette || isFirst) for (const pane of series) pane.dress(next)
    if (next.picture !== before.picture || isFirst || (next.map === undefined) !== (before.map === undefined)) feed()
    over.repaint()
    settle()
    if (next.moment !== undefined && next.moment !== before.moment) keepInView(next.moment)
  }

  /** A moment outside of what is in view is brought in, with room for what happened after. */
  function keepInView(moment: number): void {
    const { from, to } = timesInView()
    if (wanted || size.width <= 0 || (moment >= from && moment <= to)) return
    showTimes({ from: moment - MOMENT_SHARE * (to - from), to: moment + (1 - MOMENT_SHARE) * (to - from) })
  }

  function feed(): void {
    const { picture, map } = scene
    const held = wanted ? undefined : timesInView()
    const origin = fed.times[0]
    const liveAt = scene.moment === undefined ? map?.at : undefined
    const next = picture ? { times: columnTimes(picture, liveAt), bars: picture.bars } : { times: [], bars: [] }
    const isWhole = feedCandles(candles, fed, next)
    fed = next
    if (picture) panes.forEach(({ name }, i) => void series[i]?.feed(panePointsOf(picture, name)))
    // The library counts columns: another first one would move the view by as many.
    const [oldest, newest] = [next.times[0], next.times.at(-1)]
    if (!isWhole || !held || origin === undefined || oldest === undefined || newest === undefined) return
    if (held.to < oldest || held.from > newest) show(undefined)
    else if (origin !== oldest) showTimes(held)
  }

  function geometry(): Geometry {
    const height = plotHeight()
    const range = candles.priceScale().getVisibleRange()
    const ln = Math.log(scene.price ?? scene.map?.price ?? 1)
    const { from, to } = range ?? { from: ln - 2 * LEAST_ROOM, to: ln + 2 * LEAST_ROOM }
    const { times } = fed
    const origin = times[0] ?? 0
    const intervalMs = scene.picture?.intervalMs ?? 60_000
    const left = xOfColumn(0)
    const spacing =
      times.length > 1 ? (xOfColumn(times.length - 1) - left) / (times.length - 1) : scale.options().barSpacing
    return {
      width: size.width,
      height,
      from,
      to,
      timeAxisHeight: scale.height(),
      yOf: (value) => (height - 1) * (1 - (value - from) / (to - from)),
      lnOf: (y) => to - (y / (height - 1)) * (to - from),
      xOf: (time) => left + ((time - origin) / intervalMs - 0.5) * spacing,
      timeOf: (x) => origin + ((x - left) / spacing + 0.5) * intervalMs,
    }
  }

  function xOfColumn(index: number): number {
    return Number(scale.logicalToCoordinate(index as Parameters<typeof scale.logicalToCoordinate>[0]) ?? 0)
  }

  function plotHeight(): number {
    const below = panes.reduce((sum, pane) => sum + pane.height + SEPARATOR_PX, 0)
    return Math.max(0, size.height - below - scale.height())
  }

  function freshRange(): { from: number; to: number } {
    const spacing = (size.width - RIGHT_ROOM_PX) / Math.max(1, fed.times.length)
    return { from: -0.5, to: size.width / spacing - 0.5 }
  }

  function timesInView(): { from: number; to: number } {
    const { timeOf } = geometry()
    return { from: timeOf(0), to: timeOf(size.width) }
  }

  function showTimes({ from, to }: { from: number; to: number }): void {
    const [origin, intervalMs] = [fed.times[0] ?? 0, scene.picture?.intervalMs ?? 60_000]
    const columnOf = (time: number) => (time - origin) / intervalMs - 0.5
    scale.setVisibleLogicalRange({ from: columnOf(from), to: columnOf(to) })
  }

  /** Shows what was asked for, once it can be shown. */
  function settle(): void {
    if (!wanted || fed.times.length === 0 || size.width <= 0) return
    const { from, to, low, high } = wanted.zoom ?? {}
    wanted = undefined
    if (from !== undefined && to !== undefined) showTimes({ from, to })
    else scale.setVisibleLogicalRange(freshRange())
    if (low !== undefined && high !== undefined) showPrices(Math.log(low), Math.log(high))
    else resetPrices()
  }

  function show(zoom: Zoom | undefined): void {
    wanted = { zoom }
    settle()
  }

  function zoomNow(): Zoom | undefined {
    if (fed.times.length === 0 || size.width <= 0 || wanted) return undefined
    const [seen, fresh] = [scale.getVisibleLogicalRange(), freshRange()]
    const isFresh =
      !seen || (Math.abs(seen.from - fresh.from) < FITTED_COLUMNS && Math.abs(seen.to - fresh.to) < FITTED_COLUMNS)
    const { from, to } = geometry()
    const zoom = {
      ...(isFresh ? {} : timesInView()),
      ...(candles.priceScale().options().autoScale ? {} : { low: Math.exp(from), high: Math.exp(to) }),
    }
    return Object.keys(zoom).length > 0 ? zoom : undefined
  }

  function resetPrices(): void {
    candles.priceScale().setAutoScale(true)
  }

  function showPrices(from: number, to: number): void {
    candles.priceScale().setVisibleRange({ from, to })
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
      const zoom = zoomNow()
      const isFirst = size.width === 0
      size = { width, height }
      chart.resize(width, height)
      const main = plotHeight()
      chart.panes().forEach((pane, i) => {
        pane.setStretchFactor(i === 0 ? main : (panes[i - 1]?.height ?? 0))
      })
      if (isFirst) settle()
      else show(zoom)
    },
    reset: () => show(undefined),
    resetPrices,
    showPrices,
    show,
    zoomTime(factor, share) {
      const { from, to } = timesInView()
      const at = from + share * (to - from)
      showTimes({ from: at - (at - from) * factor, to: at + (to - at) * factor })
    },
    zoom: zoomNow,
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

function withRoom(original: () => { priceRange: { minValue: number; maxValue: number } | null } | null) {
  const info = original()
  if (!info?.priceRange) return info
  const { minValue, maxValue } = info.priceRange
  const room = Math.max(LEAST_ROOM, ROOM_SHARE * (maxValue - minValue))
  return { priceRange: { minValue: minValue - room, maxValue: maxValue + room } }
}
