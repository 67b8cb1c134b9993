import type { VenueAdapter } from '../venue/adapter.ts'
import { readFrame } from './parse.ts'
import { BinanceRest } from './rest.ts'
import { requests, routeUrl, SOCKETS, streamsOf } from './subscribe.ts'

/** Binance: USD-M, linear, and COIN-M, inverse. */
export const binance: VenueAdapter = {
  addresses: {
    restUrl: 'https://fapi.binance.com',
    wsUrl: 'wss://fstream.binance.com',
    inverseRestUrl: 'https://dapi.binance.com',
    inverseWsUrl: 'wss://dstream.binance.com',
  },
  nature: {
    trade: { pace: 'busy', sampled: false },
    markPrice: { pace: 'continuous', sampled: false },
    funding: { pace: 'continuous', sampled: false },
    orderBook: { pace: 'continuous', sampled: false },
    openInterest: { pace: 'continuous', sampled: false },
    // At most one per symbol and second.
    liquidationOrder: { pace: 'sporadic', sampled: true },
  },
  tradeIds: 'consecutive',
  sockets: SOCKETS,
  history: {
    pageMs: 1_500 * 60_000,
    openInterestPeriodMs: 300_000,
    // 30 days; a little less, so that a slow request does not ask for the lost edge.
    openInterestKeptMs: 30 * 86_400_000 - 600_000,
    // Binance renews it about every 3 s. The rate is half of the weight budget.
    openInterestPoll: { everyMs: 10_000, perMinute: 600 },
  },
  channelsOf: {
    aggTrade: ['trade'],
    markPriceUpdate: ['markPrice', 'funding'],
    forceOrder: ['liquidationOrder'],
    depthUpdate: ['orderBook'],
  },
  streamsOf,
  routeUrl,
  requests,
  openReader: () => readFrame,
  openRest: (context) => new BinanceRest(context),
}
