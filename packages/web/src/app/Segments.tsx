interface SegmentsProps<Name extends string> {
  readonly name: string
  readonly className?: string
  readonly options: readonly (readonly [Name, string])[]
  readonly value: Name
  readonly onChange: (value: Name) => void
}

/** A few words of which one holds. */
export function Segments<Name extends string>({ name, className, options, value, onChange }: SegmentsProps<Name>) {
  return (
    <fieldset className={`segments ${className ?? ''}`}>
      <legend className="vh">{name}</legend>
      {options.map(([option, text]) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
          {text}
        </button>
      ))}
    </fieldset>
  )
}
