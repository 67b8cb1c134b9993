import { useEffect, useRef } from 'react'
import { useApp, useSession, useText } from '../app/context.ts'
import { Segments } from '../app/Segments.tsx'
import { formatStep, formatUsd } from '../format/number.ts'
import { MAX_THRESHOLD, type Scale } from '../state/layout.ts'
import { RAMP_STEPS } from '../theme/ramp.ts'
import { roundTop } from './ticks.ts'

const RAMP_MARKS = [0, 25, 50, 75, 100] as const
/** A bin of the shared grid, ln(price): what a fixed scale counts in, however rows are put together. */
const BIN = 0.0005

interface RampProps {
  readonly colours: Uint8ClampedArray
  readonly full: number
  readonly rowStep: number
}

/** The ramp with its numbers: no colour without one. */
export function Ramp({ colours, full, rowStep }: RampProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { heatmap: words } = useText().picture
  const unit = useApp((state) => state.layout.unit)
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
        {full > 0 ? words.fullPer(formatUsd(full), formatStep(rowStep)) : words.scaleLater}
      </span>
      <ScaleSelect full={full} rowStep={rowStep} />
    </div>
  )
}

/** What 100 is. Choosing the fixed one holds the amount of this moment. */
function ScaleSelect({ full, rowStep }: Pick<RampProps, 'full' | 'rowStep'>) {
  const session = useSession()
  const { heatmap: words } = useText().picture
  const scale = useApp((state) => state.layout.scale)
  const choose = (next: Scale) => {
    const bins = Math.max(1, Math.round(rowStep / BIN))
    session.arrange({ scale: next, ...(next === 'fixed' && full > 0 ? { fixedFull: roundTop(full / bins) } : {}) })
  }
  return (
    <select
      className="quiet-select wide-only"
      aria-label={words.scale}
      value={scale}
      onChange={(event) => choose(event.currentTarget.value as Scale)}
    >
      <option value="view">{words.inView}</option>
      <option value="range">{words.wholeRange}</option>
      <option value="fixed">{words.fixed}</option>
    </select>
  )
}

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
  const { heatmap: words } = useText().picture
  const unit = useApp((state) => state.layout.unit)
  const units = [
    ['strength', words.strength],
    ['usd', 'USD'],
  ] as const
  return <Segments name={words.unit} className="boxed" options={units} value={unit} onChange={session.selectUnit} />
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
  const { heatmap: words } = useText().picture
  const threshold = useApp((state) => state.layout.threshold)
  return (
    <label className="slider">
      {words.hideBelow}
      <input
        type="range"
        min={0}
        max={MAX_THRESHOLD}
        value={threshold}
        ref={(input) => input?.style.setProperty('--filled', `${(100 * threshold) / MAX_THRESHOLD}%`)}
        onChange={(event) => session.setThreshold(event.currentTarget.valueAsNumber)}
        aria-label={words.hideBelowStrength}
      />
      <output>{threshold}</output>
    </label>
  )
}

/** "How this is computed", one press from every picture. */
export function HowButton() {
  const session = useSession()
  const { title } = useText().dialogs.how
  return (
    <button
      type="button"
      className="how-button"
      aria-label={title}
      title={title}
      onClick={() => session.store.set({ dialog: 'how' })}
    >
      ?
    </button>
  )
}
