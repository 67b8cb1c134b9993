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
