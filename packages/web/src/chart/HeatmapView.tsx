import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { offerPicture } from '../app/commands.ts'
import { useApp, useScene, useSession } from '../app/context.ts'
import { publishDrawn } from '../app/drawn.ts'
import { AsOf } from '../app/ViewBar.tsx'
import { formatStep, formatUsd } from '../format/number.ts'
import { formatInterval } from '../format/time.ts'
import { currentMarket } from '../state/app-state.ts'
import { type Reading, readColumn, readMap } from '../tooltip/reading.ts'
import { sentenceOf } from '../tooltip/sentence.ts'
import { Tooltip } from '../tooltip/Tooltip.tsx'
import { LeverageLegend, Ramp, ThresholdSlider, UnitSwitch } from './HeatLegend.tsx'
import { HeldNote, Ohlc, RingLegend } from './HeatmapHead.tsx'
import { handlePrices } from './heatmap/interact.ts'
import { walked } from './heatmap/walk.ts'
import { fitCanvas } from './layer.ts'
import { PaneReadouts } from './PaneReadouts.tsx'
import { type Pane, panePoints, panesFor } from './panes.ts'
import { createPriceChart, type PriceChart } from './price-chart.ts'
import { axisPrice, drawAxisLabel, drawProfile, type ProfileLegend, type ProfilePlace } from './profile/render.ts'
import { ringReference, ringsOfPicture } from './rings.ts'
import type { Hover, Scene } from './scene.ts'
import { useBox } from './use-box.ts'

/** Fewer points than this are no course to draw. */
const LEAST_POINTS = 3
const NO_PROFILE: ProfileLegend = { full: 0, rowStep: 0, curveEnd: 0, bars: [] }

