export { binanceDialect } from './binance/dialect.ts'
export { SIM_CONTRACTS, type SimContract } from './core/contract.ts'
export type {
  MarginMode,
  SimBook,
  SimEvent,
  SimFunding,
  SimLiquidation,
  SimMark,
  SimOpenInterest,
  SimTop,
  SimTrade,
} from './core/event.ts'
export { SimMarket, type SimMarketOptions } from './core/sim-market.ts'
export type { PendingLiquidation, TruthBin, TruthMap } from './core/truth.ts'
export type {
  Dialect,
  DialectService,
  MessageKind,
  Peer,
  RestReply,
  RestRequest,
  ServedMarket,
  SocketRules,
  StreamSession,
} from './serve/dialect.ts'
export type { Faults } from './serve/faults.ts'
export { type SimVenue, type SimVenueOptions, startSimVenue } from './serve/sim-venue.ts'
