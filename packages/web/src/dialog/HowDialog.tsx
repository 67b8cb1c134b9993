import { useApp, useText } from '../app/context.ts'
import { currentMarket } from '../state/app-state.ts'
import { Dialog } from './Dialog.tsx'

/** What the numbers are, in words a person can check; the model's own note first. */
export function HowDialog() {
  const { how: words } = useText().dialogs
  const model = useApp((state) => state.live?.model)
  const market = useApp(currentMarket)
  const parts = [
    [words.bar, words.barText],
    [words.strength, words.strengthText],
    [words.facts, words.factsText],
    [words.gone, words.goneText],
    [words.past, words.pastText],
  ] as const
  return (
    <Dialog title={words.title}>
      {model ? (
        <>
          <p>
            {words.model} <b>{model.name}</b>, {words.version} {model.version},{' '}
            {model.weights === 'fitted' ? words.fitted : words.prior}.
          </p>
          {model.notes.length > 0 ? (
            <ul className="notes" lang="en">
              {model.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          ) : null}
        </>
      ) : (
        <p>{words.noMap}</p>
      )}
      {parts.map(([title, text]) => (
        <section key={title}>
          <h3>{title}</h3>
          <p>{text}</p>
        </section>
      ))}
      {market ? (
        <p className="links">
          <a href={`/api/v1/map?market=${encodeURIComponent(market.id)}`} target="_blank" rel="noreferrer">
            {words.json}
          </a>
          <a href="/openapi.json" target="_blank" rel="noreferrer">
            {words.api}
          </a>
        </p>
      ) : null}
    </Dialog>
  )
}