/** Candles over heat, the map of now on the same rows, panes below. */
export function HeatmapView() {
  const session = useSession()
  const scene = useScene()
  const market = useApp(currentMarket)
  const { box, width, height, profileWidth, axisWidth } = useBox()
  const plot = useRef<HTMLDivElement>(null)
  const side = useRef<HTMLCanvasElement>(null)
  const sideOver = useRef<HTMLCanvasElement>(null)
  const chart = useRef<PriceChart>(undefined)
  const latest = useRef<Scene>(scene)
  const profile = useRef<ProfileLegend>(NO_PROFILE)
  const [hover, setHover] = useState<Hover>()
  const [legend, setLegend] = useState({ full: 0, rowStep: 0, mapFull: 0, timeAxisHeight: 26 })
  latest.current = scene

  const { picture } = scene
  const has = useMemo(() => {
    const names = (['volume', 'openInterest', 'funding', 'forced'] as const).filter(
      (name) =>
        picture && panePoints(name, picture.bars, picture.forcedOrders, picture.intervalMs).length >= LEAST_POINTS,
    )
    return names.join()
  }, [picture])
  const panes = useSamePanes(panesFor(width, height, (name) => has.split(',').includes(name)))
  const plotWidth = Math.max(0, width - profileWidth - axisWidth)

  const placeOf = useCallback((): ProfilePlace | undefined => {
    const geometry = chart.current?.geometry()
    if (!geometry) return undefined
    const { height: plotHeight, from, to, yOf } = geometry
    return { profileWidth, axisWidth, height: plotHeight, from, to, yOf }
  }, [profileWidth, axisWidth])

  const paintSide = useCallback(() => {
    const place = placeOf()
    const context = side.current && place ? fitCanvas(side.current, profileWidth + axisWidth, place.height) : undefined
    if (!context || !place) return
    profile.current = drawProfile(context, latest.current, place)
    publishDrawn({ kind: 'profile', full: profile.current.full, bars: profile.current.bars })
    const heat = chart.current?.heat.legend
    const next = {
      full: heat?.full ?? 0,
      rowStep: heat?.rowStep ?? 0,
      mapFull: profile.current.full,
      timeAxisHeight: chart.current?.geometry().timeAxisHeight ?? 26,
    }
    setLegend((held) =>
      held.full === next.full &&
      held.rowStep === next.rowStep &&
      held.mapFull === next.mapFull &&
      held.timeAxisHeight === next.timeAxisHeight
        ? held
        : next,
    )
  }, [placeOf, profileWidth, axisWidth])
  const painter = useRef(paintSide)
  painter.current = paintSide

  useEffect(() => {
    if (!plot.current) return
    const made = createPriceChart(plot.current, panes, latest.current, {
      onPaint: () => painter.current(),
      onHover: setHover,
    })
    chart.current = made
    return () => {
      chart.current = undefined
      made.destroy()
    }
  }, [panes])

  useEffect(() => {
    if (plotWidth > 0 && height > 0 && panes) chart.current?.resize(plotWidth, height)
  }, [plotWidth, height, panes])
  useEffect(() => chart.current?.setScene(scene), [scene])
  const shown = `${picture?.market} ${picture?.intervalMs} ${useApp((state) => state.range)}`
  useEffect(() => {
    if (shown) chart.current?.reset()
  }, [shown])

  useEffect(() => {
    const canvas = side.current
    if (!canvas) return
    const stop = handlePrices(
      canvas,
      () => profileWidth,
      () => chart.current,
    )
    const over = (event: PointerEvent) => {
      const geometry = chart.current?.geometry()
      if (!geometry || event.buttons !== 0) return
      setHover({
        x: plotWidth + event.offsetX,
        y: event.offsetY,
        ln: geometry.lnOf(event.offsetY),
        openTime: undefined,
      })
    }
    const leave = () => setHover(undefined)
    canvas.addEventListener('pointermove', over)
    canvas.addEventListener('pointerleave', leave)
    return () => {
      stop()
      canvas.removeEventListener('pointermove', over)
      canvas.removeEventListener('pointerleave', leave)
    }
  }, [plotWidth, profileWidth])

  useEffect(() => {
    const place = placeOf()
    const context =
      sideOver.current && place ? fitCanvas(sideOver.current, profileWidth + axisWidth, place.height) : undefined
    if (context && place && hover) drawCrosshair(context, latest.current, place, hover)
  }, [hover, placeOf, profileWidth, axisWidth])

  useEffect(
    () =>
      offerPicture({
        reset: () => chart.current?.reset(),
        picture: () => composed(chart.current, side.current, width, height),
        legend: () => {
          const { full, rowStep } = chart.current?.heat.legend ?? { full: 0, rowStep: 0 }
          const bars = profile.current
          return `estimated; heat 100 = ${formatUsd(full)} per ${formatStep(rowStep)}, bars 100 = ${formatUsd(bars.full)} per ${formatStep(bars.rowStep)}`
        },
      }),
    [width, height],
  )

  const reading = hover ? readingAt(latest.current, hover, chart.current, profile.current) : undefined
  const rings = useMemo(() => (picture ? ringReference(ringsOfPicture(picture)) : 0), [picture])
  const cluster =
    reading && scene.clusters.find(({ low, high }) => reading.isNow && reading.price >= low && reading.price <= high)

  function walk(event: KeyboardEvent): void {
    const current = chart.current
    if (!current || !picture) return
    const next = walked(event.key, hover, latest.current, current, legend.rowStep)
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    if (next === 'leave') {
      current.point(undefined, undefined)
      setHover(undefined)
      return
    }
    current.point(next.openTime, next.ln)
    setHover(next)
    const heard = readingAt(latest.current, next, current, profile.current)
    if (heard) session.announce(sentenceOf(heard, scene.tickSize))
  }

  return (
    <>
      <div className="chart-head with-profile">
        <div>
          <div className="row">
            <b>{picture ? formatInterval(picture.intervalMs) : '–'}</b>
            <Ohlc scene={scene} hover={hover} />
            <HeldNote />
            <span className="grow" />
            <RingLegend reference={rings} />
            <span className="phone-only">
              <AsOf />
            </span>
          </div>
          <div className="row">
            <span className="not-phone">Estimated</span>
            <Ramp colours={scene.colours} full={legend.full} rowStep={legend.rowStep} />
            <span className="grow" />
            <UnitSwitch />
            <ThresholdSlider />
          </div>
        </div>
        <div className="profile-head">
          <div className="row">
            <b>Now, estimated</b>
            {legend.mapFull > 0 ? <small className="wide-only">100 = {formatUsd(legend.mapFull)}</small> : null}
          </div>
          <LeverageLegend palette={scene.palette} sides={['short', 'long']} isCompact />
        </div>
        <div className="axis-head">
          <div className="row">{market?.quote ?? ''}</div>
        </div>
      </div>
      <div
        className="chart-body"
        ref={box}
        role="application"
        aria-roledescription="heatmap"
        aria-label={`Estimated liquidation heatmap behind ${market ? `${market.base}/${market.quote}` : ''} candles. Arrow keys walk, Enter reads out, T shows the table.`}
        tabIndex={0}
        data-chart
        onKeyDown={walk}
      >
        <div className="plot" ref={plot} style={{ width: plotWidth }} />
        <canvas className="side" ref={side} aria-hidden="true" />
        <canvas className="side over" ref={sideOver} aria-hidden="true" />
        <PaneReadouts
          panes={panes}
          picture={picture}
          timeAxisHeight={legend.timeAxisHeight}
          base={market?.base ?? ''}
          hover={hover?.openTime}
        />
        <PictureState />
        {reading && hover ? (
          <Tooltip
            reading={reading}
            x={hover.x}
            y={hover.y}
            boxWidth={width}
            boxHeight={height}
            tickSize={scene.tickSize}
            cluster={cluster?.id}
            venue={market?.venueName ?? ''}
            palette={scene.palette}
          />
        ) : null}
      </div>
    </>
  )
}

