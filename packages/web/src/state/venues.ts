import { chosenMembers, readChoice, writeChoice } from '@liqscope/market'
import type { MarketJson } from '@liqscope/protocol'

/** The venues of one coin, and which of them the numbers on screen count. */
export interface Venues {
  /** The sum over all of them; undefined where only one exchange has the coin. */
  readonly sum: MarketJson | undefined
  /** Each venue's own market. */
  readonly members: readonly MarketJson[]
  /** Ids of the members that are counted, at least one. */
  readonly counted: readonly string[]
}

/**
 * The venues of the coin that a market is of. Simulated and real ones are never of the same. `choosing`: the market over
 * others of them that was asked for; they are counted from then on.
 */
export function venuesOf(markets: readonly MarketJson[], market: MarketJson, choosing?: string): Venues {
  const sum = markets.find(
    ({ id, sumOf, choiceOf }) =>
      sumOf !== null && choiceOf === null && (id === market.id || id === market.choiceOf || sumOf.includes(market.id)),
  )
  if (sum?.sumOf)
    return {
      sum,
      members: markets.filter(({ id }) => sum.sumOf?.includes(id)),
      counted: countedIn(choosing, sum.id, sum.sumOf) ?? market.sumOf ?? [market.id],
    }
  const same = markets.filter(
    ({ base, quote, simulated, sumOf }) =>
      sumOf === null && base === market.base && quote === market.quote && simulated === market.simulated,
  )
  return { sum: undefined, members: same, counted: [market.id] }
}

/** Ids of the members that a market of a sum's venues counts. */
function countedIn(id: string | undefined, sum: string, members: readonly string[]): readonly string[] | undefined {
  if (id === undefined) return undefined
  if (id === sum) return members
  if (members.includes(id)) return [id]
  const choice = readChoice(id)
  return choice?.sum === sum ? chosenMembers(members, choice.venues) : undefined
}

/** The market over these venues: the whole sum, a choice of it, or the market of one. Undefined without any. */
export function marketOver({ sum, members }: Venues, chosen: readonly string[]): string | undefined {
  const ids = sum?.sumOf ?? members.map(({ id }) => id)
  if (!chosen.some((id) => ids.includes(id))) return undefined
  return sum ? writeChoice(sum.id, ids, chosen) : chosen.find((id) => ids.includes(id))
}

/** The market with one venue more, or less. Undefined when it is the last: a sum of nothing says nothing. */
export function marketWith(venues: Venues, id: string): string | undefined {
  const { counted } = venues
  return marketOver(venues, counted.includes(id) ? counted.filter((other) => other !== id) : [...counted, id])
}
