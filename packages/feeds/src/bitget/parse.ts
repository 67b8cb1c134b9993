import { baseSize, type Instrument, type LiquidationOrder, type MarketEvent, type Trade } from '@liqscope/market'
import type { FrameReader } from '../venue/adapter.ts'
import { type FlatLevels, readLevels } from '../venue/levels.ts'
import {
  bad,
  badField,
  type Listing,
  MAX_NAME,
  type RefusedPart,
  readEach,
  unlisted,
  unused,
  type VenueMessage,
} from '../venue/message.ts'
import { isRecord, readDecimal, readTextTime, readTime, shown } from '../wire-values.ts'
import type { BookRow, Envelope, LiquidationRow, TickerRow, TradeRow } from './messages.ts'
import { contractsOf } from './product.ts'
import { streamName } from './subscribe.ts'

/** A longer list is not what the venue sends. */
const MAX_ROWS = 5_000
/** Longest id, digits. */
const ID = /^\d{1,32}$/

/** Reads one text frame; keeps nothing between frames. */
export const readFrame: FrameReader = (text, receivedTime, listing) => {
  if (text === 'pong') return { kind: 'alive' }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return bad('frame', 'not JSON')
  }
  if (!isRecord(parsed)) return bad('frame', 'not a JSON object')
  const frame: Envelope = parsed
  if (frame.event !== undefined) return readReply(frame)
  const { arg } = frame
  if (!isRecord(arg)) return bad('frame', 'field arg is missing or wrong')
  const { topic } = arg
  switch (topic) {
    case 'publicTrade':
      return readTrades(frame, arg.symbol, receivedTime, listing)
    case 'ticker':
      return readTicker(frame, arg.symbol, receivedTime, listing)
    case 'books':
      return readBook(frame, arg.symbol, receivedTime, listing)
    case 'liquidation':
      return readLiquidations(frame, receivedTime, listing)
    case 'books1':
      return unused(topic, 'not used: books1 (books carries the whole book)')
    case undefined:
      return typeof arg.channel === 'string'
        ? unused('classic', `not used: the v2 socket's ${arg.channel.slice(0, MAX_NAME)} (the feed listens to v3)`)
        : bad('frame', 'no topic')
    default:
      return typeof topic === 'string'
        ? unused('other', `not used: ${topic.slice(0, MAX_NAME)}`)
        : bad('frame', 'no topic')
  }
}

function readTrades(frame: Envelope, symbol: unknown, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'publicTrade'
  const instrument = find(symbol, listing)
  if (instrument === undefined) return unlisted(channel, symbol, 'symbol')
  // History and bars tell of that time already.
  if (frame.action === 'snapshot') return unused(channel, 'trades from before the subscription', instrument.symbol)
  const rows = rowsOf(frame)
  if (rows === undefined) return badField(channel, 'data', instrument)
  return readEach(rows, (row) => readTrade(row, instrument, receivedTime))
}

function readTrade(row: unknown, instrument: Instrument, receivedTime: number): Trade | RefusedPart {
  const channel = 'publicTrade'
  if (!isRecord(row)) return badField(channel, 'data', instrument)
  const { i, p, v, S, T }: TradeRow = row
  const exchangeTime = readTextTime(T)
  const price = readDecimal(p) / instrument.unitFactor
  const size = readDecimal(v)
  if (!(exchangeTime > 0)) return badField(channel, 'T', instrument)
  if (typeof i !== 'string' || !ID.test(i)) return badField(channel, 'i', instrument)
  if (!(price > 0)) return badField(channel, 'p', instrument)
  if (!(size > 0)) return badField(channel, 'v', instrument)
  if (S !== 'buy' && S !== 'sell') return badField(channel, 'S', instrument)
  return {
    kind: 'trade',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    tradeId: i,
    price,
    size: baseSize(instrument, contractsOf(instrument, size, price), price),
    side: S,
  }
}

function readTicker(frame: Envelope, symbol: unknown, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'ticker'
  const instrument = find(symbol, listing)
  if (instrument === undefined) return unlisted(channel, symbol, 'symbol')
  const row = rowsOf(frame)?.[0]
  if (!isRecord(row)) return badField(channel, 'data', instrument)
  const ticker: TickerRow = row
  const exchangeTime = readTime(frame.ts)
  const price = readDecimal(ticker.markPrice) / instrument.unitFactor
  const indexPrice = readDecimal(ticker.indexPrice) / instrument.unitFactor
  const size = readDecimal(ticker.openInterest)
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (!(price > 0)) return badField(channel, 'markPrice', instrument)
  if (!(indexPrice > 0)) return badField(channel, 'indexPrice', instrument)
  if (!(size >= 0)) return badField(channel, 'openInterest', instrument)
  const { id } = instrument
  const base = baseSize(instrument, contractsOf(instrument, size, price), price)
  const events: MarketEvent[] = [
    { kind: 'markPrice', instrument: id, exchangeTime, receivedTime, price, indexPrice },
    { kind: 'openInterest', instrument: id, exchangeTime, receivedTime, size: base },
  ]
  const next = ticker.nextFundingTime
  if (next === '' || next === '0') return { kind: 'events', events }
  const rate = readDecimal(ticker.fundingRate)
  const nextFundingTime = readTextTime(next)
  if (!(rate > -1 && rate < 1))
    return { kind: 'events', events, refused: [badField(channel, 'fundingRate', instrument)] }
  if (!(nextFundingTime > 0))
    return { kind: 'events', events, refused: [badField(channel, 'nextFundingTime', instrument)] }
  events.push({ kind: 'funding', instrument: id, exchangeTime, receivedTime, rate, nextFundingTime })
  return { kind: 'events', events }
}

