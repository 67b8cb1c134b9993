import {
  baseSize,
  closedBy,
  type Instrument,
  type LiquidationOrder,
  type MarketEvent,
  type Trade,
} from '@liqscope/market'
import type { FrameReader } from '../venue/adapter.ts'
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
import { idText, isRecord, readAmount, readDecimal, readSequence, shown } from '../wire-values.ts'
import type { BookRow, Envelope, LiquidationRow, TickerRow, TradeRow } from './messages.ts'
import { readEpoch, readGateLevels } from './wire.ts'

/** A longer list is not what the venue sends. */
const MAX_ROWS = 5_000

/** Reads one text frame; keeps nothing between frames. */
export const readFrame: FrameReader = (text, receivedTime, listing) => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return bad('frame', 'not JSON')
  }
  if (!isRecord(parsed)) return bad('frame', 'not a JSON object')
  const frame: Envelope = parsed
  const { channel, event } = frame
  if (typeof channel !== 'string') return bad('frame', 'no channel')
  if (channel === 'futures.pong') return { kind: 'alive' }
  if (event === 'unsubscribe') return { kind: 'alive' }
  if (event === 'subscribe') return readReply(channel, frame)
  switch (channel) {
    case 'futures.trades':
      return readRows(channel, frame, (row) => readTrade(row, receivedTime, listing))
    case 'futures.tickers':
      return readTickers(frame, receivedTime, listing)
    case 'futures.public_liquidates':
      return readRows(channel, frame, (row) => readLiquidation(row, receivedTime, listing))
    case 'futures.order_book_update':
      return readBook(frame.result, receivedTime, listing)
    case 'futures.order_book':
      return unused(channel, 'not used: futures.order_book (the book is kept from futures.order_book_update)')
    case 'futures.book_ticker':
      return unused(channel, 'not used: futures.book_ticker (the book has the best prices)')
    default:
      return unused('other', `not used: ${channel.slice(0, MAX_NAME)}`)
  }
}

/** `flat` copies, so it is asked for only where lists are in the list. */
function rowsOf(result: unknown): readonly unknown[] {
  if (!Array.isArray(result)) return [result]
  for (const row of result) if (Array.isArray(row)) return result.flat()
  return result
}

/** A list of rows, in some years inside another list, in some the one row itself; each row for itself. */
function readRows(
  channel: string,
  { result }: Envelope,
  read: (row: unknown) => MarketEvent | RefusedPart,
): VenueMessage {
  const rows = rowsOf(result)
  return rows.length > MAX_ROWS ? bad(channel, 'too many rows') : readEach(rows, read)
}

function readTrade(row: unknown, receivedTime: number, listing: Listing): Trade | RefusedPart {
  const channel = 'futures.trades'
  if (!isRecord(row)) return bad(channel, 'a trade is not an object')
  const instrument = find(row.contract, listing)
  return instrument === undefined ? unlisted(channel, row.contract, 'contract') : tradeOf(row, instrument, receivedTime)
}

/** The trade of a row, streamed or fetched (`receivedTime` absent: history, both clocks are the exchange's). */
export function tradeOf(row: TradeRow, instrument: Instrument, receivedTime?: number): Trade | RefusedPart {
  const channel = 'futures.trades'
  // The price of a takeover is not the market's, and nobody chose to trade.
  if (row.is_internal === true) return unused(channel, 'not flow: taken over or deleveraged', instrument.symbol)
  const exchangeTime = readEpoch(row.create_time_ms ?? row.create_time)
  const tradeId = readSequence(row.id)
  const price = readDecimal(row.price)
  const contracts = readAmount(row.size)
  if (!(exchangeTime > 0)) return badField(channel, 'create_time_ms', instrument)
  if (!(tradeId >= 0)) return badField(channel, 'id', instrument)
  if (!(price > 0)) return badField(channel, 'price', instrument)
  if (!(Math.abs(contracts) > 0)) return badField(channel, 'size', instrument)
  const canonical = price / instrument.unitFactor
  return {
    kind: 'trade',
    instrument: instrument.id,
    exchangeTime,
    receivedTime: receivedTime ?? exchangeTime,
    tradeId: idText(tradeId),
    price: canonical,
    size: baseSize(instrument, Math.abs(contracts), canonical),
    side: contracts > 0 ? 'buy' : 'sell',
  }
}

/** Mark price, open interest and the funding of the running period, of each contract in the frame. */
function readTickers(frame: Envelope, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'futures.tickers'
  const exchangeTime = readEpoch(frame.time_ms ?? frame.time)
  if (!(exchangeTime > 0)) return bad(channel, 'field time_ms is missing or wrong')
  const rows = rowsOf(frame.result)
  if (rows.length > MAX_ROWS) return bad(channel, 'too many rows')
  const parts = new Parts()
  for (const row of rows) {
    const refused = readTicker(row, exchangeTime, receivedTime, listing, parts)
    if (refused !== undefined) parts.refuse(refused)
  }
  return parts.message
}