function readingAt(
  scene: Scene,
  hover: Hover,
  chart: PriceChart | undefined,
  profile: ProfileLegend,
): Reading | undefined {
  const { picture, map } = scene
  const column = picture && hover.openTime !== undefined ? picture.grid.openTimes.indexOf(hover.openTime) : -1
  if (picture && column >= 0) {
    const cell = chart?.heat.cellAt(column, hover.ln)
    return cell ? readColumn(picture.grid, column, hover.ln, cell, chart?.heat.legend.full ?? 0) : undefined
  }
  const isPast =
    hover.openTime !== undefined && picture !== undefined && hover.openTime <= (picture.grid.openTimes.at(-1) ?? 0)
  if (!map || isPast || profile.rowStep === 0) return undefined
  return readMap(map, hover.ln, Math.round(profile.rowStep / map.step), profile.full)
}

function drawCrosshair(
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
  drawAxisLabel(
    context,
    axisPrice(Math.exp(hover.ln), tickSize, place.axisWidth),
    y,
    place,
    palette.line2,
    palette.text,
    palette,
  )
}

function composed(
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

/** What is read and how long it takes, over what already stands. */
function PictureState() {
  const state = useApp((app) => app.pictureState)
  const now = useApp((app) => app.now)
  const isThere = useApp((app) => app.picture !== undefined)
  const columns = useApp((app) => app.picture?.grid.openTimes.length)
  if (state.kind === 'failed')
    return <p className="picture-state warn">The history could not be read: {state.reason}. Trying again every 3 s.</p>
  if (!isThere) {
    const waited = Math.floor((now - (state.kind === 'reading' ? state.since : now)) / 1000)
    return <p className="picture-state">Reading columns, bars and forced orders{waited >= 1 ? `, ${waited} s` : ''}</p>
  }
  if (columns === 0)
    return <p className="picture-state">No column of this range has closed yet. The map of now stands to the right.</p>
  return null
}

/** The same array until a pane comes, goes or changes its height: the chart is built anew only then. */
function useSamePanes(found: readonly Pane[]): readonly Pane[] {
  const held = useRef(found)
  const isSame =
    held.current.length === found.length &&
    held.current.every(({ name, height }, i) => name === found[i]?.name && height === found[i].height)
  if (!isSame) held.current = found
  return held.current
}
