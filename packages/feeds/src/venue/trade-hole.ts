import type { Gap, Instrument, MarketEvent, Trade } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { HistoryRules, VenueRest } from './adapter.ts'
import { backfill, gap } from './backfill.ts'

export interface FillSource {
  readonly instrument: Instrument
  readonly rest: Pick<VenueRest, 'trades' | 'bars'>
  readonly history: HistoryRules
}

/** What one instrument's live trades lack. */
export interface TradeHole {
  /** Exchange times of the trades around it. */
  readonly after: number
  readonly before: number
  /** Where ids count up by one: the missing ones, inclusive. */
  readonly ids?: { readonly first: number; readonly last: number }
  /** Ids on both sides of it, where they do not count: not missing. */
  isKnown(tradeId: string): boolean
}

const MINUTE_MS = 60_000
/** Missed trades up to this many are fetched one by one (1,000 cost 20 weight); beyond, whole minutes become bars. */
const TRADES_WORTH_FETCHING = 5_000

/** What stands for the hole, in time order: trades, bars for whole minutes of a long one, or a Gap. Never rejects. */
export async function fillHole(
  source: FillSource,
  hole: TradeHole,
  signal: AbortSignal,
): Promise<readonly MarketEvent[]> {
  const firstMinute = Math.ceil(hole.after / MINUTE_MS) * MINUTE_MS
  const lastMinute = Math.floor(hole.before / MINUTE_MS) * MINUTE_MS
  const isSmall = hole.ids !== undefined && hole.ids.last - hole.ids.first < TRADES_WORTH_FETCHING
  if (isSmall || lastMinute <= firstMinute) return trades(source, hole, hole.after, hole.before + 1, signal)
  const head = await trades(source, hole, hole.after, firstMinute, signal)
  const minutes = await bars(source, firstMinute, lastMinute, hole.before, signal)
  const tail = await trades(source, hole, lastMinute, hole.before + 1, signal)
  return [...head, ...minutes, ...tail]
}

/** The hole's trades of [from, to), or a Gap in their place. */
async function trades(
  { instrument, rest }: FillSource,
  hole: TradeHole,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<readonly MarketEvent[]> {
  try {
    if (rest.trades === undefined)
      throw new FeedError(instrument.venue, 'trade', `${instrument.symbol}: the venue has no history of trades`)
    const found: Trade[] = []
    for await (const trade of rest.trades(instrument, from, to, signal)) {
      const isMissing =
        hole.ids === undefined
          ? !hole.isKnown(trade.tradeId)
          : Number(trade.tradeId) >= hole.ids.first && Number(trade.tradeId) <= hole.ids.last
      if (isMissing) found.push(trade)
    }
    if (hole.ids !== undefined) expectWhole(instrument, hole.ids, hole, found, from, to)
    return found
  } catch (error) {
    if (!(error instanceof FeedError)) throw error
    const until = Math.min(to, hole.before)
    return [gap('trade', instrument, from, Math.max(until, from + 1), error.message)]
  }
}

/** @throws {FeedError} when the history lacks an id of this part of the hole. */
function expectWhole(
  instrument: Instrument,
  ids: { readonly first: number; readonly last: number },
  hole: TradeHole,
  found: readonly Trade[],
  from: number,
  to: number,
): void {
  const missing = (id: number) =>
    new FeedError(instrument.venue, 'trade', `${instrument.symbol}: the venue's history lacks trade ${id}`)
  let next = from === hole.after ? ids.first : undefined
  for (const { tradeId } of found) {
    if (next !== undefined && Number(tradeId) !== next) throw missing(next)
    next = Number(tradeId) + 1
  }
  if (to > hole.before && next !== undefined && next <= ids.last) throw missing(next)
}

async function bars(
  { instrument, rest, history }: FillSource,
  from: number,
  to: number,
  now: number,
  signal: AbortSignal,
): Promise<readonly MarketEvent[]> {
  const events: MarketEvent[] = []
  try {
    const source = { rest: { bars: rest.bars.bind(rest) }, rules: history }
    for await (const event of backfill(source, instrument, from, to, now, signal))
      if (event.kind === 'bar' || (event.kind === 'gap' && event.channel === 'bar')) events.push(event)
    return events
  } catch (error) {
    if (!(error instanceof FeedError)) throw error
    return [gap('trade', instrument, from, to, error.message)]
  }
}

/** A hole that nothing was found for is a Gap on our clock too. */
export function receivedNow(event: MarketEvent, now: number): MarketEvent {
  return event.kind === 'gap' ? ({ ...event, receivedTime: now } satisfies Gap) : event
}
