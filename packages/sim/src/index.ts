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
export { DIALECTS } from './dialects.ts'
export { addressOf as hyperliquidAddress } from './hyperliquid/wording.ts'
export type {
  Dialect,
  DialectService,
  Listing,
  MessageKind,
  Peer,
  RestReply,
  RestRequest,
  ServedMarket,
  SocketRules,
  StreamSession,
} from './serve/dialect.ts'
export { describeFaults, type FaultStep, randomFaults } from './serve/fault-script.ts'
export type { Fault, Faults } from './serve/faults.ts'
export {
  type SimVenue,
  type SimVenueOptions,
  type SimVenues,
  type SimVenuesOptions,
  startSimVenue,
  startSimVenues,
} from './serve/sim-venue.ts'
