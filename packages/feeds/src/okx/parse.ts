import {
  baseSize,
  closedBy,
  type Funding,
  type Instrument,
  type LiquidationOrder,
  type MarkPrice,
  type OpenInterest,
  type Trade,
} from '@liqscope/market'
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
import { isRecord, readDecimal, readIdText, readSequence, readTextTime, shown } from '../wire-values.ts'
import type {
  Arg,
  BookRow,
  EventMessage,
  FundingRow,
  LiquidationDetail,
  LiquidationRow,
  MarkPriceRow,
  OpenInterestRow,
  PushMessage,
  TradeRow,
} from './messages.ts'

/** Notices that announce the end of the connection: 64008 comes about 30 s before. */
const CLOSING_NOTICE = '64008'

/** Reads one text frame of the public socket. See `FrameReader`. */
export function readFrame(text: string, receivedTime: number, listing: Listing): VenueMessage {
  if (text === 'pong') return { kind: 'alive' }
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return bad('frame', 'not JSON')
  }
  if (!isRecord(frame)) return bad('frame', 'not a JSON object')
  if (frame.event !== undefined) return readEvent(frame)
  const { arg, action, data }: PushMessage = frame
  if (!isRecord(arg) || typeof arg.channel !== 'string') {
    const table = frame.table
    return typeof table === 'string'
      ? unused('other', `not used: v3 ${table.slice(0, MAX_NAME)}`)
      : bad('frame', 'field arg is missing or wrong')
  }
  const { channel } = arg
  if (!Array.isArray(data)) return bad(channel.slice(0, MAX_NAME), 'field data is not a list')
  switch (channel) {
    case 'trades':
      return readEach(data, (row: unknown) => readTrade(row, receivedTime, listing))
    case 'books':
      return readBook(arg, action, data, receivedTime, listing)
    case 'mark-price':
      return readEach(data, (row: unknown) => readMarkPrice(row, receivedTime, listing))
    case 'open-interest':
      return readEach(data, (row: unknown) => readOpenInterest(row, receivedTime, listing))
    case 'funding-rate':
      return readEach(data, (row: unknown) => readFunding(row, receivedTime, listing))
    case 'liquidation-orders':
      return readLiquidations(data, receivedTime, listing)
    default:
      return unused('other', `not used: ${channel.slice(0, MAX_NAME)}`)
  }
}

function readTrade(row: unknown, receivedTime: number, listing: Listing): Trade | RefusedPart {
  const channel = 'trades'
  if (!isRecord(row)) return bad(channel, 'a row is not an object')
  const { instId, tradeId, px, sz, side, ts, count }: TradeRow = row
  const instrument = find(instId, listing)
  if (instrument === undefined) return unlisted(channel, instId, 'instId')
  const exchangeTime = readTextTime(ts)
  const price = readDecimal(px) / instrument.unitFactor
  const contracts = readDecimal(sz)
  const id = readIdText(tradeId)
  const matches = count === undefined ? 1 : readDecimal(count)
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (id === undefined) return badField(channel, 'tradeId', instrument)
  if (!(price > 0)) return badField(channel, 'px', instrument)
  if (!(contracts > 0)) return badField(channel, 'sz', instrument)
  if (side !== 'buy' && side !== 'sell') return badField(channel, 'side', instrument)
  if (!(matches >= 1)) return badField(channel, 'count', instrument)
  const size = baseSize(instrument, contracts, price)
  // Whole literals rather than a spread, which would be two thirds of the work.
  return matches > 1
    ? { kind: 'trade', instrument: instrument.id, exchangeTime, receivedTime, tradeId: id, price, size, side, matches }
    : { kind: 'trade', instrument: instrument.id, exchangeTime, receivedTime, tradeId: id, price, size, side }
}

function readMarkPrice(row: unknown, receivedTime: number, listing: Listing): MarkPrice | RefusedPart {
  const channel = 'mark-price'
  if (!isRecord(row)) return bad(channel, 'a row is not an object')
  const { instId, markPx, ts }: MarkPriceRow = row
  const instrument = find(instId, listing)
  if (instrument === undefined) return unlisted(channel, instId, 'instId')
  const exchangeTime = readTextTime(ts)
  const price = readDecimal(markPx) / instrument.unitFactor
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (!(price > 0)) return badField(channel, 'markPx', instrument)
  return { kind: 'markPrice', instrument: instrument.id, exchangeTime, receivedTime, price }
}

function readOpenInterest(row: unknown, receivedTime: number, listing: Listing): OpenInterest | RefusedPart {
  const channel = 'open-interest'
  if (!isRecord(row)) return bad(channel, 'a row is not an object')
  const { instId, oiCcy, ts }: OpenInterestRow = row
  const instrument = find(instId, listing)
  if (instrument === undefined) return unlisted(channel, instId, 'instId')
  const exchangeTime = readTextTime(ts)
  const size = readDecimal(oiCcy) * instrument.unitFactor
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (!(size >= 0)) return badField(channel, 'oiCcy', instrument)
  return { kind: 'openInterest', instrument: instrument.id, exchangeTime, receivedTime, size }
}

function readFunding(row: unknown, receivedTime: number, listing: Listing): Funding | RefusedPart {
  const channel = 'funding-rate'
  if (!isRecord(row)) return bad(channel, 'a row is not an object')
  const { instId, fundingRate, fundingTime, ts }: FundingRow = row
  const instrument = find(instId, listing)
  if (instrument === undefined) return unlisted(channel, instId, 'instId')
  const exchangeTime = readTextTime(ts)
  const rate = readDecimal(fundingRate)
  const nextFundingTime = readTextTime(fundingTime)
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (!(rate > -1 && rate < 1)) return badField(channel, 'fundingRate', instrument)
  if (!(nextFundingTime > 0)) return badField(channel, 'fundingTime', instrument)
  return { kind: 'funding', instrument: instrument.id, exchangeTime, receivedTime, rate, nextFundingTime }
}

