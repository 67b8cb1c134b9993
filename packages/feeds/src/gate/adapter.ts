import type { VenueAdapter } from '../venue/adapter.ts'
import { readFrame } from './parse.ts'
import { GateRest } from './rest.ts'
import { requests, SOCKETS, streamsOf } from './subscribe.ts'

/** Gate's USDT perpetuals and its inverse one. */
export const gate: VenueAdapter = {
  addresses: { restUrl: 'https://api.gateio.ws', wsUrl: 'wss://fx-ws.gateio.ws' },
  nature: {
    trade: { pace: 'busy', sampled: false },
    markPrice: { pace: 'continuous', sampled: false },
    funding: { pace: 'continuous', sampled: false },
    openInterest: { pace: 'continuous', sampled: false },
    orderBook: { pace: 'continuous', sampled: false },
    // All of them since 2026-08-20.
    liquidationOrder: { pace: 'sporadic', sampled: false },
  },
  // Takeovers use up ids too, and are left out.
  tradeIds: 'unique',
  sockets: SOCKETS,
  // Sizes with decimals: without it Gate cuts them to whole contracts.
  headers: { 'X-Gate-Size-Decimal': '1' },
  history: {
    pageMs: 1_500 * 60_000,
    openInterestPeriodMs: 300_000,
    // Nothing is documented; asked for this far back, what is missing is a gap.
    openInterestKeptMs: 30 * 86_400_000,
  },
  channelsOf: {
    'futures.trades': ['trade'],
    'futures.tickers': ['markPrice', 'openInterest', 'funding'],
    'futures.public_liquidates': ['liquidationOrder'],
    'futures.order_book_update': ['orderBook'],
  },
  streamsOf,
  routeUrl: ({ wsUrl }, route) => `${wsUrl}/v4/ws/${route}`,
  requests,
  openReader: () => readFrame,
  openRest: (context) => new GateRest(context),
}
