import { nearestNames } from '@liqscope/market'
import type { MarketJson } from '@liqscope/protocol'
import { type KeyboardEvent, useId, useState } from 'react'
import { pictureOnScreen } from '../app/commands.ts'
import { useApp, useSession, useText } from '../app/context.ts'
import { marketName } from '../app/market-name.ts'
import { PANELS } from '../app/panels.ts'
import type { Session } from '../app/session.ts'
import { formatPrice } from '../format/number.ts'
import { copyLink } from '../share/copy-link.ts'
import { saveSnapshot } from '../share/snapshot.ts'
import { RANGES } from '../state/app-state.ts'
import { OVERLAYS, PANE_NAMES } from '../state/layout.ts'
import { LANGUAGES } from '../text/language.ts'
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
  const { palette: words } = useText().dialogs
  const { states } = useText().page
  const listed = useApp((state) => state.markets)
  // A sum of chosen venues is reached by its venues.
  const markets = listed.filter(({ choiceOf }) => choiceOf === null)
  const opening = useApp((state) => state.paletteQuery)
  const [query, setQuery] = useState(opening)
  const [active, setActive] = useState(0)
  const list = useId()
  const { entries, isNearest } = found(query, markets, session, (market) => states[market.state])
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
    <Dialog title={words.title} className="palette">
      <input
        className="field"
        data-first
        type="text"
        role="combobox"
        aria-label={words.title}
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={entries[chosen] ? `${list}-${chosen}` : undefined}
        placeholder={words.placeholder}
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
      {isNearest ? <p className="dim">{words.nearest}</p> : null}
      <div id={list} role="listbox" aria-label={words.results} className="entries">
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
  stateOf: (market: MarketJson) => string,
): { entries: Entry[]; isNearest: boolean } {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = (text: string) => words.every((word) => text.toLowerCase().includes(word))
  const symbols = markets.map((market): Entry & { search: string } => ({
    key: market.id,
    text: `${marketName(market)} · ${market.venueName}`,
    hint: market.price === null ? stateOf(market) : formatPrice(market.price, market.tickSize),
    search: `${market.symbol} ${market.id} ${marketName(market)} ${market.base}${market.quote}`,
    run: () => session.selectMarket(market.id),
  }))
  const byName = symbols.filter(({ search }) => matches(search))
  // Words that begin a word of the name come first: "map" means the map, and the heatmap only after it.
  const begins = ({ text }: Entry) => words.every((word) => ` ${text.toLowerCase()}`.includes(` ${word}`))
  const byCommand = commands(session)
    .filter(({ text }) => matches(text))
    .sort((a, b) => Number(begins(b)) - Number(begins(a)))
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
  const state = store.get()
  const { preference, layout, text } = state
  const { palette: words, looks, layers, help, how, share } = text.dialogs
  const { bar, strip } = text.page
  const command = (name: string, hint: string, run: () => void): Entry => ({ key: name, text: name, hint, run })
  const toggled = <Name extends string>(all: readonly Name[], held: readonly Name[], name: Name) =>
    all.filter((other) => (other === name) !== held.includes(other))
  const panes = layout.panes ?? PANE_NAMES.filter((name) => name !== 'cvd')
  return [
    command(words.view(bar.heatmap), 'M', () => session.selectView('heatmap')),
    command(words.view(bar.map), 'M', () => session.selectView('map')),
    ...RANGES.map((range) => command(words.range(range), '', () => session.selectRange(range))),
    ...PANELS.filter(({ isReady }) => isReady(state)).map(({ name, title }) =>
      command(words.panel(title(text)), '', () => {
        session.selectPanel(name)
        store.set({ sheetOpen: true })
      }),
    ),
    command(words.table, 'T', () => store.set({ showTable: !store.get().showTable })),
    command(words.unit(text.picture.heatmap.strength), '', () => session.selectUnit('strength')),
    command(words.unit('USD'), '', () => session.selectUnit('usd')),
    command(words.reset, 'Alt R', () => pictureOnScreen()?.reset()),
    command(words.snapshot, 'Alt S', () => saveSnapshot(store.get())),
    command(words.link, '', () => copyLink(session)),
    command(share.title, '', () => store.set({ dialog: 'share' })),
    command(strip.play, 'Space', () => session.play(true)),
    command(words.toNow, '', () => session.goTo(undefined)),
    ...PANE_NAMES.map((name) =>
      command(words.pane(text.picture.panes[name]), '', () =>
        session.arrange({ panes: toggled(PANE_NAMES, panes, name) }),
      ),
    ),
    ...OVERLAYS.map((name) =>
      command(words.overlay(layers[name]), '', () =>
        session.arrange({ overlays: toggled(OVERLAYS, layout.overlays, name) }),
      ),
    ),
    command(words.theme(looks.dark), '', () => session.setPreference({ theme: 'dark' })),
    command(words.theme(looks.light), '', () => session.setPreference({ theme: 'light' })),
    command(words.sides(looks.redGreen), '', () => session.setPreference({ sides: 'red-green' })),
    command(words.sides(looks.orangeBlue), words.colourBlind, () => session.setPreference({ sides: 'blue-orange' })),
    ...(['viridis', 'cividis', 'inferno', 'grey'] as const).map((ramp) =>
      command(words.heat(looks[ramp]), '', () => session.setPreference({ ramp })),
    ),
    ...LANGUAGES.map(([code, name]) =>
      command(words.language(name), code, () => session.setPreference({ language: code })),
    ),
    command(words.singleKeys(preference.singleKeys), '', () =>
      session.setPreference({ singleKeys: !preference.singleKeys }),
    ),
    command(layers.title, '', () => store.set({ dialog: 'layers' })),
    command(how.title, '', () => store.set({ dialog: 'how' })),
    command(help.title, '?', () => store.set({ dialog: 'help' })),
  ]
}
