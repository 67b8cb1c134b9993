import type { SimContract } from '../core/contract.ts'

/** Prices of trades and books: as many decimals as the venue lists for the symbol. */
const PRICE_DECIMALS = 2
const SIZE_DECIMALS = 3

export function price(value: number): string {
  return value.toFixed(PRICE_DECIMALS)
}

/** Mark and index prices, rates. */
export function fine(value: number): string {
  return value.toFixed(8)
}

export function size(value: number): string {
  return value.toFixed(SIZE_DECIMALS)
}

export function levels(list: readonly (readonly [price: number, size: number])[]): [string, string][] {
  return list.map(([at, resting]) => [price(at), size(resting)])
}

/** `0.10` for ten ticks per unit. */
function step(perUnit: number, decimals: number): string {
  return (1 / perUnit).toFixed(decimals)
}

/** One entry of exchangeInfo's `symbols`. */
export function listing(contract: SimContract, listed: boolean): Record<string, unknown> {
  return {
    symbol: contract.symbol,
    pair: contract.symbol,
    contractType: 'PERPETUAL',
    deliveryDate: 4133404800000,
    onboardDate: 1569398400000,
    status: listed ? 'TRADING' : 'SETTLING',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: contract.base,
    quoteAsset: contract.quote,
    marginAsset: contract.quote,
    pricePrecision: PRICE_DECIMALS,
    quantityPrecision: SIZE_DECIMALS,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: ['PoW'],
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10000,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: step(contract.ticksPerUnit, PRICE_DECIMALS),
        maxPrice: '4529764',
        tickSize: step(contract.ticksPerUnit, PRICE_DECIMALS),
      },
      { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '1000', stepSize: step(contract.lotsPerUnit, SIZE_DECIMALS) },
      {
        filterType: 'MARKET_LOT_SIZE',
        minQty: '0.001',
        maxQty: '120',
        stepSize: step(contract.lotsPerUnit, SIZE_DECIMALS),
      },
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 },
      { filterType: 'MIN_NOTIONAL', notional: '100' },
      { filterType: 'PERCENT_PRICE', multiplierUp: '1.0500', multiplierDown: '0.9500', multiplierDecimal: '4' },
      { filterType: 'POSITION_RISK_CONTROL', positionControlSide: 'NONE' },
    ],
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    permissionSets: ['GRID', 'COPY'],
  }
}
