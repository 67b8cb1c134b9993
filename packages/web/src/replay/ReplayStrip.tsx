import type { ReplayJson } from '@liqscope/protocol'
import { type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { useApp, useScene, useSession } from '../app/context.ts'
import { Icon } from '../app/icons.tsx'
import { Segments } from '../app/Segments.tsx'
import { fitCanvas, hatch } from '../chart/layer.ts'
import { ringsOfPicture } from '../chart/rings.ts'
import { useBox } from '../chart/use-box.ts'
import { formatClock, formatMoment } from '../format/time.ts'
import { currentMarket, dataAsOf, frozenReason } from '../state/app-state.ts'

/** Bar time per wall time: a day in 24 min up to a day in 2.4 s. */
const SPEEDS: readonly number[] = [60, 600, 3_600, 36_000]

/** Where in time the picture is: what is held, what is missing, and in a replay the way to move in it. */
export function ReplayStrip() {
  const replay = useApp((state) => state.replay)
  const market = useApp(currentMarket)
  const isReplay = replay !== null && market?.state === 'replay'
  const frozen = useApp(frozenReason)
  const asOf = useApp(dataAsOf)
  const picture = useApp((state) => state.picture)
  const span = useMemo(() => {
    if (isReplay) return { from: replay.from, to: replay.to }
    const from = picture?.grid.openTimes[0] ?? picture?.bars[0]?.openTime
    const to = picture?.grid.openTimes.at(-1) ?? picture?.bars.at(-1)?.openTime
    return from === undefined || to === undefined || !picture ? undefined : { from, to: to + picture.intervalMs }
  }, [isReplay, replay, picture])
  const state = frozen ? 'Stopped' : isReplay ? 'Replay' : market?.simulated ? 'Simulated, live' : 'Live'
  return (
    <section className="replay" aria-label="Time">
      <span className={`live ${frozen ? 'stopped' : ''} ${market?.simulated ? 'sim' : ''}`}>{state}</span>
      {isReplay ? <ReplayControls replay={replay} /> : null}
      {span ? <span className="not-phone">{formatMoment(span.from)}</span> : null}
      {span ? <Track from={span.from} to={span.to} at={isReplay ? replay.at : undefined} /> : <span className="grow" />}
      <span>{isReplay ? formatMoment(replay.at) : frozen && asOf !== undefined ? formatClock(asOf) : 'Now'}</span>
    </section>
  )
}

/** Play, pause and speed. */
export function ReplayControls({ replay }: { readonly replay: ReplayJson }) {
  const session = useSession()
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={replay.playing ? 'Pause the replay' : 'Play the replay'}
        onClick={() => session.replay({ playing: !replay.playing })}
      >
        <Icon name={replay.playing ? 'pause' : 'play'} />
      </button>
      <Segments
        name="Speed, bar time per wall time"
        options={speedOptions(replay.speed)}
        value={String(replay.speed)}
        onChange={(speed) => session.replay({ speed: Number(speed) })}
      />
    </>
  )
}

function Track({ from, to, at }: { readonly from: number; readonly to: number; readonly at: number | undefined }) {
  const session = useSession()
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
    context.fillRect(Math.min(width - 2, xOf(at ?? to) - 1), 0, 2, height)
  }, [picture, orders, palette, width, height, from, to, at])

  const seek = (event: PointerEvent<HTMLDivElement>) => {
    if (at === undefined) return
    const { left } = event.currentTarget.getBoundingClientRect()
    session.replay({ at: Math.round(from + ((event.clientX - left) / width) * (to - from)) })
  }
  return (
    <div className="track" ref={box}>
      <canvas ref={canvas} aria-hidden="true" />
      {at === undefined ? null : (
        <>
          {/* Pointers seek anywhere on the strip; keys use the slider under it. */}
          <div className="track-hit" onPointerDown={seek} />
          <input
            className="track-slider"
            type="range"
            aria-label="Replay position"
            aria-valuetext={formatMoment(at)}
            min={from}
            max={to}
            step={60_000}
            value={at}
            onChange={(event) => session.replay({ at: event.currentTarget.valueAsNumber })}
          />
        </>
      )}
    </div>
  )
}

/** The usual speeds, and the one in force when it is none of them. */
function speedOptions(current: number): readonly (readonly [string, string])[] {
  const speeds = SPEEDS.some((speed) => speed === current) || current <= 0 ? [...SPEEDS] : [...SPEEDS, current]
  return speeds.sort((a, b) => a - b).map((speed) => [String(speed), `${speed.toLocaleString('en-US')}×`])
}
