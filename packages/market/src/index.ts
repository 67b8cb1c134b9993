export type {
  Bar,
  BookLevel,
  Channel,
  Funding,
  Gap,
  LiquidationOrder,
  MarginTable,
  MarketEvent,
  MarkPrice,
  OpenInterest,
  OrderBook,
  Trade,
} from './event.ts'
export { baseSize, type Instrument, type InstrumentId, instrumentId, tradedOn, unifiedSymbol } from './instrument.ts'
export { coverageOf, type KnownPosition, type KnownPositions } from './known-position.ts'
export {
  deductionsOf,
  hyperliquidMaintenanceRate,
  type MarginSchedule,
  type MarginTier,
  tierOf,
} from './margin-tier.ts'
export { closedBy, type PositionSide, signOf, type TakerSide } from './side.ts'
export { nearestNames, parseSymbol, SymbolError, type SymbolQuery } from './symbol.ts'
export { tradeIdsOf } from './trade-ids.ts'
export { isVenue, VENUES, type Venue, venueName } from './venue.ts'
export { chosenMembers, readChoice, type VenueChoice, writeChoice } from './venue-choice.ts'
