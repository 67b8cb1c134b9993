import { loadRival, type Rival, type RivalChannel, type Subject } from './rival.ts'

/** What is used of tardis-dev. */
interface Tardis {
  readonly normalizeTrades: Normalizer
  readonly normalizeBookChanges: Normalizer
  readonly normalizeDerivativeTickers: Normalizer
  readonly normalizeLiquidations: Normalizer
}

type Normalizer = (exchange: string, localTimestamp: Date) => Mapper

interface Mapper {
  canHandle(message: unknown): boolean
  map(message: unknown, localTimestamp: Date): Iterable<TardisEvent> | undefined
}

interface TardisEvent {
  readonly price?: number
  readonly markPrice?: number
  readonly fundingRate?: number
  readonly timestamp: Date
  readonly bids?: readonly { readonly price: number }[]
  readonly asks?: readonly { readonly price: number }[]
}

const NAMES = { binance: 'binance-futures', okx: 'okex-swap', bybit: 'bybit', hyperliquid: 'hyperliquid' } as const
const GATE = 'gate-io-futures'

/** A whole book for the changes of the Binance fixture to follow: without one they are only kept. */
const BINANCE_SNAPSHOT = {
  stream: 'btcusdt@depthSnapshot',
  data: { lastUpdateId: 900_000_000_105, bids: [], asks: [], T: 1_790_000_000_000 },
}

export function tardisRival(): Rival {
  const { normalizeTrades, normalizeBookChanges, normalizeDerivativeTickers, normalizeLiquidations } = loadRival(
    'tardis-dev',
  ) as Tardis
  const { binance, okx, bybit, hyperliquid } = NAMES
  // It chooses the format of the exchange by this time: now is the newest one.
  const now = new Date()
  const channel = (
    of: Pick<RivalChannel, 'exchange' | 'subject' | 'fixture' | 'stream'>,
    normalize: Normalizer,
    name: string,
    ...first: unknown[]
  ): RivalChannel => {
    const mapper = normalize(name, now)
    for (const message of first) for (const _ of mapper.map(message, now) ?? []);
    return { ...of, entry: normalize.name, read: (text) => mapped(mapper, text, now), figureOf: figureOf(of.subject) }
  }
  const trades = (exchange: RivalChannel['exchange'], fixture: string, name: string) =>
    channel({ exchange, subject: 'trade', fixture }, normalizeTrades, name)
  const tickers = (exchange: RivalChannel['exchange'], subject: Subject, fixture: string, name: string) =>
    channel({ exchange, subject, fixture }, normalizeDerivativeTickers, name)
  return {
    name: 'tardis-dev',
    channels: [
      channel({ exchange: 'binance', subject: 'trade', fixture: 'trade', stream: 'trade' }, normalizeTrades, binance),
      channel(
        { exchange: 'binance', subject: 'markPrice', fixture: 'markPrice', stream: 'markPrice@1s' },
        normalizeDerivativeTickers,
        binance,
      ),
      channel(
        { exchange: 'binance', subject: 'liquidationOrder', fixture: 'forceOrder', stream: 'forceOrder' },
        normalizeLiquidations,
        binance,
      ),
      channel(
        { exchange: 'binance', subject: 'orderBook', fixture: 'depth', stream: 'depth@100ms' },
        normalizeBookChanges,
        binance,
        BINANCE_SNAPSHOT,
      ),
      trades('okx', 'trades', okx),
      tickers('okx', 'markPrice', 'markPrice', okx),
      tickers('okx', 'funding', 'fundingRate', okx),
      channel({ exchange: 'okx', subject: 'orderBook', fixture: 'bookUpdate' }, normalizeBookChanges, okx),
      channel(
        { exchange: 'okx', subject: 'liquidationOrder', fixture: 'liquidationOrders' },
        normalizeLiquidations,
        okx,
        { arg: { channel: 'liquidation-orders' }, data: [] },
      ),
      trades('bybit', 'publicTrade', bybit),
      tickers('bybit', 'markPrice', 'tickersSnapshot', bybit),
      channel(
        { exchange: 'bybit', subject: 'liquidationOrder', fixture: 'allLiquidation' },
        normalizeLiquidations,
        bybit,
      ),
      channel({ exchange: 'hyperliquid', subject: 'trade', fixture: 'trades' }, normalizeTrades, hyperliquid, {
        data: [{ coin: 'BTC' }],
      }),
      tickers('hyperliquid', 'markPrice', 'context', hyperliquid),
      channel({ exchange: 'hyperliquid', subject: 'orderBook', fixture: 'book' }, normalizeBookChanges, hyperliquid),
      trades('gate', 'trades', GATE),
      tickers('gate', 'markPrice', 'tickers', GATE),
    ],
    leftOut: [
      'binance aggTrade: it reads trade only',
      'okx open-interest: it says nothing while the figure stays the same, as in these payloads',
      'bybit orderbook.200: it reads orderbook.50',
      'gate order_book_update and public_liquidates: it reads order_book, and no liquidations',
      'bitget: it reads the classic API, these payloads are of the unified one',
    ],
  }
}

function mapped(mapper: Mapper, text: string, now: Date): readonly TardisEvent[] {
  const message: unknown = JSON.parse(text)
  if (!mapper.canHandle(message)) return []
  return [...(mapper.map(message, now) ?? [])]
}

function figureOf(subject: Subject): (event: unknown) => number | undefined {
  return (event) => {
    const { price, markPrice, fundingRate, timestamp, bids, asks } = event as TardisEvent
    switch (subject) {
      case 'trade':
        return price
      case 'markPrice':
        return markPrice
      case 'funding':
        return fundingRate
      case 'orderBook':
        return (bids?.[0] ?? asks?.[0])?.price
      default:
        return timestamp.getTime()
    }
  }
}
