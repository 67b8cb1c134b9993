import type { MarketJson } from '@liqscope/protocol'

/**
 * The markets of the same coin, the sum of all venues first: where there is one, all that it is made of, else those of the
 * same quote. Simulated and real ones are never of the same.
 */
export function sameAsset(markets: readonly MarketJson[], market: MarketJson): readonly MarketJson[] {
  const sum = markets.find(({ id, sumOf }) => (id === market.id ? sumOf !== null : sumOf?.includes(market.id)))
  if (sum?.sumOf) return [sum, ...markets.filter(({ id }) => sum.sumOf?.includes(id))]
  return markets.filter(
    ({ base, quote, simulated, sumOf }) =>
      sumOf === null && base === market.base && quote === market.quote && simulated === market.simulated,
  )
}

/** The name people read: `BTC/USDT`; a simulated market never carries a real one's name. */
export function marketName(market: Pick<MarketJson, 'base' | 'quote' | 'simulated'>): string {
  return `${market.simulated ? 'SIM-' : ''}${market.base}/${market.quote}`
}
