import type { Channel, Gap, MarketEvent } from '@liqscope/market'

/** Marks move once a second, by less than a thousandth but in a crash. */
const NEAR_MS = 3_000
const NEAR_PART = 0.001

/** A stretch of exchange time, both ends included, epoch ms. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What one feed has of another's events, apart from what it says that it misses. One sentence a difference. */
export function differences(
  quiet: readonly MarketEvent[],
  faulty: readonly MarketEvent[],
  { from, to }: Span,
  options: {
    /** Where a message overtook another the older state is dropped, and changes of a ticker meet an older one: true there. */
    readonly mayBeOvertaken: (time: number) => boolean
    /** Marks, funding and open interest bear the time of receipt: they are compared by value, this near. */
    readonly stateWithinMs: number
    /** False where each feed sees the forced orders of the accounts that it happens to follow. */
    readonly seesAllForced: boolean
  },
): string[] {
  const gaps = faulty.filter((event): event is Gap => event.kind === 'gap')
  const bars = faulty.filter((event) => event.kind === 'bar')
  const within = ({ exchangeTime }: MarketEvent) => exchangeTime > from && exchangeTime <= to
  const isMissed = (channel: Channel, time: number) =>
    gaps.some((gap) => gap.channel === channel && time >= gap.from && time <= gap.to) ||
    (channel === 'trade' &&
      bars.some(({ exchangeTime, intervalMs }) => time >= exchangeTime && time < exchangeTime + intervalMs))
  const found: string[] = []

  for (const kind of ['trade', 'liquidationOrder'] as const) {
    if (kind === 'liquidationOrder' && !options.seesAllForced) continue
    const expected = sumsOf(quiet.filter(within), kind)
    const got = sumsOf(faulty.filter(within), kind)
    for (const [key, size] of got)
      if (size > (expected.get(key) ?? 0) + 1e-6) found.push(`${kind} ${key} ${size}, not ${expected.get(key) ?? 0}`)
    for (const [key, size] of expected)
      if (!isMissed(kind, Number(key.split(' ')[0])) && size > (got.get(key) ?? 0) + 1e-6)
        found.push(`${kind} ${key} ${got.get(key) ?? 0}, not ${size}: no gap was told`)
  }

  for (const kind of ['markPrice', 'funding'] as const) {
    const expected = statesOf(quiet, kind)
    const got = statesOf(faulty, kind)
    const has = (states: readonly State[], { time, value }: State) =>
      states.some((one) => one.value === value && Math.abs(one.time - time) <= options.stateWithinMs)
    for (const state of got.filter(({ time }) => time > from && time <= to))
      if (!has(expected, state) && !mayHaveBeen(expected, state) && !options.mayBeOvertaken(state.time))
        found.push(`${kind} at ${state.time} is ${state.value}, which never was`)
    for (const state of expected.filter(({ time }) => time > from && time <= to))
      if (
        !has(got, state) &&
        !wasTrue(got, state) &&
        !isMissed(kind, state.time) &&
        !options.mayBeOvertaken(state.time)
      )
        found.push(`${kind} at ${state.time} is missing: no gap was told`)
  }

  const books = new Map(quiet.flatMap((event) => (event.kind === 'orderBook' ? [[event.exchangeTime, event]] : [])))
  for (const book of faulty) {
    if (book.kind !== 'orderBook' || !within(book)) continue
    const other = books.get(book.exchangeTime)
    if (other !== undefined && JSON.stringify([other.bids, other.asks]) !== JSON.stringify([book.bids, book.asks]))
      found.push(`the book at ${book.exchangeTime} is another`)
  }

  // Forced orders are told late: a gap of theirs begins before the loss.
  for (const gap of gaps)
    if (
      gap.to > from &&
      gap.channel !== 'liquidationOrder' &&
      !options.mayBeOvertaken(gap.to) &&
      faulty.some((event) => event.kind === gap.channel && isInside(event.exchangeTime, gap))
    )
      found.push(`a gap of ${gap.channel} from ${gap.from} to ${gap.to} has events in it`)
  return found
}

/** What holds is said at each subscription and repeated now and then: the state of before, told at another time. */
function wasTrue(states: readonly State[], { time, value }: State): boolean {
  return states.findLast((one) => one.time <= time)?.value === value
}

/** What a subscription was answered with may have held between two messages of the other feed: it is among them. */
function mayHaveBeen(states: readonly State[], { time, value }: State): boolean {
  if (wasTrue(states, { time, value })) return true
  const near = states.filter((one) => Math.abs(one.time - time) <= NEAR_MS).map((one) => one.value)
  return value >= Math.min(...near) * (1 - NEAR_PART) && value <= Math.max(...near) * (1 + NEAR_PART)
}

function isInside(time: number, { from, to }: Gap): boolean {
  return time > from && time < to
}

/** Sizes by moment, side and price: some venues join the fills of one order, and history does not always. */
function sumsOf(events: readonly MarketEvent[], kind: 'trade' | 'liquidationOrder'): Map<string, number> {
  const sums = new Map<string, number>()
  for (const event of events) {
    if (event.kind !== kind) continue
    const side = event.kind === 'trade' ? event.side : event.positionSide
    const key = `${event.exchangeTime} ${side} ${Number(event.price.toFixed(6))}`
    sums.set(key, (sums.get(key) ?? 0) + event.size)
  }
  return sums
}

interface State {
  readonly time: number
  readonly value: number
}

function statesOf(events: readonly MarketEvent[], kind: 'markPrice' | 'funding'): State[] {
  return events.flatMap((event) => {
    if (event.kind !== kind) return []
    return [{ time: event.exchangeTime, value: event.kind === 'markPrice' ? event.price : event.rate }]
  })
}
