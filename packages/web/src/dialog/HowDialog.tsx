import { useApp } from '../app/context.ts'
import { currentMarket } from '../state/app-state.ts'
import { Dialog } from './Dialog.tsx'

/** What the numbers are, in words a person can check; the model's own note first. */
export function HowDialog() {
  const model = useApp((state) => state.live?.model)
  const market = useApp(currentMarket)
  return (
    <Dialog title="How this is computed">
      {model ? (
        <>
          <p>
            Model <b>{model.name}</b>, version {model.version}, weights{' '}
            {model.weights === 'fitted'
              ? 'fitted to the forced orders of this market'
              : 'at their documented starting values, not yet fitted to this market'}
            .
          </p>
          {model.notes.length > 0 ? (
            <ul className="notes">
              {model.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          ) : null}
        </>
      ) : (
        <p>No map yet: the model says what it used together with the first one.</p>
      )}
      <h3>What a bar is</h3>
      <p>
        The notional, in USD, that is expected to be force-closed if price sweeps that bin next. It is estimated from
        public trades, open interest and mark price; nobody publishes positions. Shorts are forced above the price,
        longs below it.
      </p>
      <h3>Strength and USD</h3>
      <p>
        Strength compares a bin with the strongest one: the legend says how many USD 100 stands for, so a hot cell can
        be small. USD shows the same numbers with the 10–90 % band the estimate leaves open.
      </p>
      <h3>Estimated, observed</h3>
      <p>
        Filled shapes are estimates. Rings and outlined figures are forced orders a venue published; some venues publish
        only a sample, so absence proves nothing. The two are never added up.
      </p>
      <h3>When a level goes</h3>
      <p>
        A level leaves the map when the mark price sweeps it, when open interest falls, or as positions age. Closed
        columns of the heatmap are never repainted: they show what was known then. Hatching marks missing input; nothing
        is interpolated.
      </p>
      {market ? (
        <p className="links">
          <a href={`/api/v1/map?market=${encodeURIComponent(market.id)}`} target="_blank" rel="noreferrer">
            These numbers as JSON
          </a>
          <a href="/openapi.json" target="_blank" rel="noreferrer">
            The API
          </a>
        </p>
      ) : null}
    </Dialog>
  )
}
