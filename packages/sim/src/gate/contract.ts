import type { SimContract } from '../core/contract.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'

/** Base units per contract. ETH's is a tenth of the venue's own, so that every size is a whole number of contracts. */
const MULTIPLIERS: Readonly<Record<string, number>> = { BTC: 0.0001, ETH: 0.001 }

/** `BTC_USDT` */
export function contractOf({ base, quote }: SimContract): string {
  return `${base}_${quote}`
}

export function multiplierOf({ market, listing }: ServedMarket): number {
  return (MULTIPLIERS[market.contract.base] ?? 1 / market.contract.lotsPerUnit) * listing.unitFactor
}

/** Base units in whole contracts: what is less than one is cut off, as the venue does for who did not ask for decimals. */
export function contracts(served: ServedMarket, size: number): number {
  return Math.trunc(Number((size / multiplierOf(served)).toFixed(6)))
}

/** One row of `/contracts`. */
export function listingRow(served: ServedMarket): object {
  const { market, record, listing } = served
  const { contract } = market
  const first = contract.tiers[0]
  return {
    name: contractOf(contract),
    type: 'direct',
    quanto_multiplier: plain(multiplierOf(served)),
    ref_discount_rate: '0',
    order_price_deviate: '0.5',
    maintenance_rate: plain(first?.maintenanceRate ?? 0.005),
    mark_type: 'index',
    last_price: plain(market.lastPrice),
    mark_price: plain(market.markPrice),
    index_price: plain(market.indexPrice),
    funding_rate_indicative: plain(market.fundingRate),
    mark_price_round: '0.01',
    funding_offset: 0,
    in_delisting: !listing.listed,
    status: listing.listed ? 'trading' : 'delisting',
    risk_limit_base: '1000000',
    interest_rate: '0.0003',
    order_price_round: plain(1 / contract.ticksPerUnit),
    order_size_min: 1,
    order_size_max: 1_000_000,
    ref_rebate_rate: '0.2',
    funding_interval: 28_800,
    risk_limit_step: '1000000',
    leverage_min: '1',
    leverage_max: String(first?.maxLeverage ?? 100),
    risk_limit_max: '8000000',
    maker_fee_rate: '-0.00025',
    taker_fee_rate: '0.00075',
    funding_rate: plain(market.fundingRate),
    order_book_id: market.depth(1).updateId,
    trade_id: record.lastTrade?.tradeId ?? 0,
    position_size: contracts(served, market.openInterest),
    config_change_time: 1_593_158_867,
    short_users: 0,
    long_users: 0,
    funding_next_apply: market.nextFundingTime / 1000,
    trade_size: 0,
    orders_limit: 50,
    enable_bonus: true,
    enable_credit: true,
    create_time: 1_574_035_200,
    funding_cap_ratio: '0.75',
  }
}
