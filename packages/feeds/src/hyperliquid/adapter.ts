import type { VenueAdapter } from '../venue/adapter.ts'
import { openHyperliquidReader } from './parse.ts'
import { HyperliquidRest } from './rest.ts'
import { requests, SOCKETS, streamsOf } from './subscribe.ts'

/**
 * Hyperliquid's perpetuals. It publishes no forced orders: those of tracked accounts come from their fills (`truth/`),
 * and are a part of all that happened.
 */
export const hyperliquid: VenueAdapter = {
  addresses: { restUrl: 'https://api.hyperliquid.xyz', wsUrl: 'wss://api.hyperliquid.xyz' },
  nature: {
    trade: { pace: 'busy', sampled: false },
    markPrice: { pace: 'continuous', sampled: false },
    funding: { pace: 'continuous', sampled: false },
    openInterest: { pace: 'continuous', sampled: false },
    orderBook: { pace: 'continuous', sampled: false },
  },
  tradeIds: 'unique',
  sockets: SOCKETS,
  history: { pageMs: 1_500 * 60_000, openInterestPeriodMs: 300_000, openInterestKeptMs: 0 },
  channelsOf: {
    trades: ['trade'],
    activeAssetCtx: ['markPrice', 'openInterest', 'funding'],
    l2Book: ['orderBook'],
  },
  streamsOf,
  routeUrl: ({ wsUrl }) => `${wsUrl}/ws`,
  requests,
  openReader: openHyperliquidReader,
  openRest: (context) => new HyperliquidRest(context),
}
