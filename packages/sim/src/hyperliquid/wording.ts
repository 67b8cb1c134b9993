import type { SimContract } from '../core/contract.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'

/** Decimals of sizes, as the venue lists them. Others: 2. */
const SIZE_DECIMALS: Readonly<Record<string, number>> = { BTC: 5, ETH: 4 }
/** Tables from 50 on have more than one tier. */
const FIRST_TABLE = 50
/** Simulated addresses begin like this, so that nobody takes one for a real account. */
const ADDRESS_PREFIX = '0x51a51a51a51a'

export function coinOf({ base }: SimContract): string {
  return base
}

/** A number as the venue writes it: whole ones with `.0`. */
export function decimal(value: number): string {
  const text = plain(value)
  return text.includes('.') ? text : `${text}.0`
}

/** Accounts are of one market each: its place in the universe is part of the address. */
export function addressOf(market: number, accountId: number): string {
  return `${ADDRESS_PREFIX}${market.toString(16).padStart(4, '0')}${accountId.toString(16).padStart(24, '0')}`
}

/** The place in the universe and the account. Undefined when it is none of this venue's addresses. */
export function accountOf(address: unknown): { readonly market: number; readonly accountId: number } | undefined {
  const match = typeof address === 'string' ? /^0x51a51a51a51a([0-9a-f]{4})([0-9a-f]{24})$/i.exec(address) : null
  if (match === null) return undefined
  return { market: Number.parseInt(match[1] ?? '', 16), accountId: Number.parseInt(match[2] ?? '', 16) }
}

/** Tells trades apart and counts nothing, as the venue's hashes of two orders do. Below 2^50. */
export function tradeHash(tradeId: number): number {
  return (Math.imul(tradeId, 0x9e3779b1) >>> 0) * 0x40000 + (tradeId % 0x40000)
}

export function transactionHash(orderId: number): string {
  return `0x${orderId.toString(16).padStart(64, '0')}`
}

/** The venue's maintenance rate is half of one by the leverage of the tier: leverages are chosen to say the market's. */
export function metaOf(markets: readonly ServedMarket[]): object {
  return {
    universe: markets.map(({ market: { contract }, listing }, at) => ({
      szDecimals: SIZE_DECIMALS[contract.base] ?? 2,
      name: coinOf(contract),
      maxLeverage: leverageOf(contract.tiers[0]?.maintenanceRate ?? 0.5),
      marginTableId: FIRST_TABLE + at,
      ...(listing.listed ? {} : { isDelisted: true }),
    })),
    marginTables: markets.map(({ market: { contract } }, at) => [
      FIRST_TABLE + at,
      {
        description: `tiers of ${coinOf(contract)}`,
        marginTiers: contract.tiers.map(({ notionalFloor, maintenanceRate }) => ({
          lowerBound: decimal(notionalFloor),
          maxLeverage: leverageOf(maintenanceRate),
        })),
      },
    ]),
    collateralToken: 0,
  }
}

function leverageOf(maintenanceRate: number): number {
  return Number((1 / (2 * maintenanceRate)).toFixed(4))
}
