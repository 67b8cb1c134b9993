import {
  baseSize,
  type Funding,
  type Instrument,
  type MarketEvent,
  type MarkPrice,
  type OpenInterest,
} from '@liqscope/market'
import type { FrameReader } from '../venue/adapter.ts'
import type { FlatLevels } from '../venue/levels.ts'
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
import { idText, isRecord, readDecimal, readSequence, readTime } from '../wire-values.ts'
import type { AssetContext, BookRow, Envelope, TradeRow } from './messages.ts'
import { subscriptionName } from './subscribe.ts'

const HOUR_MS = 3_600_000
/** Parses at once what a burst of a block may hold; a longer list is not what the venue sends. */
const MAX_ROWS = 5_000

/**
 * A reader for one connection. `activeAssetCtx` names no time: it is stamped with our clock less what our clock was
 * ahead of the newest book of the same connection, so that all of a venue's events tell one time.
 */
export function openHyperliquidReader(): FrameReader {
  let aheadMs = 0
  return (text, receivedTime, listing) => {
    let frame: unknown
    try {
      frame = JSON.parse(text)
    } catch {
      return bad('frame', 'not JSON')
    }
    if (!isRecord(frame)) return bad('frame', 'not a JSON object')
    const { channel, data }: Envelope = frame
    switch (channel) {
      case 'trades':
        return readTrades(data, receivedTime, listing)
      case 'activeAssetCtx':
        return readContext(data, receivedTime, receivedTime - aheadMs, listing)
      case 'l2Book': {
        const message = readBook(data, receivedTime, listing)
        if (message.kind === 'book') aheadMs = receivedTime - message.update.exchangeTime
        return message
      }
      case 'subscriptionResponse':
        return readReply(data)
      case 'pong':
        return { kind: 'alive' }
      case 'error':
        return readError(data)
      case 'activeSpotAssetCtx':
        return unused(channel, 'not used: a spot market')
      case 'bbo':
        return unused(channel, 'not used: bbo (l2Book carries twenty levels)')
      default:
        return typeof channel === 'string'
          ? unused('other', `not used: ${channel.slice(0, MAX_NAME)}`)
          : bad('frame', 'no channel')
    }
  }
}

function readTrades(data: unknown, receivedTime: number, listing: Listing): VenueMessage {
  if (!Array.isArray(data) || data.length > MAX_ROWS) return bad('trades', 'data is not a list of trades')
  return readEach(data, (row: unknown) => readTrade(row, receivedTime, listing))
}

function readTrade(row: unknown, receivedTime: number, listing: Listing): MarketEvent | RefusedPart {
  const channel = 'trades'
  if (!isRecord(row)) return bad(channel, 'a trade is not an object')
  const trade: TradeRow = row
  const instrument = find(trade.coin, listing)
  if (instrument === undefined) return unlisted(channel, trade.coin, 'coin')
  const exchangeTime = readTime(trade.time)
  const tradeId = readSequence(trade.tid)
  const price = readDecimal(trade.px)
  const contracts = readDecimal(trade.sz)
  if (!(exchangeTime > 0)) return badField(channel, 'time', instrument)
  if (!(tradeId >= 0)) return badField(channel, 'tid', instrument)
  if (!(price > 0)) return badField(channel, 'px', instrument)
  if (!(contracts > 0)) return badField(channel, 'sz', instrument)
  if (trade.side !== 'B' && trade.side !== 'A') return badField(channel, 'side', instrument)
  const canonical = price / instrument.unitFactor
  return {
    kind: 'trade',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    tradeId: idText(tradeId),
    price: canonical,
    size: baseSize(instrument, contracts, canonical),
    side: trade.side === 'B' ? 'buy' : 'sell',
  }
}

