import type { ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'

export const CATEGORY = 'linear'
export const EMPTY_CATEGORY = 'inverse'

/** One row of `/v5/market/instruments-info`. Sizes are base units. */
export function listingRow({ market: { contract }, listing }: ServedMarket): object {
  const tickSize = plain(1 / contract.ticksPerUnit)
  const lot = plain(1 / contract.lotsPerUnit)
  return {
    symbol: contract.symbol,
    contractType: 'LinearPerpetual',
    status: listing.listed ? 'Trading' : 'Closed',
    baseCoin: contract.base,
    quoteCoin: contract.quote,
    launchTime: '1584230400000',
    deliveryTime: '0',
    deliveryFeeRate: '',
    priceScale: String(Math.round(Math.log10(contract.ticksPerUnit))),
    leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
    priceFilter: { minPrice: tickSize, maxPrice: '1999999.80', tickSize },
    lotSizeFilter: {
      maxOrderQty: '1190.000',
      minOrderQty: lot,
      qtyStep: lot,
      postOnlyMaxOrderQty: '1190.000',
      maxMktOrderQty: '500.000',
      minNotionalValue: '5',
    },
    unifiedMarginTrade: true,
    fundingInterval: 480,
    settleCoin: contract.quote,
    copyTrading: 'both',
    upperFundingRate: '0.02',
    lowerFundingRate: '-0.02',
    isPreListing: false,
    preListingInfo: null,
    riskParameters: { priceLimitRatioX: '0.01', priceLimitRatioY: '0.02' },
    displayName: '',
  }
}
