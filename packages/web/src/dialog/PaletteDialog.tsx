import { nearestNames } from '@liqscope/market'
import type { MarketJson } from '@liqscope/protocol'
import { type KeyboardEvent, useId, useState } from 'react'
import { pictureOnScreen } from '../app/commands.ts'
import { useApp, useSession } from '../app/context.ts'
import { marketName } from '../app/market-name.ts'
import type { Session } from '../app/session.ts'
import { saveSnapshot } from '../app/snapshot.ts'
import { copyLink } from '../app/TopBar.tsx'
import { formatPrice } from '../format/number.ts'
import { RANGES } from '../state/app-state.ts'
import { Dialog } from './Dialog.tsx'

interface Entry {
  readonly key: string
  readonly text: string
  readonly hint: string
  readonly run: () => void
}

/** Symbols and commands in one list; typing narrows it, a typo still finds the nearest names. */
export function PaletteDialog() {
  const session = useSession()
  const markets = useApp((state) => state.markets)
  const opening = useApp((state) => state.paletteQuery)
  const [query, setQuery] = useState(opening)
  const [active, setActive] = useState(0)
  const list = useId()
  const { entries, isNearest } = found(query, markets, session)
  const chosen = Math.min(active, entries.length - 1)

  const run = (entry: Entry | undefined) => {
    if (!entry) return
    session.store.set({ dialog: undefined })
    entry.run()
  }
  const keys = (event: KeyboardEvent) => {
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (move !== 0) setActive((chosen + move + entries.length) % Math.max(1, entries.length))
    else if (event.key === 'Enter') run(entries[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="Symbol or command" className="palette">
      <input
        className="field"
        type="text"
        role="combobox"
        aria-label="Symbol or command"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={entries[chosen] ? `${list}-${chosen}` : undefined}
        placeholder="BTC, ETH/USDT, range 7d, theme …"
        autoComplete="off"
        spellCheck={false}
        value={query}
        ref={(input) => {
          // A letter typed on the chart is the first of the query: the caret goes behind it.
          if (input && document.activeElement !== input) {
            input.focus()
            input.setSelectionRange(input.value.length, input.value.length)
          }
        }}
        onChange={(event) => {
          setQuery(event.currentTarget.value)
          setActive(0)
        }}
        onKeyDown={keys}
      />
      {isNearest ? <p className="dim">No market is called that. The nearest names:</p> : null}
      <div id={list} role="listbox" aria-label="Results" className="entries">
        {entries.map((entry, i) => (
          <div
            key={entry.key}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            ref={(row) => {
              if (i === chosen) row?.scrollIntoView({ block: 'nearest' })
            }}
            onPointerMove={() => setActive(i)}
            onClick={() => run(entry)}
            onKeyDown={keys}
          >
            <span>{entry.text}</span>
            <span className="dim">{entry.hint}</span>
          </div>
        ))}
      </div>
    </Dialog>
  )
}

function found(
  query: string,
  markets: readonly MarketJson[],
  session: Session,
): { entries: Entry[]; isNearest: boolean } {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = (text: string) => words.every((word) => text.toLowerCase().includes(word))
  const symbols = markets.map((market): Entry & { search: string } => ({
    key: market.id,
    text: `${marketName(market)} · ${market.venueName}`,
    hint: market.price === null ? market.state : formatPrice(market.price, market.tickSize),
    search: `${market.symbol} ${market.id} ${marketName(market)} ${market.base}${market.quote}`,
    run: () => session.selectMarket(market.id),
  }))
  const byName = symbols.filter(({ search }) => matches(search))
  const byCommand = commands(session).filter(({ text }) => matches(text))
  if (byName.length + byCommand.length > 0) return { entries: [...byName, ...byCommand].slice(0, 60), isNearest: false }
  const near = nearestNames(
    query.trim(),
    markets.map(({ base, quote }) => `${base}${quote}`),
    3,
  )
  const nearest = near.flatMap((name) => symbols.filter((_, i) => name === `${markets[i]?.base}${markets[i]?.quote}`))
  return { entries: nearest, isNearest: true }
}

function commands(session: Session): Entry[] {
  const { store } = session
  const { preference } = store.get()
  const command = (text: string, hint: string, run: () => void): Entry => ({ key: text, text, hint, run })
  return [
    command('View: heatmap', 'M', () => session.selectView('heatmap')),
    command('View: map', 'M', () => session.selectView('map')),
    ...RANGES.map((range) => command(`Range: ${range}`, '', () => session.selectRange(range))),
    command('Table beside the picture', 'T', () => store.set({ showTable: !store.get().showTable })),
    command('Unit: strength', '', () => session.selectUnit('strength')),
    command('Unit: USD', '', () => session.selectUnit('usd')),
    command('Reset the view', 'Alt R', () => pictureOnScreen()?.reset()),
    command('Save a snapshot', 'Alt S', () => saveSnapshot(store.get())),
    command('Copy a link to this view', '', () => copyLink(session.announce)),
    command('Theme: dark', '', () => session.setPreference({ theme: 'dark' })),
    command('Theme: light', '', () => session.setPreference({ theme: 'light' })),
    command('Sides: red and green', '', () => session.setPreference({ sides: 'red-green' })),
    command('Sides: orange and blue', 'colour-blind', () => session.setPreference({ sides: 'blue-orange' })),
    ...(['viridis', 'cividis', 'inferno', 'grey'] as const).map((ramp) =>
      command(`Heat: ${ramp}`, '', () => session.setPreference({ ramp })),
    ),
    command(`Single-key shortcuts: ${preference.singleKeys ? 'off' : 'on'}`, '', () =>
      session.setPreference({ singleKeys: !preference.singleKeys }),
    ),
    command('How this is computed', '', () => store.set({ dialog: 'how' })),
    command('Keys and help', '?', () => store.set({ dialog: 'help' })),
  ]
}
