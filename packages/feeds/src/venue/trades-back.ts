import type { Instrument, Trade } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { Reading } from './reading.ts'

/** Pages asked for at most: a longer way back costs more than the bars of it are worth. */
const MAX_PAGES = 30

/**
 * The trades of [from, to), oldest first, of a venue that tells them newest first and by the page.
 *
 * @param page its number from 0 on, and the oldest trade so far; gives what the venue answered
 * @param pageSize rows of a page that is not the last
 * @throws {FeedError} when `from` is not reached
 */
export async function* tradesBack(
  instrument: Instrument,
  from: number,
  to: number,
  pageSize: number,
  page: (index: number, oldest: Trade | undefined) => Promise<Reading<Trade>>,
): AsyncGenerator<Trade> {
  const found = new Map<string, Trade>()
  let oldest: Trade | undefined
  for (let index = 0; ; index++) {
    if (index === MAX_PAGES)
      throw new FeedError(instrument.venue, 'trade', `${instrument.symbol}: more than ${MAX_PAGES} pages of trades`)
    const { rows, refused } = await page(index, oldest)
    for (const trade of rows) found.set(trade.tradeId, trade)
    oldest = rows.at(-1) ?? oldest
    if (rows.length + refused.length < pageSize || (oldest !== undefined && oldest.exchangeTime < from)) break
  }
  yield* [...found.values()].filter(({ exchangeTime }) => exchangeTime >= from && exchangeTime < to).toReversed()
}
