import { chosenMembers, type InstrumentId, type MarketEvent, readChoice, writeChoice } from '@liqscope/market'
import { aggregateOf } from './aggregate-instrument.ts'
import { AggregateState } from './aggregate-state.ts'
import type { MarketState } from './market-state.ts'

/** Choices kept at once: each holds the columns it drew since it was first asked for, 0.2 MB an hour. */
const MOST_CHOICES = 32

/** A sum of which venues are chosen, and its markets. */
interface Whole {
  readonly sum: AggregateState
  readonly members: readonly MarketState[]
}

interface Choice {
  readonly of: AggregateState
  readonly venues: readonly string[]
  readonly state: AggregateState
  /** Ids of the markets summed. */
  members: ReadonlySet<string>
}

/**
 * Sums over some of a sum's venues (`all:BTC@binance,okx`), made when somebody asks for them. The one that was not asked
 * for the longest is forgotten; asked again it is made anew, its past then summed from its venues' columns.
 */
export class ChosenSums {
  /** By canonical id, the last asked for last. */
  private readonly held = new Map<string, Choice>()

  /** @param wholeOf the sum of an id with its markets as they are listed now. */
  constructor(private readonly wholeOf: (id: string) => Whole | undefined) {}

  /** The chosen sum, or what the choice comes to (the whole sum, one market). Undefined when it names none. */
  get(asked: string): AggregateState | MarketState | undefined {
    const choice = readChoice(asked)
    const whole = choice && this.wholeOf(choice.sum)
    if (!choice || !whole) return undefined
    const ids = idsOf(whole)
    const chosen = chosenMembers(ids, choice.venues)
    if (chosen === undefined) return undefined
    const id = writeChoice(choice.sum, ids, chosen)
    if (id === choice.sum) return whole.sum
    const alone = whole.members.find(({ instrument }) => instrument.id === id)
    return alone ?? this.chosen(id, whole, chosen)
  }

  membersOf(id: string): readonly MarketState[] {
    const choice = this.held.get(id)
    const whole = choice && this.wholeOf(choice.of.instrument.id)
    return whole?.members.filter(({ instrument }) => choice?.members.has(instrument.id)) ?? []
  }

  /** The sum that a choice is of; undefined for any other market. */
  sumOf(id: string): InstrumentId | undefined {
    return this.held.get(id)?.of.instrument.id
  }

  /** An event of a member, after the member folded it. */
  note(event: MarketEvent): void {
    for (const { state, members } of this.held.values()) if (members.has(event.instrument)) state.note(event)
  }

  /** Another market is listed: it may be a second one of a venue that was chosen. */
  listed(): void {
    for (const choice of this.held.values()) {
      const whole = this.wholeOf(choice.of.instrument.id)
      if (whole) choice.members = new Set(chosenMembers(idsOf(whole), choice.venues))
    }
  }

  wentLive(sum: AggregateState): void {
    for (const { of, state } of this.held.values()) if (of === sum) state.wentLive()
  }

  private chosen(id: string, { sum, members }: Whole, chosen: readonly string[]): AggregateState {
    const known = this.held.get(id)
    const venues = readChoice(id)?.venues ?? []
    const instruments = members.map(({ instrument }) => instrument)
    const choice = known ?? {
      of: sum,
      venues,
      state: new AggregateState(aggregateOf(id as InstrumentId, instruments, venues), () => this.membersOf(id)),
      members: new Set(chosen),
    }
    this.held.delete(id)
    this.held.set(id, choice)
    if (!known && sum.isLive) choice.state.wentLive()
    if (this.held.size > MOST_CHOICES) this.held.delete(this.held.keys().next().value ?? '')
    return choice.state
  }
}

function idsOf({ members }: Whole): string[] {
  return members.map(({ instrument }) => instrument.id)
}
