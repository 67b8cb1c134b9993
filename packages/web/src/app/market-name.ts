import type { MarketJson } from '@liqscope/protocol'

/** The markets of the same base and quote; simulated and real ones are never of the same. */
export function sameAsset(markets: readonly MarketJson[], market: MarketJson): readonly MarketJson[] {
  return markets.filter(
    ({ base, quote, simulated }) => base === market.base && quote === market.quote && simulated === market.simulated,
  )
}

/** The name people read: `BTC/USDT`; a simulated market never carries a real one's name. */
export function marketName(market: Pick<MarketJson, 'base' | 'quote' | 'simulated'>): string {
  return `${market.simulated ? 'SIM-' : ''}${market.base}/${market.quote}`
}
