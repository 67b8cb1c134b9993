/**
 * A choice among the venues of a sum has a name of its own, so that everything that takes a market takes it too:
 * `all:BTC@binance,okx` is `all:BTC` of Binance and OKX alone. A venue is named as in its market's id; a simulated one by
 * the protocol it speaks (`gate` of `sim:BTCUSDT@gate`); one of which two markets are in the sum by the whole id.
 */
export interface VenueChoice {
  readonly sum: string
  /** In the order written; at least one. */
  readonly venues: readonly string[]
}

/** Reads a name like `all:BTC@binance,okx`; undefined when nothing is chosen in it. */
export function readChoice(text: string): VenueChoice | undefined {
  const at = text.indexOf('@')
  if (at <= 0) return undefined
  const venues = text
    .slice(at + 1)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return venues.length > 0 ? { sum: text.slice(0, at), venues } : undefined
}

/**
 * The name of the market that these members of a sum are together: the sum itself when they are all of it, the market
 * itself when it is one. Members keep the order of the sum.
 *
 * @throws {RangeError} when none of the members is chosen: a sum of nothing is no market.
 */
export function writeChoice(sum: string, members: readonly string[], chosen: readonly string[]): string {
  const kept = members.filter((id) => chosen.includes(id))
  const [first, second] = kept
  if (first === undefined) throw new RangeError(`none of the markets of ${sum} is chosen`)
  if (kept.length === members.length) return sum
  if (second === undefined) return first
  return `${sum}@${kept.map((id) => nameIn(members, id)).join()}`
}

/** The members that a choice names; undefined when it names one that the sum has not. */
export function chosenMembers(members: readonly string[], venues: readonly string[]): string[] | undefined {
  const named = (name: string) => members.filter((id) => id === name || shortName(id) === name.toLowerCase())
  if (venues.some((name) => named(name).length === 0)) return undefined
  return members.filter((id) => venues.some((name) => named(name).includes(id)))
}

function nameIn(members: readonly string[], id: string): string {
  const short = shortName(id)
  return members.filter((other) => shortName(other) === short).length > 1 ? id : short
}

function shortName(id: string): string {
  const protocol = id.split('@')[1]
  return protocol ?? id.split(':')[0] ?? id
}
