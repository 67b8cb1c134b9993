import type { VenueAdapter } from '../venue/adapter.ts'
import { openReader } from './parse.ts'
import { BybitRest } from './rest.ts'
import { requests, routeUrl, SOCKETS, streamsOf } from './subscribe.ts'

/** Bybit v5: linear and inverse perpetuals. */
export const bybit: VenueAdapter = {
  addresses: { restUrl: 'https://api.bybit.com', wsUrl: 'wss://stream.bybit.com' },
  nature: {
    trade: { pace: 'busy', sampled: false },
    markPrice: { pace: 'continuous', sampled: false },
    funding: { pace: 'continuous', sampled: false },
    openInterest: { pace: 'continuous', sampled: false },
    orderBook: { pace: 'continuous', sampled: false },
    // Every liquidation, each 500 ms.
    liquidationOrder: { pace: 'sporadic', sampled: false },
  },
  tradeIds: 'unique',
  sockets: SOCKETS,
  history: {
    pageMs: 1_000 * 60_000,
    openInterestPeriodMs: 300_000,
    // Since the contract was listed.
    openInterestKeptMs: Number.POSITIVE_INFINITY,
  },
  channelsOf: {
    publicTrade: ['trade'],
    tickers: ['markPrice', 'funding', 'openInterest'],
    allLiquidation: ['liquidationOrder'],
    orderbook: ['orderBook'],
  },
  streamsOf,
  routeUrl,
  requests,
  openReader,
  openRest: (context) => new BybitRest(context),
}
