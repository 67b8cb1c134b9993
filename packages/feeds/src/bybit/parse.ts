import { baseSize, type Instrument, type LiquidationOrder, type Trade } from '@liqscope/market'
import type { FrameReader } from '../venue/adapter.ts'
import { readLevels } from '../venue/levels.ts'
import {
  bad,
  badField,
  type Listing,
  MAX_NAME,
  Parts,
  type RefusedPart,
  readEach,
  unlisted,
  unused,
  type VenueMessage,
} from '../venue/message.ts'
import { isRecord, readDecimal, readIdText, readSequence, readTime, shown } from '../wire-values.ts'
import type { BookData, LiquidationRow, OpMessage, TickerData, TopicMessage, TradeRow } from './messages.ts'
import { Ticker } from './ticker.ts'

/** A reader of one connection: a ticker's changes refer to the snapshot on the same connection. */
export function openReader(): FrameReader {
  const tickers = new Map<string, Ticker>()
  return (text, receivedTime, listing) => readFrame(text, receivedTime, listing, tickers)
}

function readFrame(text: string, receivedTime: number, listing: Listing, tickers: Map<string, Ticker>): VenueMessage {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return bad('frame', 'not JSON')
  }
  if (!isRecord(frame)) return bad('frame', 'not a JSON object')
  const { topic, data }: TopicMessage = frame
  if (topic === undefined) return readAnswer(frame)
  if (typeof topic !== 'string') return bad('frame', 'field topic is not text')
  const name = topic.slice(0, Math.max(0, topic.indexOf('.')))
  switch (name) {
    case 'publicTrade':
      return readRows(name, data, (row) => readTrade(row, receivedTime, listing))
    case 'tickers':
      return readTicker(frame, receivedTime, listing, tickers)
    case 'orderbook':
      return topic.startsWith('orderbook.200.')
        ? readBook(frame, receivedTime, listing)
        : unused('other', 'not used: an order book of another depth')
    case 'allLiquidation':
      return readRows(name, data, (row) => readLiquidation(row, receivedTime, listing))
    default:
      return unused('other', `not used: ${(name === '' ? topic : name).slice(0, MAX_NAME)}`)
  }
}

function readRows<E extends Trade | LiquidationOrder>(
  channel: string,
  rows: unknown,
  read: (row: unknown) => E | RefusedPart,
): VenueMessage {
  return Array.isArray(rows) ? readEach(rows, read) : bad(channel, 'field data is not a list')
}

function readTrade(row: unknown, receivedTime: number, listing: Listing): Trade | RefusedPart {
  const channel = 'publicTrade'
  if (!isRecord(row)) return bad(channel, 'a row is not an object')
  const { T, s, S, v, p, i, BT }: TradeRow = row
  const instrument = find(s, listing)
  if (instrument === undefined) return unlisted(channel, s, 's')
  if (BT === true) return unused(channel, 'not flow: block trade', instrument.symbol)
  const exchangeTime = readTime(T)
  const price = readDecimal(p) / instrument.unitFactor
  const contracts = readDecimal(v)
  const tradeId = readIdText(i)
  if (!(exchangeTime > 0)) return badField(channel, 'T', instrument)
  if (tradeId === undefined) return badField(channel, 'i', instrument)
  if (!(price > 0)) return badField(channel, 'p', instrument)
  if (!(contracts > 0)) return badField(channel, 'v', instrument)
  if (S !== 'Buy' && S !== 'Sell') return badField(channel, 'S', instrument)
  return {
    kind: 'trade',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    tradeId,
    price,
    size: baseSize(instrument, contracts, price),
    side: S === 'Buy' ? 'buy' : 'sell',
  }
}

