import type { Instrument } from '@liqscope/market'

/** Bitget's three markets. */
export type Product = 'usdt-futures' | 'usdc-futures' | 'coin-futures'
export const PRODUCTS: readonly Product[] = ['usdt-futures', 'usdc-futures', 'coin-futures']

export function productOf({ kind, settle }: Pick<Instrument, 'kind' | 'settle'>): Product {
  if (kind === 'inverse') return 'coin-futures'
  return settle === 'USDC' ? 'usdc-futures' : 'usdt-futures'
}

/**
 * Contracts, as `baseSize` takes them, of a size as Bitget writes it. Bitget counts base units also where contracts are
 * coin-margined; an inverse instrument's contracts are USD, one each.
 *
 * @param price canonical quote per base
 */
export function contractsOf(instrument: Pick<Instrument, 'kind'>, size: number, price: number): number {
  return instrument.kind === 'inverse' ? size * price : size
}
