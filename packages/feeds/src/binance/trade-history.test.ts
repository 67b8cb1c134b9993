import type { Instrument, Trade } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { FeedError } from '../feed.ts'
import { tradeHistory } from './trade-history.ts'

const BTC: Instrument = {
  id: 'binance:BTCUSDT',
  venue: 'binance',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  kind: 'linear',
  contractSize: 1,
  unitFactor: 1,
  tickSize: 0.1,
  simulated: false,
}

/** One trade a second from id 100 at 1,000,000 ms. */
const ALL: readonly Trade[] = Array.from({ length: 2_500 }, (_, i) => ({
  kind: 'trade' as const,
  instrument: BTC.id,
  exchangeTime: 1_000_000 + i * 1_000,
  receivedTime: 1_000_000 + i * 1_000,
  tradeId: String(100 + i),
  price: 50_000,
  size: 1,
  side: 'buy' as const,
}))

/** A venue that answers 1,000 trades a page. */
function venue(trades: readonly Trade[]) {
  return {
    aggTradesSince: async (_: Instrument, since: number) =>
      trades.filter(({ exchangeTime }) => exchangeTime >= since).slice(0, 1_000),
    aggTradesFrom: async (_: Instrument, id: number) =>
      trades.filter(({ tradeId }) => Number(tradeId) >= id).slice(0, 1_000),
  }
}

async function idsOf(trades: AsyncIterable<Trade>): Promise<number[]> {
  const ids: number[] = []
  for await (const { tradeId } of trades) ids.push(Number(tradeId))
  return ids
}

describe('trade history', () => {
  it('gives every trade of the span once, over page ends', async () => {
    const ids = await idsOf(tradeHistory(venue(ALL), BTC, 1_005_000, 2_205_000))
    expect(ids).toEqual(Array.from({ length: 1_200 }, (_, i) => 105 + i))
  })

  it('ends where the venue has no more', async () => {
    expect((await idsOf(tradeHistory(venue(ALL), BTC, 3_490_000, 9_000_000))).at(-1)).toBe(2_599)
    expect(await idsOf(tradeHistory(venue([]), BTC, 0, 9_000_000))).toEqual([])
  })

  it('says which trade is missing instead of skipping it', async () => {
    const holed = ALL.filter(({ tradeId }) => tradeId !== '110')
    await expect(idsOf(tradeHistory(venue(holed), BTC, 1_000_000, 1_100_000))).rejects.toThrow(FeedError)
    await expect(idsOf(tradeHistory(venue(holed), BTC, 1_000_000, 1_100_000))).rejects.toThrow('lacks trade 110')
  })
})
