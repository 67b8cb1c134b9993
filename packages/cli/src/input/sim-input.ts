import type { InstrumentId, MarketEvent } from '@liqscope/market'
import { type SimEvent, type SimLiquidation, SimMarket } from '@liqscope/sim'

export const SIM_INSTRUMENT: InstrumentId = 'sim:BTCUSDT'

/** A simulated market as a public feed would show it, with the positions that no feed shows beside it. */
export interface SimRun {
  /** Runs to a moment (epoch ms) and hands over what was public of it, in order; `onForced` what was not. */
  advance(toTime: number, listener: (event: MarketEvent) => void, onForced?: (order: SimLiquidation) => void): void
  readonly market: SimMarket
}

/** @param symbol of a contract that ships with the simulator. */
export function openSim(seed: number, startTime: number): SimRun {
  const market = new SimMarket({ seed, symbol: 'BTCUSDT', startTime })
  return {
    market,
    advance(toTime, listener, onForced) {
      market.run(toTime, (event) => {
        if (event.kind === 'liquidation') onForced?.(event)
        const seen = publicPart(event)
        if (seen !== undefined) listener(seen)
      })
    },
  }
}

/** What a venue publishes of an event: no account, no leverage, no trigger. */
function publicPart(event: SimEvent): MarketEvent | undefined {
  const { time } = event
  const head = { instrument: SIM_INSTRUMENT, exchangeTime: time, receivedTime: time }
  switch (event.kind) {
    case 'trade':
      return {
        ...head,
        kind: 'trade',
        tradeId: String(event.tradeId),
        price: event.price,
        size: event.size,
        side: event.side,
      }
    case 'mark':
      return { ...head, kind: 'markPrice', price: event.markPrice, indexPrice: event.indexPrice }
    case 'openInterest':
      return { ...head, kind: 'openInterest', size: event.size }
    case 'funding':
      return { ...head, kind: 'funding', rate: event.rate }
    case 'liquidation':
      return {
        ...head,
        kind: 'liquidationOrder',
        positionSide: event.positionSide,
        price: event.bankruptcyPrice,
        priceKind: 'bankruptcy',
        size: event.size,
      }
    case 'book':
    case 'top':
      return undefined
  }
}
