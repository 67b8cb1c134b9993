import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { offerPicture } from '../app/commands.ts'
import { useApp, useScene, useSession, useText } from '../app/context.ts'
import { publishDrawn } from '../app/drawn.ts'
import { formatStep, formatUsd } from '../format/number.ts'
import { currentMarket } from '../state/app-state.ts'
import { PANE_NAMES } from '../state/layout.ts'
import { sentenceOf } from '../tooltip/sentence.ts'
import { Tooltip } from '../tooltip/Tooltip.tsx'
import { composed } from './compose.ts'
import { HeatmapHead } from './HeatmapHead.tsx'
import { handlePrices } from './heatmap/interact.ts'
import { walked } from './heatmap/walk.ts'
import { fitCanvas } from './layer.ts'
import { PaneReadouts } from './PaneReadouts.tsx'
import { PictureState } from './PictureState.tsx'
import { type Pane, panePointsOf, panesFor } from './panes.ts'
import { createPriceChart, type PriceChart } from './price-chart.ts'
import { drawCrosshair } from './profile/crosshair.ts'
import { drawProfile, NO_ROWS, type ProfileLegend, type ProfilePlace } from './profile/render.ts'
import { readingAt } from './reading-at.ts'
import { ringReference, ringsOfPicture } from './rings.ts'
import type { Hover, Scene } from './scene.ts'
import { useBox } from './use-box.ts'
import { useZoom } from './use-zoom.ts'

/** Fewer points than this are no course to draw. */
const LEAST_POINTS = 3

/** Candles over heat, the map of now on the same rows, panes below. */
export function HeatmapView() {
  const session = useSession()
  const words = useText().picture.heatmap
  const scene = useScene()
  const market = useApp(currentMarket)
  const { box, width, height, profileWidth, axisWidth } = useBox()
  const plot = useRef<HTMLDivElement>(null)
  const side = useRef<HTMLCanvasElement>(null)
  const sideOver = useRef<HTMLCanvasElement>(null)
  const chart = useRef<PriceChart>(undefined)
  const latest = useRef<Scene>(scene)
  const profile = useRef<ProfileLegend>(NO_ROWS)
  const [hover, setHover] = useState<Hover>()
  const [legend, setLegend] = useState({ full: 0, rowStep: 0, mapFull: 0, knownFull: 0, timeAxisHeight: 26 })
  latest.current = scene

  const { picture } = scene
  const panes = usePanes(scene, width, height)
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
    publishDrawn({
      kind: 'profile',
      full: profile.current.full,
      bars: profile.current.bars,
      known: profile.current.known,
    })
    const heat = chart.current?.heat.legend
    const next = {
      full: heat?.full ?? 0,
      rowStep: heat?.rowStep ?? 0,
      mapFull: profile.current.full,
      knownFull: profile.current.known.full,
      timeAxisHeight: chart.current?.geometry().timeAxisHeight ?? 26,
    }
    setLegend((held) => (JSON.stringify(held) === JSON.stringify(next) ? held : next))
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
    made.show(session.store.get().zoom)
    return () => {
      chart.current = undefined
      made.destroy()
    }
  }, [panes, session])

  useEffect(() => {
    if (plotWidth > 0 && height > 0 && panes) chart.current?.resize(plotWidth, height)
  }, [plotWidth, height, panes])
  useEffect(() => chart.current?.setScene(scene), [scene])
  const keepZoom = useZoom(box, chart, session, `${picture?.market} ${picture?.intervalMs}`)

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
      const ln = geometry.lnOf(event.offsetY)
      setHover({ x: plotWidth + event.offsetX, y: event.offsetY, ln, openTime: undefined })
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
        reset() {
          chart.current?.reset()
          session.setZoom(undefined)
        },
        picture: () => composed(chart.current, side.current, width, height),
        zoom: (factor) => {
          chart.current?.zoomTime(factor, 1)
          keepZoom()
        },
        inView() {
          const { from, to, timeOf, width: wide } = chart.current?.geometry() ?? NOTHING
          return { from: timeOf(0), to: timeOf(wide), low: Math.exp(from), high: Math.exp(to) }
        },
        rows: () => ({ bins: binsOf(profile.current.rowStep), full: profile.current.full }),
        legend: () => {
          const { full, rowStep } = chart.current?.heat.legend ?? { full: 0, rowStep: 0 }
          const bars = profile.current
          return `heat ${words.fullPer(formatUsd(full), formatStep(rowStep))}, bars ${words.fullPer(formatUsd(bars.full), formatStep(bars.rowStep))}`
        },
      }),
    [width, height, session, words, keepZoom],
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
    if (heard) session.announce(sentenceOf(heard, scene.tickSize, scene.text))
  }

  return (
    <>
      <HeatmapHead
        scene={scene}
        hover={hover}
        full={legend.full}
        rowStep={legend.rowStep}
        mapFull={legend.mapFull}
        knownFull={legend.knownFull}
        rings={rings}
      />
      <div
        className="chart-body"
        ref={box}
        role="application"
        aria-roledescription={words.role}
        aria-label={words.label(market ? `${market.base}/${market.quote}` : '')}
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
            orders={hover.openTime === undefined || !picture ? [] : ringsAt(picture, hover.openTime)}
          />
        ) : null}
      </div>
    </>
  )
}

const NOTHING = { from: 0, to: 0, width: 0, timeOf: () => 0 }
const BIN = 0.0005

function binsOf(rowStep: number): number {
  return Math.max(1, Math.round(rowStep / BIN))
}

function ringsAt(picture: NonNullable<Scene['picture']>, openTime: number) {
  return ringsOfPicture(picture).filter((ring) => ring.openTime === openTime)
}

/** The same array until a pane comes, goes or changes its height: the chart is built anew only then. */
function usePanes({ picture, layout }: Scene, width: number, height: number): readonly Pane[] {
  const has = useMemo(
    () => new Set(PANE_NAMES.filter((name) => picture && panePointsOf(picture, name).length >= LEAST_POINTS)),
    [picture],
  )
  const found = panesFor(width, height, (name) => has.has(name), layout.panes)
  const held = useRef(found)
  const isSame =
    held.current.length === found.length &&
    held.current.every(({ name, height: px }, i) => name === found[i]?.name && px === found[i].height)
  if (!isSame) held.current = found
  return held.current
}
