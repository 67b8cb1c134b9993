import type { Venue } from '@liqscope/market'
import { binance } from './binance/adapter.ts'
import { bitget } from './bitget/adapter.ts'
import { bybit } from './bybit/adapter.ts'
import type { VenueFeed } from './feed.ts'
import { gate } from './gate/adapter.ts'
import { hyperliquid } from './hyperliquid/adapter.ts'
import { TrackingFeed } from './hyperliquid/tracking-feed.ts'
import { okx } from './okx/adapter.ts'
import type { VenueAdapter } from './venue/adapter.ts'
import { AdaptedFeed, type FeedOptions } from './venue/venue-feed.ts'

/** Every exchange that is understood. Adding one is a folder like `binance/` and a line here. */
const ADAPTERS = { binance, okx, bybit, hyperliquid, gate, bitget } as const satisfies Partial<
  Record<Venue, VenueAdapter>
>

/** An exchange whose protocol is understood. */
export type Exchange = keyof typeof ADAPTERS

export const EXCHANGES = Object.keys(ADAPTERS).filter(isExchange)

export function isExchange(name: string): name is Exchange {
  return Object.hasOwn(ADAPTERS, name)
}

export function adapterOf(exchange: Exchange): VenueAdapter {
  return ADAPTERS[exchange]
}

/**
 * A live feed that speaks the protocol of `exchange`. With `addresses` it connects elsewhere (a simulated market, a
 * proxy), with `venue: 'sim'` what it delivers is labelled as simulated.
 */
export function openFeed(exchange: Exchange, options: FeedOptions): VenueFeed {
  const whole = { venue: exchange, ...options, ...withoutSlash(options) }
  return exchange === 'hyperliquid' ? new TrackingFeed(whole) : new AdaptedFeed(ADAPTERS[exchange], whole)
}

function withoutSlash({ addresses }: FeedOptions): Pick<FeedOptions, 'addresses'> {
  if (addresses === undefined) return {}
  const { restUrl, wsUrl } = addresses
  return { addresses: { ...addresses, restUrl: trimmed(restUrl), wsUrl: trimmed(wsUrl) } }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '')
}
