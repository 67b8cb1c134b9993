import { type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { useApp, useScene, useSession, useText } from '../app/context.ts'
import { fitCanvas, hatch } from '../chart/layer.ts'
import { ringsOfPicture } from '../chart/rings.ts'
import { useBox } from '../chart/use-box.ts'
import { formatClock, formatMoment, zoneName } from '../format/time.ts'
import { currentMarket, dataAsOf, frozenReason } from '../state/app-state.ts'
import { FileClock, PastControls } from './ReplayControls.tsx'

/** Where in time the picture is: what is held, what is missing, and the way to any moment of it. */
export function ReplayStrip() {
  const session = useSession()
  const { strip: words } = useText().page
  const market = useApp(currentMarket)
  const frozen = useApp(frozenReason)
  const asOf = useApp((state) => Math.floor((dataAsOf(state) ?? 0) / 1_000) * 1_000)
  const moment = useApp((state) => state.moment)
  const from = market?.from ?? undefined
  const isPast = moment !== undefined
  const state = frozen
    ? words.stopped
    : isPast
      ? words.past
      : market?.state === 'replay'
        ? words.replay
        : market?.simulated
          ? words.simulatedLive
          : words.live
  const kind = `${frozen ? 'stopped' : ''} ${market?.simulated ? 'sim' : ''} ${isPast ? 'past' : ''}`
  return (
    <section className="replay" aria-label={words.label}>
      <span className={`live ${kind}`}>{state}</span>
      <PastControls />
      <FileClock />
      {from === undefined || asOf <= from ? (
        <span className="grow" />
      ) : (
        <>
          <span className="not-phone not-tablet">{formatMoment(from)}</span>
          <Track from={from} to={asOf} at={moment} />
        </>
      )}
      <span className="strip-moment" data-testid="moment">
        {isPast
          ? `${formatMoment(moment)} ${zoneName(moment)}`
          : market?.state === 'replay'
            ? formatMoment(asOf)
            : frozen
              ? formatClock(asOf)
              : words.now}
      </span>
      {isPast ? (
        <button type="button" className="link-button" onClick={() => session.goTo(undefined)}>
          {words.now}
        </button>
      ) : null}
    </section>
  )
}

interface TrackProps {
  readonly from: number
  readonly to: number
  /** The moment looked at; undefined stands at the end. */
  readonly at: number | undefined
}

/** All that is held, the picture's part of it brighter, observed orders as ticks, gaps hatched. */
function Track({ from, to, at }: TrackProps) {
  const session = useSession()
  const { strip: words } = useText().page
  const { picture, palette } = useScene()
  const { box, width, height } = useBox()
  const canvas = useRef<HTMLCanvasElement>(null)
  const orders = useMemo(() => (picture ? ringsOfPicture(picture) : []), [picture])
  useEffect(() => {
    const context = canvas.current ? fitCanvas(canvas.current, width, height) : undefined
    if (!context) return
    const xOf = (time: number) => ((time - from) / (to - from)) * width
    context.fillStyle = palette.line2
    context.fillRect(0, height - 2, width, 1)
    const { openTimes = [] } = picture?.grid ?? {}
    const [first, last] = [openTimes[0], openTimes.at(-1)]
    if (picture && first !== undefined && last !== undefined) {
      const left = Math.max(0, xOf(first))
      context.fillStyle = palette.text3
      context.fillRect(left, height - 2, Math.min(width, xOf(last + picture.intervalMs)) - left, 2)
    }
    const most = orders.reduce((largest, { notional }) => Math.max(largest, notional), 0)
    context.fillStyle = palette.text3
    for (const { openTime, notional } of orders) {
      const tall = Math.max(1, (notional / most) * (height - 4))
      context.fillRect(xOf(openTime), height - 2 - tall, 1, tall)
    }
    for (const gap of picture?.gaps ?? []) {
      const left = xOf(gap.from)
      hatch(context, [left, 2, Math.max(4, xOf(gap.to) - left), height - 4], 4, palette.warn)
    }
    context.fillStyle = palette.accent
    context.fillRect(Math.max(0, Math.min(width - 2, xOf(at ?? to) - 1)), 0, 2, height)
  }, [picture, orders, palette, width, height, from, to, at])

  const seek = (event: PointerEvent<HTMLDivElement>) => {
    if (event.type === 'pointermove' && event.buttons === 0) return
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId)
    const { left } = event.currentTarget.getBoundingClientRect()
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width))
    session.goTo(share > LAST_SHARE ? undefined : Math.round(from + share * (to - from)))
  }
  const step = picture?.intervalMs ?? 60_000
  return (
    <div className="track" ref={box}>
      <canvas ref={canvas} aria-hidden="true" />
      {/* Pointers seek anywhere on the strip; keys use the slider under it. */}
      <div className="track-hit" onPointerDown={seek} onPointerMove={seek} />
      <input
        className="track-slider"
        type="range"
        aria-label={words.position}
        aria-valuetext={at === undefined ? words.now : `${formatMoment(at)} ${zoneName(at)}`}
        min={from}
        max={to}
        step={step}
        value={at ?? to}
        onChange={({ currentTarget: { valueAsNumber } }) =>
          session.goTo(valueAsNumber + step > to ? undefined : valueAsNumber)
        }
      />
    </div>
  )
}

/** The last pixels of the strip are now. */
const LAST_SHARE = 0.997