function readLiquidations(rows: readonly unknown[], receivedTime: number, listing: Listing): VenueMessage {
  const parts = new Parts()
  for (const row of rows) {
    const refused = readLiquidationRow(row, receivedTime, listing, parts)
    if (refused !== undefined) parts.refuse(refused)
  }
  return parts.message
}

/** Adds an instrument's orders; returns why there are none. */
function readLiquidationRow(
  row: unknown,
  receivedTime: number,
  listing: Listing,
  parts: Parts,
): RefusedPart | undefined {
  const channel = 'liquidation-orders'
  if (!isRecord(row)) return bad(channel, 'a row is not an object')
  const { instId, details }: LiquidationRow = row
  if (typeof instId !== 'string' || instId === '') return bad(channel, 'field instId is missing or wrong')
  const instrument = listing.get(instId)
  // The stream serves all swaps: that the others are left out is no news, so they are one reason.
  if (instrument === undefined) return unused(channel, 'of an instrument that is not followed')
  if (!Array.isArray(details)) return badField(channel, 'details', instrument)
  for (const detail of details) parts.add(readLiquidation(detail, receivedTime, instrument))
  return undefined
}

/** `side` is the order's, `posSide` the position's; an account with one-way positions has posSide `net`. */
function readLiquidation(
  detail: unknown,
  receivedTime: number,
  instrument: Instrument,
): LiquidationOrder | RefusedPart {
  const channel = 'liquidation-orders'
  if (!isRecord(detail)) return badField(channel, 'details', instrument)
  const { bkPx, sz, side, posSide, ts }: LiquidationDetail = detail
  const exchangeTime = readTextTime(ts)
  const price = readDecimal(bkPx) / instrument.unitFactor
  const contracts = readDecimal(sz)
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (!(price > 0)) return badField(channel, 'bkPx', instrument)
  if (!(contracts > 0)) return badField(channel, 'sz', instrument)
  if (side !== 'buy' && side !== 'sell') return badField(channel, 'side', instrument)
  const positionSide = closedBy(side)
  if ((posSide === 'long' || posSide === 'short') && posSide !== positionSide)
    return badField(channel, 'posSide', instrument)
  return {
    kind: 'liquidationOrder',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    positionSide,
    price,
    priceKind: 'bankruptcy',
    bankruptcyPrice: price,
    size: baseSize(instrument, contracts, price),
  }
}

function readBook(
  { instId }: Arg,
  action: unknown,
  data: readonly unknown[],
  receivedTime: number,
  listing: Listing,
): VenueMessage {
  const channel = 'books'
  const instrument = find(instId, listing)
  if (instrument === undefined) return unlisted(channel, instId, 'instId')
  const [row] = data
  if (!isRecord(row) || data.length !== 1) return badField(channel, 'data', instrument)
  const book: BookRow = row
  const exchangeTime = readTextTime(book.ts)
  const lastId = readSequence(book.seqId)
  const bids = readLevels(book.bids)
  const asks = readLevels(book.asks)
  if (action !== 'snapshot' && action !== 'update') return badField(channel, 'action', instrument)
  const isSnapshot = action === 'snapshot'
  const previousLastId = isSnapshot ? -1 : readSequence(book.prevSeqId)
  if (!(exchangeTime > 0)) return badField(channel, 'ts', instrument)
  if (!(lastId >= 0)) return badField(channel, 'seqId', instrument)
  if (!(previousLastId >= -1)) return badField(channel, 'prevSeqId', instrument)
  if (bids === undefined) return badField(channel, 'bids', instrument)
  if (asks === undefined) return badField(channel, 'asks', instrument)
  const { symbol } = instrument
  return {
    kind: 'book',
    update: { symbol, exchangeTime, receivedTime, isSnapshot, lastId, previousLastId, bids, asks },
  }
}

function readEvent({ event, id, arg, code, msg }: EventMessage): VenueMessage {
  const request = typeof id === 'string' && id !== '' ? { id: id.slice(0, MAX_NAME) } : {}
  const said = typeof msg === 'string' ? msg.slice(0, 200) : ''
  switch (event) {
    case 'subscribe': {
      const stream = nameOf(arg)
      return stream === undefined
        ? bad('event', 'field arg is missing or wrong')
        : { kind: 'reply', ...request, stream }
    }
    case 'error': {
      const stream = nameOf(arg)
      const about = stream === undefined ? request : { ...request, stream }
      return { kind: 'reply', ...about, problem: `${shown(code)} ${said}`.trim() }
    }
    case 'notice':
      return { kind: 'notice', text: `${shown(code)} ${said}`.trim(), closing: code === CLOSING_NOTICE }
    case 'unsubscribe':
    case 'channel-conn-count':
      return { kind: 'alive' }
    default:
      return unused('event', `not used: event ${shown(event)}`)
  }
}

/** The stream's name as `subscribe.ts` writes it. */
function nameOf(arg: unknown): string | undefined {
  if (!isRecord(arg)) return undefined
  const { channel, instId, instType }: Arg = arg
  const of = channel === 'liquidation-orders' ? instType : instId
  return typeof channel === 'string' && typeof of === 'string' ? `${channel}:${of}` : undefined
}

function find(symbol: unknown, listing: Listing): Instrument | undefined {
  return typeof symbol === 'string' ? listing.get(symbol) : undefined
}