/** Adds a contract's events; returns why there are none. */
function readTicker(
  row: unknown,
  exchangeTime: number,
  receivedTime: number,
  listing: Listing,
  parts: Parts,
): RefusedPart | undefined {
  const channel = 'futures.tickers'
  if (!isRecord(row)) return bad(channel, 'a ticker is not an object')
  const ticker: TickerRow = row
  const instrument = find(ticker.contract, listing)
  if (instrument === undefined) return unlisted(channel, ticker.contract, 'contract')
  const mark = readDecimal(ticker.mark_price)
  const index = readDecimal(ticker.index_price)
  const contracts = readAmount(ticker.total_size)
  const rate = readDecimal(ticker.funding_rate)
  if (!(mark > 0)) return badField(channel, 'mark_price', instrument)
  if (!(index > 0)) return badField(channel, 'index_price', instrument)
  if (!(contracts >= 0)) return badField(channel, 'total_size', instrument)
  if (!(rate > -1 && rate < 1)) return badField(channel, 'funding_rate', instrument)
  const { id } = instrument
  const price = mark / instrument.unitFactor
  const indexPrice = index / instrument.unitFactor
  const size = baseSize(instrument, contracts, price)
  // Whole literals rather than spreads, which would be half of the work.
  parts.event({ kind: 'markPrice', instrument: id, exchangeTime, receivedTime, price, indexPrice })
  parts.event({ kind: 'openInterest', instrument: id, exchangeTime, receivedTime, size })
  parts.event({ kind: 'funding', instrument: id, exchangeTime, receivedTime, rate })
  return undefined
}

function readLiquidation(row: unknown, receivedTime: number, listing: Listing): LiquidationOrder | RefusedPart {
  const channel = 'futures.public_liquidates'
  if (!isRecord(row)) return bad(channel, 'an order is not an object')
  const order: LiquidationRow = row
  const instrument = find(order.contract, listing)
  if (instrument === undefined) return unlisted(channel, order.contract, 'contract')
  const exchangeTime = readEpoch(order.time_ms ?? order.time)
  // The price is documented as a number and sent as text.
  const limit = readAmount(order.price)
  const contracts = readAmount(order.size)
  if (!(exchangeTime > 0)) return badField(channel, 'time', instrument)
  if (!(limit > 0)) return badField(channel, 'price', instrument)
  if (!(Math.abs(contracts) > 0)) return badField(channel, 'size', instrument)
  const price = limit / instrument.unitFactor
  return {
    kind: 'liquidationOrder',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    positionSide: closedBy(contracts < 0 ? 'sell' : 'buy'),
    price,
    priceKind: 'bankruptcy',
    bankruptcyPrice: price,
    size: baseSize(instrument, Math.abs(contracts), price),
  }
}

/** Update ids count up by one: a change follows the one whose last id is just before its first. */
function readBook(result: unknown, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'futures.order_book_update'
  if (!isRecord(result)) return bad(channel, 'result is not an object')
  const book: BookRow = result
  const instrument = find(book.s, listing)
  if (instrument === undefined) return unlisted(channel, book.s, 's')
  const isSnapshot = book.full === true
  const exchangeTime = readEpoch(book.t)
  const lastId = readSequence(book.u)
  const firstId = isSnapshot ? lastId : readSequence(book.U)
  // A whole book leaves out a side that is empty.
  const bids = readGateLevels(book.b ?? (isSnapshot ? [] : undefined))
  const asks = readGateLevels(book.a ?? (isSnapshot ? [] : undefined))
  if (!(exchangeTime > 0)) return badField(channel, 't', instrument)
  if (!(firstId >= 0)) return badField(channel, 'U', instrument)
  if (!(lastId >= firstId)) return badField(channel, 'u', instrument)
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
      previousLastId: firstId - 1,
      bids,
      asks,
    },
  }
}

function readReply(channel: string, frame: Envelope): VenueMessage {
  const problem = isRecord(frame.error) ? `${shown(frame.error.code)} ${shown(frame.error.message)}`.trim() : undefined
  const id = readSequence(frame.id)
  const contract: unknown = Array.isArray(frame.payload) ? frame.payload[0] : undefined
  const about = id >= 0 ? { id: String(id) } : typeof contract === 'string' ? { stream: `${channel}:${contract}` } : {}
  return problem === undefined ? { kind: 'reply', ...about } : { kind: 'reply', ...about, problem }
}

function find(contract: unknown, listing: Listing): Instrument | undefined {
  return typeof contract === 'string' ? listing.get(contract) : undefined
}
