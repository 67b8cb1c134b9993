import type { PendingLiquidation } from '../core/truth.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { accountOf, coinOf, decimal } from './wording.ts'

/** `clearinghouseState` of one address: all that the venue knows of its position, the liquidation price among it. */
export function accountState(markets: readonly ServedMarket[], user: string, time: number): object {
  const account = accountOf(user)
  const served = account === undefined ? undefined : markets[account.market]
  const position = served?.market.truth().find(({ accountId }) => accountId === account?.accountId)
  const figures = served === undefined || position === undefined ? undefined : figuresOf(served, position)
  const summary = {
    accountValue: decimal(figures?.equity ?? 0),
    totalNtlPos: decimal(figures?.value ?? 0),
    totalRawUsd: decimal(figures === undefined ? 0 : figures.equity - figures.signedValue),
    totalMarginUsed: decimal(figures?.marginUsed ?? 0),
  }
  const isCross = position?.marginMode === 'cross'
  const nothing = { accountValue: '0.0', totalNtlPos: '0.0', totalRawUsd: '0.0', totalMarginUsed: '0.0' }
  return {
    marginSummary: summary,
    crossMarginSummary: isCross ? summary : nothing,
    crossMaintenanceMarginUsed: decimal(isCross ? (figures?.maintenance ?? 0) : 0),
    withdrawable: decimal(isCross && figures !== undefined ? Math.max(0, figures.equity - figures.marginUsed) : 0),
    assetPositions: served === undefined || position === undefined ? [] : [assetPosition(served, position)],
    time,
  }
}

function assetPosition(served: ServedMarket, position: PendingLiquidation): object {
  const { contract } = served.market
  const { value, profit, marginUsed } = figuresOf(served, position)
  return {
    type: 'oneWay',
    position: {
      coin: coinOf(contract),
      szi: decimal(position.side === 'long' ? position.size : -position.size),
      leverage: { type: position.marginMode, value: position.leverage },
      entryPx: decimal(position.entryPrice),
      positionValue: decimal(value),
      unrealizedPnl: decimal(profit),
      returnOnEquity: decimal((profit / (position.size * position.entryPrice)) * position.leverage),
      liquidationPx: position.liquidationPrice === undefined ? null : decimal(position.liquidationPrice),
      marginUsed: decimal(marginUsed),
      maxLeverage: contract.tiers[0]?.maxLeverage ?? 1,
    },
  }
}

/** In the quote currency, at the mark. */
function figuresOf({ market }: ServedMarket, position: PendingLiquidation) {
  const sign = position.side === 'long' ? 1 : -1
  const value = position.size * market.markPrice
  const profit = sign * position.size * (market.markPrice - position.entryPrice)
  const equity = position.collateral + profit
  const tier = market.contract.tiers.findLast(({ notionalFloor }) => value >= notionalFloor)
  return {
    value,
    signedValue: sign * value,
    profit,
    equity,
    marginUsed: position.marginMode === 'isolated' ? equity : value / position.leverage,
    maintenance: tier === undefined ? 0 : value * tier.maintenanceRate - tier.deduction,
  }
}
