import type { MarketJson } from '@liqscope/protocol'

/** The name people read: `BTC/USDT`; a simulated market never carries a real one's name. */
export function marketName(market: Pick<MarketJson, 'base' | 'quote' | 'simulated'>): string {
  return `${market.simulated ? 'SIM-' : ''}${market.base}/${market.quote}`
}
