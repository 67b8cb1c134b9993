import type { ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'

/** The product whose contracts these are, as REST writes it; sockets of version 3 write it small. */
export const PRODUCT = 'USDT-FUTURES'
/** Products that are there and empty. */
export const EMPTY_PRODUCTS: readonly string[] = ['USDC-FUTURES', 'COIN-FUTURES']

function decimals(perUnit: number): string {
  return String(Math.round(Math.log10(perUnit)))
}

/** One row of `/api/v2/mix/market/contracts`. Sizes are base units. */
export function listingRow({ market: { contract }, listing }: ServedMarket): object {
  return {
    symbol: contract.symbol,
    baseCoin: contract.base,
    quoteCoin: contract.quote,
    buyLimitPriceRatio: '0.05',
    sellLimitPriceRatio: '0.05',
    feeRateUpRatio: '0.005',
    makerFeeRate: '0.0002',
    takerFeeRate: '0.0006',
    openCostUpRatio: '0.01',
    supportMarginCoins: [contract.quote],
    minTradeNum: plain(1 / contract.lotsPerUnit),
    priceEndStep: '1',
    volumePlace: decimals(contract.lotsPerUnit),
    pricePlace: decimals(contract.ticksPerUnit),
    sizeMultiplier: plain(1 / contract.lotsPerUnit),
    symbolType: 'perpetual',
    minTradeUSDT: '5',
    maxSymbolOrderNum: '200',
    maxProductOrderNum: '1000',
    maxPositionNum: '150',
    symbolStatus: listing.listed ? 'normal' : 'off',
    offTime: '-1',
    limitOpenTime: '-1',
    deliveryTime: '',
    deliveryStartTime: '',
    deliveryPeriod: '',
    launchTime: '',
    fundInterval: '8',
    minLever: '1',
    maxLever: String(contract.tiers[0]?.maxLeverage ?? 125),
    posLimit: '0.1',
    maintainTime: '',
  }
}

/** One row of `/api/v3/market/instruments`. */
export function instrumentRow({ market: { contract }, listing }: ServedMarket): object {
  return {
    symbol: contract.symbol,
    category: PRODUCT,
    baseCoin: contract.base,
    quoteCoin: contract.quote,
    buyLimitPriceRatio: '0.05',
    sellLimitPriceRatio: '0.05',
    feeRateUpRatio: '0.005',
    makerFeeRate: '0.0002',
    takerFeeRate: '0.0006',
    openCostUpRatio: '0.01',
    minOrderQty: plain(1 / contract.lotsPerUnit),
    maxOrderQty: '',
    pricePrecision: decimals(contract.ticksPerUnit),
    quantityPrecision: decimals(contract.lotsPerUnit),
    quotePrecision: '',
    priceMultiplier: plain(1 / contract.ticksPerUnit),
    quantityMultiplier: plain(1 / contract.lotsPerUnit),
    type: 'perpetual',
    symbolType: 'crypto',
    minOrderAmount: '5',
    maxSymbolOrderNum: '400',
    maxProductOrderNum: '400',
    maxPositionNum: '150',
    status: listing.listed ? 'online' : 'offline',
    offTime: '-1',
    limitOpenTime: '-1',
    deliveryTime: '',
    deliveryStartTime: '',
    deliveryPeriod: '',
    launchTime: '',
    fundInterval: '8',
    minLeverage: '1',
    maxLeverage: String(contract.tiers[0]?.maxLeverage ?? 125),
    maintainTime: '',
  }
}
