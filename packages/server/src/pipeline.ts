import { type Instrument, type InstrumentId, type MarketEvent, nearestNames, unifiedSymbol } from '@liqscope/market'
import { MarketState } from './market/market-state.ts'
import { Problem } from './rest/problem.ts'
import { isMeant } from './source/choose-instruments.ts'

/** Every market there is, and the one road on which their events arrive. */
export class Pipeline {
  private readonly states = new Map<InstrumentId, MarketState>()
  private readonly counts = new Map<string, { venue: string; channel: string; kind: string; count: number }>()
  /** Total time spent folding events, seconds. */
  foldSeconds = 0

  /** Adds a market. One already listed is left as it is. */
  list(instrument: Instrument): void {
    if (!this.states.has(instrument.id)) this.states.set(instrument.id, new MarketState(instrument))
  }

  /** Folds one event into its market. Events of markets not listed are dropped: their source was closed. */
  apply(event: MarketEvent): void {
    const state = this.states.get(event.instrument)
    if (!state) return
    const started = performance.now()
    state.apply(event)
    this.foldSeconds += (performance.now() - started) / 1000
    this.count(state.instrument.venue, event)
  }

  /** Puts a state built aside (a replay's seek) in the place of the market's. Its subscribers get a new snapshot. */
  replace(state: MarketState): void {
    this.states.set(state.instrument.id, state)
  }

  get(id: string): MarketState | undefined {
    for (const state of this.states.values()) if (state.instrument.id === id) return state
    return undefined
  }

  markets(): MarketState[] {
    return [...this.states.values()]
  }

  /**
   * The market a person means by `binance:BTCUSDT`, `BTC` or `BTC/USDT:USDT`. Of several, real ones come before
   * simulated ones, then the order of listing.
   *
   * @throws {Problem} 404, with the nearest names.
   */
  find(asked: string): MarketState {
    const exact = this.get(asked)
    if (exact) return exact
    const found = this.markets()
      .filter(({ instrument }) => isMeant(asked, instrument))
      .toSorted((a, b) => Number(a.instrument.simulated) - Number(b.instrument.simulated))[0]
    if (found) return found
    throw this.unknown(asked)
  }

  eventCounts() {
    return [...this.counts.values()]
  }

  private unknown(asked: string): Problem {
    const names = this.markets().flatMap(({ instrument }) => [
      instrument.id,
      instrument.symbol,
      instrument.base,
      unifiedSymbol(instrument),
    ])
    const nearest = nearestNames(asked.slice(0, 40), names)
    return new Problem(404, 'unknown-market', 'Unknown market', {
      detail:
        nearest.length > 0
          ? `There is no market "${asked.slice(0, 80)}". The nearest names: ${nearest.join(', ')}.`
          : `There is no market "${asked.slice(0, 80)}", because no market is listed yet. Ask again in a few seconds.`,
      nearest,
    })
  }

  private count(venue: string, event: MarketEvent): void {
    const channel = event.kind === 'gap' ? event.channel : event.kind
    const key = `${venue} ${channel} ${event.kind}`
    const entry = this.counts.get(key)
    if (entry) entry.count++
    else this.counts.set(key, { venue, channel, kind: event.kind, count: 1 })
  }
}