function readLiquidations(frame: Envelope, receivedTime: number, listing: Listing): VenueMessage {
  const rows = rowsOf(frame)
  if (rows === undefined) return bad('liquidation', 'field data is missing or wrong')
  return readEach(rows, (row) => readLiquidation(row, receivedTime, listing))
}

function readLiquidation(row: unknown, receivedTime: number, listing: Listing): LiquidationOrder | RefusedPart {
  const channel = 'liquidation'
  if (!isRecord(row)) return bad(channel, 'an order is not an object')
  const order: LiquidationRow = row
  const instrument = find(order.symbol, listing)
  if (instrument === undefined) return unlisted(channel, order.symbol, 'symbol')
  if (instrument.kind === 'inverse')
    return unused(channel, 'the unit of a coin-margined amount is not documented', instrument.symbol)
  const exchangeTime = readTextTime(order.ts)
  const price = readDecimal(order.price) / instrument.unitFactor
  const notional = readDecimal(order.amount)
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (order.side !== 'buy' && order.side !== 'sell') return badField(channel, 'side', instrument)
  if (!(price > 0)) return badField(channel, 'price', instrument)
  if (!(notional > 0)) return badField(channel, 'amount', instrument)
  return {
    kind: 'liquidationOrder',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    positionSide: order.side === 'buy' ? 'long' : 'short',
    price,
    priceKind: 'bankruptcy',
    bankruptcyPrice: price,
    size: notional / price,
  }
}

function readBook(frame: Envelope, symbol: unknown, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'books'
  const instrument = find(symbol, listing)
  if (instrument === undefined) return unlisted(channel, symbol, 'symbol')
  const row = rowsOf(frame)?.[0]
  if (!isRecord(row)) return badField(channel, 'data', instrument)
  const book: BookRow = row
  const isSnapshot = frame.action === 'snapshot'
  const exchangeTime = readTextTime(book.ts)
  const lastId = readPosition(book.seq)
  const previousLastId = readPosition(book.pseq)
  const bids = readLevels(book.b)
  const asks = readLevels(book.a)
  if (!isSnapshot && frame.action !== 'update') return badField(channel, 'action', instrument)
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (!(lastId >= 0)) return badField(channel, 'seq', instrument)
  if (!(previousLastId >= 0)) return badField(channel, 'pseq', instrument)
  if (bids === undefined) return badField(channel, 'b', instrument)
  if (asks === undefined) return badField(channel, 'a', instrument)
  return {
    kind: 'book',
    update: {
      symbol: instrument.symbol,
      exchangeTime,
      receivedTime,
      isSnapshot,
      lastId,
      previousLastId,
      bids: inContracts(bids, instrument),
      asks: inContracts(asks, instrument),
    },
  }
}

/** Compared for equality alone, so that one beyond 2^53, which the documentation shows, does no harm when rounded. */
function readPosition(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : Number.NaN
}

function inContracts(levels: FlatLevels, instrument: Instrument): FlatLevels {
  if (instrument.kind === 'linear') return levels
  return levels.map((value, i) =>
    i % 2 === 0 ? value : contractsOf(instrument, value, levels[i - 1]! / instrument.unitFactor),
  )
}

function readReply(frame: Envelope): VenueMessage {
  if (frame.event === 'unsubscribe') return { kind: 'alive' }
  const stream = streamName(frame.arg)
  if (frame.event === 'subscribe' && stream !== undefined) return { kind: 'reply', stream }
  if (frame.event !== 'error') {
    const classic = isRecord(frame.arg) && typeof frame.arg.channel === 'string'
    return classic
      ? unused('classic', 'not used: an answer of the v2 socket (the feed listens to v3)')
      : bad('reply', 'field event or arg is missing or wrong')
  }
  const problem = `${shown(frame.code)} ${shown(frame.msg)}`.trim()
  return stream === undefined ? bad('reply', `refused: ${problem}`) : { kind: 'reply', stream, problem }
}

function rowsOf({ data }: Envelope): readonly unknown[] | undefined {
  return Array.isArray(data) && data.length > 0 && data.length <= MAX_ROWS ? data : undefined
}

function find(symbol: unknown, listing: Listing): Instrument | undefined {
  return typeof symbol === 'string' ? listing.get(symbol) : undefined
}
