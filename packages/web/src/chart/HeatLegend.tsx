import { LEVERAGE_GROUPS } from '@liqscope/engine'
import { useEffect, useRef } from 'react'
import { useApp, useSession } from '../app/context.ts'
import { Segments } from '../app/Segments.tsx'
import { MAX_THRESHOLD } from '../app/session.ts'
import { formatStep, formatUsd } from '../format/number.ts'
import type { Palette } from '../theme/palette.ts'
import { RAMP_STEPS } from '../theme/ramp.ts'

const RAMP_MARKS = [0, 25, 50, 75, 100] as const

/** The ramp with its numbers: no colour without one. */
export function Ramp({
  colours,
  full,
  rowStep,
}: {
  readonly colours: Uint8ClampedArray
  readonly full: number
  readonly rowStep: number
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const unit = useApp((state) => state.unit)
  const session = useSession()
  const scale = useApp((state) => state.scale)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    context?.putImageData(new ImageData(Uint8ClampedArray.from(colours), RAMP_STEPS, 1), 0, 0)
  }, [colours])
  const nameOf = (mark: number) =>
    unit === 'strength' ? String(mark) : mark % 50 === 0 ? formatUsd((mark / 100) * full) : ''
  return (
    <div className="ramp">
      <div>
        <canvas ref={canvas} width={RAMP_STEPS} height={1} aria-hidden="true" />
        <div className="ramp-marks">
          {RAMP_MARKS.map((mark) => (
            <span key={mark}>{nameOf(mark)}</span>
          ))}
        </div>
      </div>
      <span data-testid="legend">
        {full > 0 ? `100 = ${formatUsd(full)} per ${formatStep(rowStep)}` : 'scale comes with the map'}
      </span>
      <button
        type="button"
        className="quiet wide-only"
        title="Whether 100 is the strongest in view or of the whole range"
        onClick={() => session.store.set({ scale: scale === 'view' ? 'range' : 'view' })}
      >
        {scale === 'view' ? 'in view' : 'whole range'}
      </button>
    </div>
  )
}

interface LeverageLegendProps {
  readonly palette: Palette
  readonly sides: readonly ('short' | 'long')[]
  /** One × for all: the profile is narrow. */
  readonly isCompact?: boolean
}

/** Which tint is which leverage, both sides. */
export function LeverageLegend({ palette, sides, isCompact = false }: LeverageLegendProps) {
  const nameOf = (group: string) => {
    if (group === 'unknown') return isCompact ? '?' : group
    return isCompact && group !== '100×' ? group.replace('×', '') : group
  }
  return (
    <>
      {sides.map((side) => (
        <div key={side} className="leverage-legend" title="Share by leverage; unknown is what no distance explains">
          <span className={`side-name ${side}`}>
            <span className="long-name">{side === 'short' ? 'Shorts' : 'Longs'}</span>
            <span className="short-name">{side === 'short' ? 'S' : 'L'}</span>
          </span>
          {LEVERAGE_GROUPS.map((name, group) => (
            <span key={name}>
              <i style={{ background: palette.tints[side][group] }} />
              {nameOf(name)}
            </span>
          ))}
        </div>
      ))}
    </>
  )
}

const UNITS = [
  ['strength', 'Strength'],
  ['usd', 'USD'],
] as const

/** Strength or USD, in the head of a picture. */
export function UnitSwitch() {
  return (
    <span className="not-phone">
      <UnitControl />
    </span>
  )
}

export function UnitControl() {
  const session = useSession()
  const unit = useApp((state) => state.unit)
  return <Segments name="Unit" className="boxed" options={UNITS} value={unit} onChange={session.selectUnit} />
}

/** The threshold, in the head of a picture. */
export function ThresholdSlider() {
  return (
    <span className="desktop-only">
      <ThresholdControl />
    </span>
  )
}

export function ThresholdControl() {
  const session = useSession()
  const threshold = useApp((state) => state.threshold)
  return (
    <label className="slider">
      Hide below
      <input
        type="range"
        min={0}
        max={MAX_THRESHOLD}
        value={threshold}
        ref={(input) => input?.style.setProperty('--filled', `${(100 * threshold) / MAX_THRESHOLD}%`)}
        onChange={(event) => session.setThreshold(event.currentTarget.valueAsNumber)}
        aria-label="Hide below strength"
      />
      <output>{threshold}</output>
    </label>
  )
}
