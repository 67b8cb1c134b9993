import type { NoSignalJson } from '@liqscope/protocol'
import type { ReactNode } from 'react'
import { useApp, useText } from '../app/context.ts'

/** An amount as a person writes it: `25M`, `1.5k`, `70,929`. Undefined when it is none. */
function parseAmount(text: string): number | undefined {
  const [, digits, unit] = /^\$?\s*([\d,]*\.?\d+)\s*([kmb]?)$/i.exec(text.trim()) ?? []
  if (digits === undefined) return undefined
  const value =
    Number(digits.replaceAll(',', '')) * { '': 1, k: 1e3, m: 1e6, b: 1e9 }[unit?.toLowerCase() as '' | 'k' | 'm' | 'b']
  return Number.isFinite(value) ? value : undefined
}

/** What goes into a query: the raw number, or the text itself so that the server says what is wrong with it. */
export function amountQuery(text: string): string | undefined {
  if (text.trim() === '') return undefined
  return String(parseAmount(text) ?? text)
}

export function Field({
  label,
  value,
  hint,
  placeholder,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly hint?: string
  readonly placeholder?: string
  readonly onChange: (value: string) => void
}) {
  return (
    <label className="ask">
      <span>{label}</span>
      <span className="ask-box">
        <input
          type="text"
          inputMode="decimal"
          autoComplete="off"
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
        {hint ? <small>{hint}</small> : null}
      </span>
    </label>
  )
}

export function Choice<Name extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string
  readonly value: Name
  readonly options: readonly (readonly [Name, string])[]
  readonly onChange: (value: Name) => void
}) {
  return (
    <label className="ask">
      <span>{label}</span>
      <span className="ask-box">
        <select
          value={value}
          onChange={(event) => {
            const chosen = options.find(([name]) => name === event.target.value)
            if (chosen) onChange(chosen[0])
          }}
        >
          {options.map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </span>
    </label>
  )
}

/** Why there is no number. Never an empty place where one is expected. */
export function NoAnswer({ children }: { readonly children: ReactNode }) {
  return (
    <p className="no-answer" role="status">
      {children}
    </p>
  )
}

/** Why there is no answer, in the page's language. */
export function useReason(): (found: NoSignalJson) => string {
  const { reasons } = useText().insight
  return ({ code, values }) => (reasons[code] as (...values: readonly string[]) => string)(...values)
}

/** While the picture shows a past moment, answers are of that moment too: said with what they lack. */
export function OfPast() {
  const { insight } = useText()
  const isPast = useApp((state) => state.moment !== undefined)
  return isPast ? <NoAnswer>{insight.ofPast}</NoAnswer> : null
}

export function HowThis({ children }: { readonly children: ReactNode }) {
  const { insight } = useText()
  return (
    <details className="how-this">
      <summary>{insight.how}</summary>
      {children}
    </details>
  )
}