function readContext(data: unknown, receivedTime: number, exchangeTime: number, listing: Listing): VenueMessage {
  const channel = 'activeAssetCtx'
  if (!isRecord(data)) return bad(channel, 'data is not an object')
  const instrument = find(data.coin, listing)
  if (instrument === undefined) return unlisted(channel, data.coin, 'coin')
  if (!isRecord(data.ctx)) return badField(channel, 'ctx', instrument)
  const context: AssetContext = data.ctx
  const price = readDecimal(context.markPx)
  const indexPrice = readDecimal(context.oraclePx)
  const contracts = readDecimal(context.openInterest)
  const rate = readDecimal(context.funding)
  if (!(price > 0)) return badField(channel, 'markPx', instrument)
  if (!(indexPrice > 0)) return badField(channel, 'oraclePx', instrument)
  if (!(contracts >= 0)) return badField(channel, 'openInterest', instrument)
  if (!(rate > -1 && rate < 1)) return badField(channel, 'funding', instrument)
  const { id, unitFactor } = instrument
  const mark = price / unitFactor
  // Whole literals rather than a spread, which is a quarter of the work.
  const markPrice: MarkPrice = {
    kind: 'markPrice',
    instrument: id,
    exchangeTime,
    receivedTime,
    price: mark,
    indexPrice: indexPrice / unitFactor,
  }
  const size = baseSize(instrument, contracts, mark)
  const openInterest: OpenInterest = { kind: 'openInterest', instrument: id, exchangeTime, receivedTime, size }
  // Paid at every full hour.
  const nextFundingTime = Math.floor(exchangeTime / HOUR_MS + 1) * HOUR_MS
  const funding: Funding = { kind: 'funding', instrument: id, exchangeTime, receivedTime, rate, nextFundingTime }
  return { kind: 'events', events: [markPrice, openInterest, funding] }
}

/** Each book is whole and replaces the one before: its time is its place in the sequence. */
function readBook(data: unknown, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'l2Book'
  if (!isRecord(data)) return bad(channel, 'data is not an object')
  const book: BookRow = data
  const instrument = find(book.coin, listing)
  if (instrument === undefined) return unlisted(channel, book.coin, 'coin')
  const exchangeTime = readTime(book.time)
  if (!(exchangeTime > 0)) return badField(channel, 'time', instrument)
  if (!Array.isArray(book.levels) || book.levels.length !== 2) return badField(channel, 'levels', instrument)
  const bids = readSide(book.levels[0])
  const asks = readSide(book.levels[1])
  if (bids === undefined || asks === undefined) return badField(channel, 'levels', instrument)
  return {
    kind: 'book',
    update: {
      symbol: instrument.symbol,
      exchangeTime,
      receivedTime,
      isSnapshot: true,
      lastId: exchangeTime,
      previousLastId: exchangeTime,
      bids,
      asks,
    },
  }
}

/** `[{px, sz, n}, ...]`, or undefined when one level is not a price > 0 and a size > 0. */
function readSide(value: unknown): FlatLevels | undefined {
  if (!Array.isArray(value) || value.length > MAX_ROWS) return undefined
  const levels: number[] = []
  for (const level of value) {
    if (!isRecord(level)) return undefined
    const price = readDecimal(level.px)
    const size = readDecimal(level.sz)
    if (!(price > 0 && size > 0)) return undefined
    levels.push(price, size)
  }
  return levels
}

function readReply(data: unknown): VenueMessage {
  const name = isRecord(data) ? subscriptionName(data.subscription) : undefined
  if (!isRecord(data) || name === undefined) return bad('reply', 'field subscription is missing or wrong')
  if (data.method === 'unsubscribe') return { kind: 'alive' }
  return { kind: 'reply', stream: name }
}

const EXCERPT = 200

/**
 * `{"channel":"error","data":"Invalid subscription {\"type\":\"trades\",\"coin\":\"NOPE\"}"}`: the subscription is inside
 * the text, as JSON. Asking twice is an error too, and harmless.
 */
function readError(data: unknown): VenueMessage {
  if (typeof data !== 'string') return bad('error', 'data is not text')
  const start = data.indexOf('{')
  const name = start < 0 ? undefined : subscriptionName(parsed(data.slice(start)))
  const problem = data.slice(0, EXCERPT)
  if (name === undefined) return bad('error', `the venue says: ${problem.slice(0, MAX_NAME)}`)
  return data.startsWith('Already subscribed')
    ? { kind: 'reply', stream: name }
    : { kind: 'reply', stream: name, problem }
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) && isRecord(value.subscription) ? value.subscription : value
  } catch {
    return undefined
  }
}

function find(coin: unknown, listing: Listing): Instrument | undefined {
  return typeof coin === 'string' ? listing.get(coin) : undefined
}
