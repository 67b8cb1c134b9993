import { MarketPool } from '@liqscope/engine'
import {
  type Instrument,
  type InstrumentId,
  type MarketEvent,
  nearestNames,
  readChoice,
  unifiedSymbol,
} from '@liqscope/market'
import { aggregateId, aggregateOf } from './market/aggregate-instrument.ts'
import { AggregateState } from './market/aggregate-state.ts'
import { ChosenSums } from './market/chosen-sums.ts'
import type { Market } from './market/market.ts'
import { MarketState } from './market/market-state.ts'
import { Problem } from './rest/problem.ts'
import type { MarketScore } from './score/market-score.ts'
import type { Scores } from './score/scores.ts'
import { isMeant } from './source/choose-instruments.ts'

/** Every market there is, and the one road on which their events arrive. */
export class Pipeline {
  private readonly states = new Map<InstrumentId, MarketState>()
  /** Sums of one coin's markets, by id; each is there once a second venue lists the coin. */
  private readonly sums = new Map<InstrumentId, AggregateState>()
  private readonly chosen = new ChosenSums((id) => {
    const sum = this.sums.get(id as InstrumentId)
    return sum && { sum, members: this.membersOf(sum.instrument.id) }
  })
  /** Live markets learn from each other, simulated ones among themselves. */
  private readonly pools = { real: new MarketPool(), simulated: new MarketPool() }
  private readonly counts = new Map<string, { venue: string; channel: string; kind: string; count: number }>()
  /** Total time spent folding events, seconds. */
  foldSeconds = 0

  /**
   * @param scores absent: markets are not scored
   * @param onEvent is told each event before it is folded
   */
  constructor(
    private readonly scores?: Scores,
    private readonly onEvent?: (event: MarketEvent) => void,
  ) {}

  /** Adds a market. One already listed is left as it is. */
  list(instrument: Instrument): void {
    if (this.states.has(instrument.id)) return
    this.states.set(instrument.id, new MarketState(instrument))
    const id = aggregateId(instrument)
    if (id === undefined) return
    this.chosen.listed()
    if (this.sums.has(id)) return
    const instruments = this.instrumentsOf(id)
    if (instruments.length > 1)
      this.sums.set(id, new AggregateState(aggregateOf(id, instruments), () => this.membersOf(id)))
  }

  /** The live markets that this one learns with. */
  poolOf({ simulated }: Instrument): MarketPool {
    return simulated ? this.pools.simulated : this.pools.real
  }

  /** The history of a market is folded and what it is given from now on is live. */
  wentLive(id: InstrumentId, score: MarketScore | undefined): void {
    const sum = this.sumOf(id)
    if (sum) {
      sum.wentLive()
      this.chosen.wentLive(sum)
    }
    if (score && !this.scores?.isClosed) this.states.get(id)?.beginScore(score)
  }

  /** A market's score with what was stored of it; undefined where markets are not scored. */
  async openScore(instrument: Instrument): Promise<MarketScore | undefined> {
    return this.scores?.ofMarket(instrument)
  }

  /** How right a market's maps were; undefined for a sum, and until the score is open. */
  scoreOf(id: InstrumentId): MarketScore | undefined {
    return this.states.get(id)?.score
  }

  /** A state to fold a file into aside, scored in the file's own time; `end` is where the folding stops, epoch ms. */
  stateOfFile(instrument: Instrument, end: number): MarketState {
    const state = new MarketState(instrument, end)
    if (this.scores) state.beginScore(this.scores.ofFile(instrument, end))
    return state
  }

  /** The sum that a market is part of. */
  sumOf(id: InstrumentId): AggregateState | undefined {
    const state = this.states.get(id)
    return state && this.sumWith(state.instrument)
  }

  /** Markets of a sum, or those chosen of it, in the order of listing; empty for any other market. */
  membersOf(id: InstrumentId): readonly MarketState[] {
    if (!this.sums.has(id)) return this.chosen.membersOf(id)
    return [...this.states.values()].filter(({ instrument }) => aggregateId(instrument) === id)
  }

  /** Folds one event into its market. Events of markets not listed are dropped: their source was closed. */
  apply(event: MarketEvent): void {
    const state = this.states.get(event.instrument)
    if (!state) return
    this.onEvent?.(event)
    const started = performance.now()
    state.apply(event)
    const sum = this.sumWith(state.instrument)
    if (sum) {
      sum.note(event)
      this.chosen.note(event)
    }
    this.foldSeconds += (performance.now() - started) / 1000
    this.count(state.instrument.venue, event)
  }

  /** Puts a state built aside (a replay's seek) in the place of the market's. Its subscribers get a new snapshot. */
  replace(state: MarketState): void {
    this.states.set(state.instrument.id, state)
  }

  /** The market of this id, or the sum of chosen venues that it names. */
  get(id: string): Market | undefined {
    return this.markets().find(({ instrument }) => instrument.id === id) ?? this.chosen.get(id)
  }

  /** Of a sum of chosen venues: the id of the sum. */
  choiceOf(id: InstrumentId): InstrumentId | undefined {
    return this.chosen.sumOf(id)
  }

  /** Every market, and the sums after them; not those of chosen venues, which are made when asked for. */
  markets(): Market[] {
    return [...this.states.values(), ...this.sums.values()]
  }

  /**
   * The market a person means by `binance:BTCUSDT`, `BTC`, `BTC/USDT:USDT` or, of some venues, `BTC@binance,okx`. Of several, real ones come before
   * simulated ones, for a coin alone the sum of its venues before any of them, then the order of listing.
   *
   * @throws {Problem} 404, with the nearest names.
   */
  find(asked: string): Market {
    const exact = this.get(asked)
    if (exact) return exact
    const choice = readChoice(asked)
    if (!choice) {
      const meant = this.meant(asked)
      if (meant) return meant
      throw this.unknown(asked)
    }
    const sum = this.meant(choice.sum)
    const chosen = sum && this.get(`${sum.instrument.id}@${choice.venues.join()}`)
    if (chosen) return chosen
    throw sum ? this.unknownVenue(asked, sum) : this.unknown(choice.sum)
  }

  private meant(asked: string): Market | undefined {
    return this.markets()
      .filter(({ instrument }) => isMeant(asked, instrument))
      .toSorted((a, b) => rankOf(asked, a.instrument) - rankOf(asked, b.instrument))[0]
  }

  private unknownVenue(asked: string, { instrument: { id } }: Market): Problem {
    const members = this.membersOf(id).map(({ instrument }) => instrument.id)
    return new Problem(404, 'unknown-market', 'Unknown market', {
      detail:
        members.length > 0
          ? `"${asked.slice(0, 80)}" names a venue that ${id} has not. Its markets: ${members.join(', ')}.`
          : `${id} is no sum of venues, so none can be chosen in it.`,
      nearest: members,
    })
  }

  eventCounts() {
    return [...this.counts.values()]
  }

  private sumWith(instrument: Instrument): AggregateState | undefined {
    const id = aggregateId(instrument)
    return id === undefined ? undefined : this.sums.get(id)
  }

  private instrumentsOf(id: InstrumentId): Instrument[] {
    return [...this.states.values()].map(({ instrument }) => instrument).filter((one) => aggregateId(one) === id)
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

function rankOf(asked: string, { simulated, symbol }: Instrument): number {
  return 2 * Number(simulated) + Number(symbol !== asked.toUpperCase())
}
