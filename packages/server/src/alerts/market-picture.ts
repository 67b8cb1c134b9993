import { mapPicture, rasterise } from '@liqscope/alerts'
import type { Clock } from '@liqscope/feeds'
import type { FeedState } from '@liqscope/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { Market } from '../market/market.ts'

/** A picture is made at most this often, ms: alerts of one moment share theirs. */
const FRESH_MS = 5_000

interface Parts {
  readonly stateOf: (id: Market['instrument']['id']) => FeedState
  readonly clock: Clock
  readonly log: FastifyBaseLogger
}

/** Pictures of maps as they are now, as PNG. */
export class MarketPictures {
  private readonly made = new WeakMap<Market, { readonly at: number; readonly png: Promise<Uint8Array | undefined> }>()

  constructor(private readonly parts: Parts) {}

  /** Undefined where there is no map yet, or drawing failed: words do without it. Never rejects. */
  of(market: Market): Promise<Uint8Array | undefined> {
    const now = this.parts.clock.now()
    const last = this.made.get(market)
    if (last !== undefined && now - last.at < FRESH_MS) return last.png
    const png = this.draw(market).catch((error: unknown) => {
      this.parts.log.warn({ err: error, market: market.instrument.id }, 'the picture of a map')
      return undefined
    })
    this.made.set(market, { at: now, png })
    return png
  }

  private async draw(market: Market): Promise<Uint8Array | undefined> {
    const map = market.map()
    if (map === undefined) return undefined
    const { id, simulated } = market.instrument
    const state = this.parts.stateOf(id)
    return rasterise(
      mapPicture({
        map,
        simulated,
        coverage: market.facts().coverage ?? undefined,
        ...(state === 'live' ? {} : { notLive: state }),
      }),
    )
  }
}