/** Unlike every other venue's, the side is the POSITION's: Buy is a long that was liquidated. */
function readLiquidation(row: unknown, receivedTime: number, listing: Listing): LiquidationOrder | RefusedPart {
  const channel = 'allLiquidation'
  if (!isRecord(row)) return bad(channel, 'a row is not an object')
  const { T, s, S, v, p }: LiquidationRow = row
  const instrument = find(s, listing)
  if (instrument === undefined) return unlisted(channel, s, 's')
  const exchangeTime = readTime(T)
  const price = readDecimal(p) / instrument.unitFactor
  const contracts = readDecimal(v)
  if (!(exchangeTime > 0)) return badField(channel, 'T', instrument)
  if (!(price > 0)) return badField(channel, 'p', instrument)
  if (!(contracts > 0)) return badField(channel, 'v', instrument)
  if (S !== 'Buy' && S !== 'Sell') return badField(channel, 'S', instrument)
  return {
    kind: 'liquidationOrder',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    positionSide: S === 'Buy' ? 'long' : 'short',
    price,
    priceKind: 'bankruptcy',
    bankruptcyPrice: price,
    size: baseSize(instrument, contracts, price),
  }
}

function readTicker(
  { data, type, ts }: TopicMessage,
  receivedTime: number,
  listing: Listing,
  tickers: Map<string, Ticker>,
): VenueMessage {
  const channel = 'tickers'
  if (!isRecord(data)) return bad(channel, 'field data is not an object')
  const changed: TickerData = data
  const instrument = find(changed.symbol, listing)
  if (instrument === undefined) return unlisted(channel, changed.symbol, 'symbol')
  const exchangeTime = readTime(ts)
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (type !== 'snapshot' && type !== 'delta') return badField(channel, 'type', instrument)
  let ticker = tickers.get(instrument.symbol)
  if (ticker === undefined || type === 'snapshot') {
    if (type === 'delta') return unused(channel, 'a change before the first snapshot', instrument.symbol)
    ticker = new Ticker(instrument)
    tickers.set(instrument.symbol, ticker)
  }
  const parts = new Parts()
  ticker.read(changed, exchangeTime, receivedTime, parts)
  return parts.message
}

function readBook({ type, ts, cts, data }: TopicMessage, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'orderbook'
  if (!isRecord(data)) return bad(channel, 'field data is not an object')
  const book: BookData = data
  const instrument = find(book.s, listing)
  if (instrument === undefined) return unlisted(channel, book.s, 's')
  const exchangeTime = readTime(cts ?? ts)
  const lastId = readSequence(book.u)
  const bids = readLevels(book.b)
  const asks = readLevels(book.a)
  if (!(exchangeTime > 0)) return badField(channel, 'cts', instrument)
  if (!(lastId >= 0)) return badField(channel, 'u', instrument)
  if (type !== 'snapshot' && type !== 'delta') return badField(channel, 'type', instrument)
  if (bids === undefined) return badField(channel, 'b', instrument)
  if (asks === undefined) return badField(channel, 'a', instrument)
  const isSnapshot = type === 'snapshot' || lastId === 1
  const { symbol } = instrument
  return {
    kind: 'book',
    update: { symbol, exchangeTime, receivedTime, isSnapshot, lastId, previousLastId: lastId - 1, bids, asks },
  }
}

function readAnswer({ op, success, ret_msg, req_id }: OpMessage): VenueMessage {
  const said = typeof ret_msg === 'string' ? ret_msg.slice(0, 200) : ''
  if (op === 'ping' || op === 'pong' || op === 'unsubscribe') return { kind: 'alive' }
  if (op !== 'subscribe') return bad('frame', `neither topic nor answer: op ${shown(op)}`)
  const request = typeof req_id === 'string' && req_id !== '' ? { id: req_id.slice(0, MAX_NAME) } : {}
  return success === true
    ? { kind: 'reply', ...request }
    : { kind: 'reply', ...request, problem: said === '' ? 'no reason given' : said }
}

function find(symbol: unknown, listing: Listing): Instrument | undefined {
  return typeof symbol === 'string' ? listing.get(symbol) : undefined
}
