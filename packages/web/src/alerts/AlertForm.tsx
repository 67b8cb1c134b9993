import type { AlertRuleInput } from '@liqscope/protocol'
import { useState } from 'react'
import { useText } from '../app/context.ts'

const KINDS = ['approach', 'sweep', 'newCluster', 'clusterGone', 'cascade', 'gradientZone', 'stale'] as const
type Kind = (typeof KINDS)[number]

/** Kinds that have an amount, and what it begins with, million USD. */
const AMOUNTS: Readonly<Partial<Record<Kind, number>>> = {
  approach: 0,
  sweep: 0,
  newCluster: 0,
  clusterGone: 0,
  cascade: 1,
}
const WITHIN_PERCENT = 1
const COOLDOWN_MS = 300_000
const CASCADE_WINDOW_MS = 60_000
const HYSTERESIS = 0.25

interface AlertFormProps {
  readonly market: string
  readonly channels: readonly string[]
  readonly onMake: (rule: AlertRuleInput) => void
}

/** A new rule for the market on screen. */
export function AlertForm({ market, channels, onMake }: AlertFormProps) {
  const words = useText().panels.alerts
  const [kind, setKind] = useState<Kind>('approach')
  const [percent, setPercent] = useState(WITHIN_PERCENT)
  const [millions, setMillions] = useState(AMOUNTS.approach ?? 0)
  const [zone, setZone] = useState<'blackHole' | 'smooth'>('blackHole')
  const make = () =>
    onMake({
      market,
      condition: conditionOf(kind, percent, millions, zone),
      cooldownMs: COOLDOWN_MS,
      hysteresis: HYSTERESIS,
      channels: [...channels],
    })
  return (
    <form
      className="alert-form"
      aria-label={words.newRule}
      onSubmit={(event) => {
        event.preventDefault()
        make()
      }}
    >
      <label>
        <span>{words.when}</span>
        <select
          className="field-select"
          value={kind}
          onChange={({ currentTarget: { value } }) => {
            const chosen = KINDS.find((name) => name === value) ?? 'approach'
            setKind(chosen)
            setMillions(AMOUNTS[chosen] ?? 0)
          }}
        >
          {KINDS.map((name) => (
            <option key={name} value={name}>
              {words.kinds[name]}
            </option>
          ))}
        </select>
      </label>
      {kind === 'approach' ? (
        <NumberField
          label={words.withinPercent}
          value={percent}
          min={0.01}
          max={20}
          step={0.01}
          onChange={setPercent}
        />
      ) : null}
      {AMOUNTS[kind] === undefined ? null : (
        <NumberField
          label={words.leastMillions}
          value={millions}
          min={kind === 'cascade' ? 0.01 : 0}
          max={100_000}
          step={0.01}
          onChange={setMillions}
        />
      )}
      {kind === 'gradientZone' ? (
        <label>
          <span>{words.zone}</span>
          <select
            className="field-select"
            value={zone}
            onChange={({ currentTarget: { value } }) => setZone(value === 'smooth' ? 'smooth' : 'blackHole')}
          >
            <option value="blackHole">{words.zones.blackHole}</option>
            <option value="smooth">{words.zones.smooth}</option>
          </select>
        </label>
      ) : null}
      <button type="submit" className="text-button">
        {words.add(market)}
      </button>
    </form>
  )
}

function conditionOf(kind: Kind, percent: number, millions: number, zone: 'blackHole' | 'smooth') {
  const leastNotional = millions * 1e6
  switch (kind) {
    case 'approach':
      return { kind, within: percent / 100, leastNotional }
    case 'sweep':
    case 'newCluster':
    case 'clusterGone':
      return { kind, leastNotional }
    case 'cascade':
      return { kind, leastNotional, windowMs: CASCADE_WINDOW_MS }
    case 'gradientZone':
      return { kind, zone }
    case 'stale':
      return { kind }
  }
}

function NumberField({
  label,
  value,
  min,
  max,
  step,
  onChange,
}: {
  readonly label: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  readonly onChange: (value: number) => void
}) {
  return (
    <label>
      <span>{label}</span>
      <input
        className="field narrow"
        type="number"
        required
        min={min}
        max={max}
        step={step}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </label>
  )
}
