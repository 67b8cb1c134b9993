import { EXCHANGES, type Exchange } from '@liqscope/feeds'
import { loadRival, type Rival, type RivalChannel, type Subject } from './rival.ts'

/** What is used of ccxt: the parsers of its exchange classes, with markets that are told instead of fetched. */
interface Ccxt {
  readonly pro: Readonly<Record<string, new () => CcxtExchange>>
}

interface CcxtExchange {
  safeMarketStructure(market: object): object
  setMarkets(markets: object[]): unknown
  parseWsTrade(trade: Wire, market?: object): CcxtEvent
  parseTrade(trade: Wire, market?: object): CcxtEvent
  parseWsTicker(ticker: Wire, marketType: string): CcxtEvent
  parseTicker(ticker: Wire, market?: object): CcxtEvent
  parseFundingRate(rate: Wire, market?: object): CcxtEvent
  parseOpenInterest(interest: Wire, market?: object): CcxtEvent
  parseWsLiquidation(liquidation: Wire, market?: object): CcxtEvent
  parseOrderBook(
    book: Wire,
    symbol: string,
    time: number,
    bids?: string,
    asks?: string,
    price?: string,
    amount?: string,
  ): CcxtEvent
}

/** Parsed JSON of known shape. */
interface Wire {
  readonly [name: string]: Wire
}

interface CcxtEvent {
  readonly price?: number
  readonly markPrice?: number
  readonly fundingRate?: number
  readonly timestamp?: number
  readonly bids?: readonly (readonly number[])[]
  readonly asks?: readonly (readonly number[])[]
}

const SYMBOL = 'BTC/USDT:USDT'

/** Its class of each exchange, and the id of the contract that the fixtures are about. */
const CLASSES: Readonly<Record<Exchange, readonly [name: string, id: string]>> = {
  binance: ['binanceusdm', 'BTCUSDT'],
  okx: ['okx', 'BTC-USDT-SWAP'],
  bybit: ['bybit', 'BTCUSDT'],
  hyperliquid: ['hyperliquid', 'BTC'],
  gate: ['gate', 'BTC_USDT'],
  bitget: ['bitget', 'BTCUSDT'],
}

type Row = readonly [
  exchange: Exchange,
  subject: Subject,
  fixture: string,
  entry: keyof CcxtExchange,
  parse: (ccxt: CcxtExchange, frame: Wire, market: object) => CcxtEvent[],
  stream?: string,
]

