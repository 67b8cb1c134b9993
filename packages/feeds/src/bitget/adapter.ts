import type { VenueAdapter } from '../venue/adapter.ts'
import { readFrame } from './parse.ts'
import { BitgetRest } from './rest.ts'
import { requests, SOCKETS, streamsOf } from './subscribe.ts'

/** Bitget's perpetuals in USDT, in USDC and coin-margined. */
export const bitget: VenueAdapter = {
  addresses: { restUrl: 'https://api.bitget.com', wsUrl: 'wss://ws.bitget.com' },
  nature: {
    trade: { pace: 'busy', sampled: false },
    markPrice: { pace: 'continuous', sampled: false },
    funding: { pace: 'continuous', sampled: false },
    openInterest: { pace: 'continuous', sampled: false },
    orderBook: { pace: 'continuous', sampled: false },
    // The largest of each symbol, side and second.
    liquidationOrder: { pace: 'sporadic', sampled: true },
  },
  tradeIds: 'unique',
  sockets: SOCKETS,
  history: { pageMs: 990 * 60_000, openInterestPeriodMs: 300_000, openInterestKeptMs: 0 },
  channelsOf: {
    publicTrade: ['trade'],
    ticker: ['markPrice', 'openInterest', 'funding'],
    liquidation: ['liquidationOrder'],
    books: ['orderBook'],
  },
  streamsOf,
  routeUrl: ({ wsUrl }) => `${wsUrl}/v3/ws/public`,
  requests,
  openReader: () => readFrame,
  openRest: (context) => new BitgetRest(context),
}
