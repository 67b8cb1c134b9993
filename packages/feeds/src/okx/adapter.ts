import type { VenueAdapter } from '../venue/adapter.ts'
import { readFrame } from './parse.ts'
import { OkxRest } from './rest.ts'
import { requests, routeUrl, SOCKETS, streamsOf } from './subscribe.ts'

/** OKX v5: linear and inverse swaps over one socket. */
export const okx: VenueAdapter = {
  addresses: { restUrl: 'https://www.okx.com', wsUrl: 'wss://ws.okx.com:8443' },
  nature: {
    trade: { pace: 'busy', sampled: false },
    markPrice: { pace: 'continuous', sampled: false },
    // Every 30 to 90 s.
    funding: { pace: 'continuous', sampled: false, silenceMs: 200_000 },
    orderBook: { pace: 'continuous', sampled: false },
    // Every 3 s while it changes.
    openInterest: { pace: 'busy', sampled: false },
    // At most one per contract and second.
    liquidationOrder: { pace: 'sporadic', sampled: true },
  },
  // A live trade may stand for several matches, and block trades count too: ids only tell trades apart.
  tradeIds: 'unique',
  sockets: SOCKETS,
  history: {
    // Five pages of candles.
    pageMs: 500 * 60_000,
    openInterestPeriodMs: 300_000,
    // About three days of 5-minute stamps.
    openInterestKeptMs: 3 * 86_400_000 - 600_000,
  },
  channelsOf: {
    trades: ['trade'],
    'mark-price': ['markPrice'],
    'funding-rate': ['funding'],
    'open-interest': ['openInterest'],
    'liquidation-orders': ['liquidationOrder'],
    books: ['orderBook'],
  },
  streamsOf,
  routeUrl,
  requests,
  openReader: () => readFrame,
  openRest: (context) => new OkxRest(context),
}