const ROWS: readonly Row[] = [
  ['binance', 'trade', 'aggTrade', 'parseWsTrade', (c, m, market) => [c.parseWsTrade(m.data!, market)], 'aggTrade'],
  ['binance', 'markPrice', 'markPrice', 'parseWsTicker', (c, m) => [c.parseWsTicker(m.data!, 'swap')], 'markPrice@1s'],
  [
    'binance',
    'liquidationOrder',
    'forceOrder',
    'parseWsLiquidation',
    (c, m, market) => [c.parseWsLiquidation(m.data!.o!, market)],
    'forceOrder',
  ],
  [
    'binance',
    'orderBook',
    'depth',
    'parseOrderBook',
    (c, m) => [c.parseOrderBook(m.data!, SYMBOL, Number(m.data!.E), 'b', 'a')],
    'depth@100ms',
  ],
  ['okx', 'trade', 'trades', 'parseTrade', (c, m, market) => each(m.data, (trade) => c.parseTrade(trade, market))],
  ['okx', 'markPrice', 'markPrice', 'parseTicker', (c, m) => each(m.data, (ticker) => c.parseTicker(ticker))],
  ['okx', 'funding', 'fundingRate', 'parseFundingRate', (c, m) => each(m.data, (rate) => c.parseFundingRate(rate))],
  ['okx', 'openInterest', 'openInterest', 'parseOpenInterest', (c, m) => each(m.data, (oi) => c.parseOpenInterest(oi))],
  [
    'okx',
    'orderBook',
    'bookUpdate',
    'parseOrderBook',
    (c, m) => each(m.data, (book) => c.parseOrderBook(book, SYMBOL, Number(book.ts))),
  ],
  ['bybit', 'trade', 'publicTrade', 'parseWsTrade', (c, m, market) => each(m.data, (t) => c.parseWsTrade(t, market))],
  ['bybit', 'markPrice', 'tickersSnapshot', 'parseTicker', (c, m) => [c.parseTicker(m.data!)]],
  [
    'bybit',
    'liquidationOrder',
    'allLiquidation',
    'parseWsLiquidation',
    (c, m, market) => each(m.data, (liquidation) => c.parseWsLiquidation(liquidation, market)),
  ],
  [
    'bybit',
    'orderBook',
    'bookDelta',
    'parseOrderBook',
    (c, m) => [c.parseOrderBook(m.data!, SYMBOL, Number(m.ts), 'b', 'a')],
  ],
  ['hyperliquid', 'trade', 'trades', 'parseWsTrade', (c, m) => each(m.data, (trade) => c.parseWsTrade(trade))],
  [
    'hyperliquid',
    'orderBook',
    'book',
    'parseOrderBook',
    (c, { data }) => {
      const book = { bids: data!.levels![0]!, asks: data!.levels![1]! }
      return [c.parseOrderBook(book, SYMBOL, Number(data!.time), 'bids', 'asks', 'px', 'sz')]
    },
  ],
  ['gate', 'trade', 'trades', 'parseTrade', (c, m, market) => each(m.result, (trade) => c.parseTrade(trade, market))],
  ['gate', 'markPrice', 'tickers', 'parseTicker', (c, m, market) => each(m.result, (t) => c.parseTicker(t, market))],
  [
    'gate',
    'orderBook',
    'bookUpdate',
    'parseOrderBook',
    (c, m) => [c.parseOrderBook(m.result!, SYMBOL, Number(m.result!.t), 'b', 'a', 'p', 's')],
  ],
  [
    'bitget',
    'orderBook',
    'bookUpdate',
    'parseOrderBook',
    (c, m) => each(m.data, (book) => c.parseOrderBook(book, SYMBOL, Number(book.ts), 'b', 'a')),
  ],
]

export function ccxtRival(): Rival {
  const ccxt = loadRival('ccxt') as Ccxt
  const opened = new Map(EXCHANGES.map((exchange) => [exchange, open(ccxt, exchange)]))
  return {
    name: 'ccxt',
    channels: ROWS.map(([exchange, subject, fixture, entry, parse, stream]): RivalChannel => {
      const { own, market } = opened.get(exchange)!
      return {
        exchange,
        subject,
        fixture,
        entry,
        ...(stream === undefined ? {} : { stream }),
        read: (text) => parse(own, JSON.parse(text), market),
        figureOf: (event) => figureOf(subject, event as CcxtEvent),
      }
    }),
    leftOut: [
      'okx liquidation-orders: it reads the first order of a message only',
      'hyperliquid activeAssetCtx: its ticker has no mark price',
      'gate public_liquidates: it reads the private liquidates channel only',
      'bitget publicTrade and ticker: of the unified API its trade has no price, its ticker no mark price',
      'bitget liquidation: it has no parser of it',
    ],
  }
}

function open(ccxt: Ccxt, exchange: Exchange): { own: CcxtExchange; market: object } {
  const [name, id] = CLASSES[exchange]
  const own = new ccxt.pro[name]!()
  const parts = { base: 'BTC', quote: 'USDT', settle: 'USDT', baseId: 'BTC', quoteId: 'USDT', settleId: 'USDT' }
  const kind = { type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, active: true }
  const steps = { contractSize: 1, precision: { amount: 0.001, price: 0.1 } }
  const market = own.safeMarketStructure({ id, symbol: SYMBOL, ...parts, ...kind, ...steps })
  own.setMarkets([market])
  return { own, market }
}

function each(rows: Wire | undefined, parse: (row: Wire) => CcxtEvent): CcxtEvent[] {
  return (rows as unknown as readonly Wire[]).map(parse)
}

function figureOf(subject: Subject, event: CcxtEvent): number | undefined {
  switch (subject) {
    case 'trade':
      return event.price
    case 'markPrice':
      return event.markPrice
    case 'funding':
      return event.fundingRate
    case 'orderBook':
      return (event.bids?.[0] ?? event.asks?.[0])?.[0]
    default:
      return event.timestamp
  }
}
