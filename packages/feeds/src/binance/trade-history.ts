import type { Instrument, Trade } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { BinanceRest } from './rest.ts'

/**
 * The trades of [from, to), epoch ms, page by page: the first page by time, the others by id, which counts up by one.
 *
 * @throws {FeedError} when a page cannot be fetched or an id is missing.
 */
export async function* tradeHistory(
  rest: Pick<BinanceRest, 'aggTradesFrom' | 'aggTradesSince'>,
  instrument: Instrument,
  from: number,
  to: number,
  signal?: AbortSignal,
): AsyncGenerator<Trade> {
  let nextId: number | undefined
  for (;;) {
    const page: readonly Trade[] =
      nextId === undefined
        ? await rest.aggTradesSince(instrument, from, signal)
        : await rest.aggTradesFrom(instrument, nextId, signal)
    if (page.length === 0) return
    for (const trade of page) {
      if (trade.exchangeTime >= to) return
      const id = Number(trade.tradeId)
      if (nextId !== undefined && id !== nextId)
        throw new FeedError(
          instrument.venue,
          'trade',
          `${instrument.symbol}: the venue's history lacks trade ${nextId}`,
        )
      nextId = id + 1
      yield trade
    }
  }
}
