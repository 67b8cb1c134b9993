import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react'
import { offerPicture } from '../app/commands.ts'
import { useApp, useScene, useSession, useText } from '../app/context.ts'
import { publishDrawn } from '../app/drawn.ts'
import { crisp, fitCanvas } from '../chart/layer.ts'
import type { Hover, Scene } from '../chart/scene.ts'
import { useBox } from '../chart/use-box.ts'
import { formatPrice, formatStep, formatUsd } from '../format/number.ts'
import { currentMarket } from '../state/app-state.ts'
import type { Zoom } from '../state/layout.ts'
import { readMap } from '../tooltip/reading.ts'
import { sentenceOf } from '../tooltip/sentence.ts'
import { Tooltip } from '../tooltip/Tooltip.tsx'
import { defaultWindow, type MapLayout, type PriceWindow } from './build.ts'
import { handleMap, zoomed } from './interact.ts'
import { MapHead } from './MapHead.tsx'
import { drawMap, plotBox } from './render.ts'

/** The map of now as vertical bars along a linear price axis. */
export function MapView() {
  const session = useSession()
  const words = useText().picture
  const scene = useScene()
  const market = useApp(currentMarket)
  const { box, width, height } = useBox()
  const base = useRef<HTMLCanvasElement>(null)
  const over = useRef<HTMLCanvasElement>(null)
  const latest = useRef<Scene>(scene)
  const layout = useRef<MapLayout>(undefined)
  /** Undefined follows the mark. */
  const [chosen, setChosen] = useState(() => windowOf(session.store.get().zoom))
  const [hover, setHover] = useState<Hover>()
  const [rowStep, setRowStep] = useState(0)
  latest.current = scene
  const automatic = useAutomaticWindow(scene)
  const window = chosen ?? automatic
  const windowNow = useRef(window)
  windowNow.current = window

  // A hand that rests has chosen: the address then says the same window.
  useEffect(() => {
    const timer = setTimeout(() => {
      const zoom = session.store.get().zoom
      if (zoom?.low === chosen?.low && zoom?.high === chosen?.high) return
      const { low: _low, high: _high, ...times } = zoom ?? {}
      const next = { ...times, ...chosen }
      session.setZoom(Object.keys(next).length > 0 ? next : undefined)
    }, REST_MS)
    return () => clearTimeout(timer)
  }, [chosen, session])

  useEffect(() => {
    if (!base.current || width === 0 || !window) return
    // One paint per frame, whatever asked for it.
    const frame = requestAnimationFrame(() => {
      const context = base.current ? fitCanvas(base.current, width, height) : undefined
      if (!context) return
      layout.current = drawMap(context, scene, window, width, height)
      setRowStep(layout.current?.rowStep ?? 0)
      publishDrawn({ kind: 'map', full: layout.current?.full ?? 0, bars: layout.current?.bars ?? [] })
    })
    return () => cancelAnimationFrame(frame)
  }, [scene, window, width, height])

  const hoverAt = useCallback(
    (x: number, y: number): Hover | undefined => {
      const { left, right } = plotBox(width, height)
      const shown = windowNow.current
      if (!shown || x < left || x > right) return undefined
      const price = shown.low + ((x - left) / (right - left)) * (shown.high - shown.low)
      return { x, y, ln: Math.log(price), openTime: undefined }
    },
    [width, height],
  )

  useEffect(() => {
    const canvas = base.current
    if (!canvas) return
    return handleMap(canvas, {
      window: () => windowNow.current,
      box: () => plotBox(width, height),
      show: setChosen,
      reset: () => setChosen(undefined),
      hover: (x, y) => setHover(hoverAt(x, y)),
      leave: () => setHover(undefined),
    })
  }, [width, height, hoverAt])

  useEffect(() => {
    const context = over.current ? fitCanvas(over.current, width, height) : undefined
    if (!context || !hover) return
    const { top, bottom } = plotBox(width, height)
    context.strokeStyle = latest.current.palette.text3
    context.setLineDash([4, 4])
    context.beginPath()
    context.moveTo(crisp(hover.x), top)
    context.lineTo(crisp(hover.x), bottom)
    context.stroke()
    const { palette, tickSize } = latest.current
    context.font = `500 11px ${palette.font}`
    const text = formatPrice(Math.exp(hover.ln), tickSize)
    const half = context.measureText(text).width / 2 + 8
    const middle = Math.min(width - half, Math.max(half, hover.x))
    // The labels it would cut in two are covered whole.
    context.fillStyle = palette.bg
    context.fillRect(middle - half - 28, bottom + 4, 2 * half + 56, 18)
    context.fillStyle = palette.line2
    context.fillRect(middle - half, bottom + 4, 2 * half, 18)
    context.fillStyle = palette.text
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(text, middle, bottom + 13.5)
  }, [hover, width, height])

  useEffect(
    () =>
      offerPicture({
        reset: () => setChosen(undefined),
        zoom: (factor) => {
          const now = windowNow.current
          if (now) setChosen(zoomed(now, latest.current.price ?? (now.low + now.high) / 2, factor))
        },
        picture: () => base.current ?? document.createElement('canvas'),
        inView: () => ({ from: 0, to: 0, ...(windowNow.current ?? { low: 0, high: 0 }) }),
        rows: () => ({ bins: layout.current?.size ?? 1, full: layout.current?.full ?? 0 }),
        legend: () => {
          const { full = 0, rowStep: step = 0 } = layout.current ?? {}
          return words.heatmap.fullPer(formatUsd(full), formatStep(step))
        },
      }),
    [words],
  )

  const { map } = scene
  const size = map && rowStep > 0 ? Math.round(rowStep / map.step) : 1
  const reading = hover && map ? readMap(map, hover.ln, size, layout.current?.full ?? 0) : undefined
  const cluster = reading && scene.clusters.find(({ low, high }) => reading.price >= low && reading.price <= high)

  function walk(event: KeyboardEvent): void {
    if (!map) return
    const from = hover?.ln ?? Math.log(map.price)
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: 10,
      PageDown: -10,
      Enter: 0,
    }
    const step = steps[event.key]
    if (event.key === 'Escape' && hover) {
      event.stopPropagation()
      setHover(undefined)
      return
    }
    if (step === undefined || !window) return
    event.preventDefault()
    const ln = Math.min(Math.log(window.high), Math.max(Math.log(window.low), from + step * rowStep))
    const { left, right, top } = plotBox(width, height)
    const x = left + ((Math.exp(ln) - window.low) / (window.high - window.low)) * (right - left)
    setHover({ x, y: top + 20, ln, openTime: undefined })
    session.announce(sentenceOf(readMap(map, ln, size, layout.current?.full ?? 0), scene.tickSize, scene.text))
  }

  return (
    <>
      <MapHead scene={scene} rowStep={rowStep} width={width} />
      <div
        className="chart-body"
        ref={box}
        role="application"
        aria-roledescription={words.map.role}
        aria-label={words.map.label(market ? `${market.base}/${market.quote}` : '')}
        tabIndex={0}
        data-chart
        onKeyDown={walk}
      >
        <canvas className="full" ref={base} aria-hidden="true" />
        <canvas className="full over" ref={over} aria-hidden="true" />
        {map ? null : <p className="picture-state">{words.map.waiting}</p>}
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

/** A drag that rests this long has chosen. */
const REST_MS = 300

function windowOf(zoom: Zoom | undefined): PriceWindow | undefined {
  return zoom?.low === undefined || zoom.high === undefined ? undefined : { low: zoom.low, high: zoom.high }
}

/** The mark may leave the middle by this share of the window before the window follows. */
const FOLLOW_SHARE = 0.1

/** The window of a fresh page; it follows the mark in steps, so that bars do not creep with every tick. */
function useAutomaticWindow({ price, clusters }: Scene): PriceWindow | undefined {
  const held = useRef<{ window: PriceWindow; withClusters: boolean }>(undefined)
  const { window, withClusters } = held.current ?? {}
  if (price === undefined) return window
  const isFar = !window || Math.abs(price - (window.low + window.high) / 2) > FOLLOW_SHARE * (window.high - window.low)
  // Clusters come with the map, a moment after the price: until then the window is provisional.
  if (isFar || (clusters.length > 0 && !withClusters))
    held.current = { window: defaultWindow(price, clusters), withClusters: clusters.length > 0 }
  return held.current?.window
}
