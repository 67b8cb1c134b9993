import type { Bar, Channel, Funding, Gap, Instrument, OpenInterest } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { HistoryRules, VenueRest } from './adapter.ts'

const MINUTE_MS = 60_000

export interface BackfillSource {
  readonly rest: Pick<VenueRest, 'bars' | 'openInterestHistory' | 'fundingHistory'>
  readonly rules: HistoryRules
}

/**
 * The whole minutes of [from, to) that are over by `now`, in time order: bars, the open interest at the close of those
 * for which the venue has it, the funding paid, and a Gap for each hole. A minute is either a bar or in a Gap, never both, never neither.
 *
 * @throws {FeedError} when the bars cannot be fetched. Missing open interest or funding is a Gap.
 */
export async function* backfill(
  { rest, rules }: BackfillSource,
  instrument: Instrument,
  from: number,
  to: number,
  now: number,
  signal?: AbortSignal,
): AsyncGenerator<Bar | Gap | Funding> {
  const start = Math.ceil(from / MINUTE_MS) * MINUTE_MS
  const end = Math.floor(Math.min(to, now) / MINUTE_MS) * MINUTE_MS
  for (let page = start; page < end; page += rules.pageMs) {
    const pageEnd = Math.min(page + rules.pageMs, end)
    const bars = await rest.bars(instrument, page, pageEnd, signal)
    const known = Math.max(page, now - rules.openInterestKeptMs)
    const stamps =
      known < pageEnd ? await tried(async () => rest.openInterestHistory?.(instrument, known, pageEnd, signal)) : []
    const fundings = await tried(async () => rest.fundingHistory?.(instrument, page, pageEnd, signal))
    if (signal?.aborted) throw new FeedError(instrument.venue, 'backfill', 'aborted')
    yield* [
      ...withOpenInterest(bars, stamps instanceof FeedError ? [] : (stamps ?? []), page, pageEnd),
      ...barGaps(bars, instrument, page, pageEnd),
      ...openInterestGaps(stamps ?? [], rules.openInterestPeriodMs, instrument, page, pageEnd),
      ...(fundings instanceof FeedError
        ? [gap('funding', instrument, page, pageEnd, fundings.message)]
        : (fundings ?? []).filter((funding) => funding.exchangeTime >= page && funding.exchangeTime < pageEnd)),
    ].sort((a, b) => a.exchangeTime - b.exchangeTime)
  }
}

/** An answer that may be missing without losing the bars. */
async function tried<T>(ask: () => Promise<T>): Promise<T | FeedError> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof FeedError) return error
    throw error
  }
}

/** Each minute once, inside the page, with the open interest stamped at its close. */
function withOpenInterest(
  bars: readonly Bar[],
  stamps: readonly OpenInterest[],
  from: number,
  to: number,
): readonly Bar[] {
  const sizes = new Map(stamps.map((stamp) => [stamp.exchangeTime, stamp.size]))
  return wholeMinutes(bars, from, to).map((bar) => {
    const openInterest = sizes.get(bar.exchangeTime + MINUTE_MS)
    return openInterest === undefined ? bar : { ...bar, openInterest }
  })
}

function wholeMinutes(bars: readonly Bar[], from: number, to: number): readonly Bar[] {
  const byTime = new Map(bars.map((bar) => [bar.exchangeTime, bar]))
  return [...byTime.values()].filter(
    ({ exchangeTime, intervalMs }) =>
      exchangeTime >= from && exchangeTime < to && exchangeTime % MINUTE_MS === 0 && intervalMs === MINUTE_MS,
  )
}

function barGaps(bars: readonly Bar[], instrument: Instrument, from: number, to: number): Gap[] {
  const present = new Set(wholeMinutes(bars, from, to).map((bar) => bar.exchangeTime))
  return holes(present, from, to, MINUTE_MS).map(([start, end]) =>
    gap('bar', instrument, start, end, 'the venue has no history of these minutes'),
  )
}

function openInterestGaps(
  stamps: readonly OpenInterest[] | FeedError,
  periodMs: number,
  instrument: Instrument,
  from: number,
  to: number,
): Gap[] {
  if (stamps instanceof FeedError) return [gap('openInterest', instrument, from, to, stamps.message)]
  const starts = new Set(stamps.map((stamp) => stamp.exchangeTime - periodMs))
  const first = Math.ceil(from / periodMs) * periodMs
  const last = Math.floor(to / periodMs) * periodMs
  return holes(starts, first, last, periodMs).map(([start, end]) =>
    gap('openInterest', instrument, start, end, 'the venue has no open interest for these periods'),
  )
}

/** The runs of steps in [from, to) that are not present, as [start, end). */
function holes(present: ReadonlySet<number>, from: number, to: number, step: number): [number, number][] {
  const found: [number, number][] = []
  for (let time = from; time < to; time += step) {
    if (present.has(time)) continue
    const open = found.at(-1)
    if (open !== undefined && open[1] === time) open[1] = time + step
    else found.push([time, time + step])
  }
  return found
}

/** A Gap as history says it: both clocks at its beginning. */
export function gap(channel: Channel, instrument: Instrument, from: number, to: number, reason: string): Gap {
  return {
    kind: 'gap',
    instrument: instrument.id,
    exchangeTime: from,
    receivedTime: from,
    channel,
    from,
    to,
    reason,
  }
}
