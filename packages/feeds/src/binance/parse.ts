import {
  type Bar,
  baseSize,
  closedBy,
  type Funding,
  type Instrument,
  type LiquidationOrder,
  type MarkPrice,
  type Trade,
} from '@liqscope/market'
import { readLevels } from '../venue/levels.ts'
import { bad, badField, type Listing, MAX_NAME, unlisted, unused, type VenueMessage } from '../venue/message.ts'
import { idText, isRecord, readDecimal, readSequence, readTime, shown } from '../wire-values.ts'
import type {
  DepthMessage,
  ForceOrder,
  ForceOrderMessage,
  Kline,
  KlineMessage,
  MarkPriceMessage,
  ReplyMessage,
  TradeMessage,
} from './messages.ts'

/**
 * Reads one text frame, raw (`/ws`) or combined (`/stream`). Never throws, reads no clock, keeps no state: the same
 * text, time and listing give the same message. Every number in an event is finite and every price and size > 0.
 */
export function readFrame(text: string, receivedTime: number, listing: Listing): VenueMessage {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return bad('frame', 'not JSON')
  }
  if (!isRecord(frame)) return bad('frame', 'not a JSON object')
  const data = frame.data === undefined ? frame : frame.data
  if (!isRecord(data)) return bad('frame', 'data is not an object')
  switch (data.e) {
    case 'aggTrade':
      return readTrade('aggTrade', data, data.a, receivedTime, listing)
    case 'depthUpdate':
      return readDepth(data, receivedTime, listing)
    case 'markPriceUpdate':
      return readMarkPrice(data, receivedTime, listing)
    case 'forceOrder':
      return readForceOrder(data, receivedTime, listing)
    case 'trade':
      return readTrade('trade', data, data.t, receivedTime, listing)
    case 'kline':
      return readKline(data, receivedTime, listing)
    case 'bookTicker':
      return unused('bookTicker', 'not used: bookTicker (the depth stream carries the whole book)')
    case undefined:
      return isReply(data) ? readReply(data) : bad('frame', `no event type${kindOf(frame.stream)}`)
    default:
      return typeof data.e === 'string'
        ? unused('other', `not used: ${data.e.slice(0, MAX_NAME)}`)
        : bad('frame', 'event type is not text')
  }
}

/** What a combined frame's stream is about, without its symbol. */
function kindOf(stream: unknown): string {
  const at = typeof stream === 'string' ? stream.indexOf('@') : -1
  return typeof stream === 'string' && at > 0 ? ` on ${stream.slice(at, at + MAX_NAME)}` : ''
}

function readTrade(
  channel: 'aggTrade' | 'trade',
  data: TradeMessage,
  id: unknown,
  receivedTime: number,
  listing: Listing,
): VenueMessage {
  const instrument = find(data.s, listing)
  if (instrument === undefined) return unlisted(channel, data.s, 's')
  if (data.X !== undefined && data.X !== 'MARKET') return notFlow(channel, instrument, data.X)
  const exchangeTime = readTime(data.T)
  const tradeId = readSequence(id)
  const price = readDecimal(data.p)
  const contracts = readDecimal(data.q)
  if (!(exchangeTime > 0)) return badField(channel, 'T', instrument)
  if (!(tradeId >= 0)) return badField(channel, channel === 'trade' ? 't' : 'a', instrument)
  if (!(price > 0)) return badField(channel, 'p', instrument)
  if (!(contracts > 0)) return badField(channel, 'q', instrument)
  if (typeof data.m !== 'boolean') return badField(channel, 'm', instrument)
  const canonical = price / instrument.unitFactor
  const trade: Trade = {
    kind: 'trade',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    tradeId: idText(tradeId),
    price: canonical,
    size: baseSize(instrument, contracts, canonical),
    side: data.m ? 'sell' : 'buy',
  }
  return { kind: 'events', events: [trade] }
}

/** Contracts that moved between the venue's own accounts: nobody took liquidity, no position was opened at will. */
function notFlow(channel: string, instrument: Instrument, origin: unknown): VenueMessage {
  if (origin === 'INSURANCE_FUND') return unused(channel, 'not flow: insurance fund trade', instrument.symbol)
  if (origin === 'ADL') return unused(channel, 'not flow: auto-deleveraging trade', instrument.symbol)
  return badField(channel, 'X', instrument)
}

function readMarkPrice(data: MarkPriceMessage, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'markPriceUpdate'
  const instrument = find(data.s, listing)
  if (instrument === undefined) return unlisted(channel, data.s, 's')
  const exchangeTime = readTime(data.E)
  const price = readDecimal(data.p)
  if (!(exchangeTime > 0)) return badField(channel, 'E', instrument)
  if (!(price > 0)) return badField(channel, 'p', instrument)
  const indexPrice = data.i === undefined ? undefined : readDecimal(data.i)
  if (indexPrice !== undefined && !(indexPrice > 0)) return badField(channel, 'i', instrument)
  const factor = instrument.unitFactor
  // Two whole literals rather than a spread: one message a second and symbol, and the spread is half of the work.
  const markPrice: MarkPrice =
    indexPrice === undefined
      ? { kind: 'markPrice', instrument: instrument.id, exchangeTime, receivedTime, price: price / factor }
      : {
          kind: 'markPrice',
          instrument: instrument.id,
          exchangeTime,
          receivedTime,
          price: price / factor,
          indexPrice: indexPrice / factor,
        }
  // Dated contracts have no funding: the rate is absent or empty, or the next time is 0.
  if (data.r === undefined || data.r === '' || data.T === 0) return { kind: 'events', events: [markPrice] }
  const rate = readDecimal(data.r)
  const nextFundingTime = readTime(data.T)
  if (!(rate > -1 && rate < 1)) return badField(channel, 'r', instrument)
  if (!(nextFundingTime > 0)) return badField(channel, 'T', instrument)
  const funding: Funding = {
    kind: 'funding',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    rate,
    nextFundingTime,
  }
  return { kind: 'events', events: [markPrice, funding] }
}

/**
 * A forced order. The price is the average fill, what really traded; the order's limit, which Binance sets at the
 * position's bankruptcy price, is kept beside it because the trigger follows from it. Only the filled size counts: an
 * order that has not filled closed nothing yet.
 */
function readForceOrder(data: ForceOrderMessage, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'forceOrder'
  if (!isRecord(data.o)) return bad(channel, 'field o is not an object')
  const order: ForceOrder = data.o
  const instrument = find(order.s, listing)
  if (instrument === undefined) return unlisted(channel, order.s, 's')
  const exchangeTime = readTime(order.T)
  const limit = readDecimal(order.p)
  const average = readDecimal(order.ap)
  const contracts = readDecimal(order.z)
  if (!(exchangeTime > 0)) return badField(channel, 'T', instrument)
  if (order.S !== 'SELL' && order.S !== 'BUY') return badField(channel, 'S', instrument)
  if (!(limit > 0)) return badField(channel, 'p', instrument)
  if (!(average >= 0)) return badField(channel, 'ap', instrument)
  if (!(contracts >= 0)) return badField(channel, 'z', instrument)
  if (contracts === 0) return unused(channel, 'forced order without a fill', instrument.symbol)
  const bankruptcyPrice = limit / instrument.unitFactor
  const price = average > 0 ? average / instrument.unitFactor : bankruptcyPrice
  const liquidation: LiquidationOrder = {
    kind: 'liquidationOrder',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    positionSide: closedBy(order.S === 'SELL' ? 'sell' : 'buy'),
    price,
    priceKind: average > 0 ? 'average' : 'bankruptcy',
    bankruptcyPrice,
    size: baseSize(instrument, contracts, price),
  }
  return { kind: 'events', events: [liquidation] }
}

function readDepth(data: DepthMessage, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'depthUpdate'
  const instrument = find(data.s, listing)
  if (instrument === undefined) return unlisted(channel, data.s, 's')
  const exchangeTime = readTime(data.T)
  const firstId = readSequence(data.U)
  const lastId = readSequence(data.u)
  const previousLastId = readSequence(data.pu)
  const bids = readLevels(data.b)
  const asks = readLevels(data.a)
  if (!(exchangeTime > 0)) return badField(channel, 'T', instrument)
  if (!(firstId >= 0)) return badField(channel, 'U', instrument)
  if (!(lastId >= firstId)) return badField(channel, 'u', instrument)
  if (!(previousLastId >= 0)) return badField(channel, 'pu', instrument)
  if (bids === undefined) return badField(channel, 'b', instrument)
  if (asks === undefined) return badField(channel, 'a', instrument)
  const { symbol } = instrument
  return {
    kind: 'book',
    update: { symbol, exchangeTime, receivedTime, isSnapshot: false, lastId, previousLastId, bids, asks },
  }
}

/** A closed minute becomes a Bar; a running one would be a Bar that still changes. */
function readKline(data: KlineMessage, receivedTime: number, listing: Listing): VenueMessage {
  const channel = 'kline'
  const instrument = find(data.s, listing)
  if (instrument === undefined) return unlisted(channel, data.s, 's')
  if (!isRecord(data.k)) return badField(channel, 'k', instrument)
  const kline: Kline = data.k
  if (kline.x === false) return unused(channel, 'kline still open', instrument.symbol)
  if (kline.x !== true) return badField(channel, 'k.x', instrument)
  const bar = readBar(kline, receivedTime, instrument)
  return typeof bar === 'string' ? badField(channel, `k.${bar}`, instrument) : { kind: 'events', events: [bar] }
}

/** The bar of a kline, streamed or fetched, or the name of the first field that is wrong. */
export function readBar(kline: Kline, receivedTime: number, instrument: Instrument): Bar | string {
  const exchangeTime = readTime(kline.t)
  const closeTime = readTime(kline.T)
  const open = readDecimal(kline.o)
  const high = readDecimal(kline.h)
  const low = readDecimal(kline.l)
  const close = readDecimal(kline.c)
  const volume = readDecimal(kline.v)
  const takerBuyVolume = readDecimal(kline.V)
  if (!(exchangeTime > 0)) return 't'
  if (!(closeTime > exchangeTime)) return 'T'
  if (!(low > 0)) return 'l'
  if (!(open >= low)) return 'o'
  if (!(close >= low)) return 'c'
  if (!(high >= open && high >= close)) return 'h'
  if (!(volume >= 0)) return 'v'
  if (!(takerBuyVolume >= 0 && takerBuyVolume <= volume)) return 'V'
  const factor = instrument.unitFactor
  return {
    kind: 'bar',
    instrument: instrument.id,
    exchangeTime,
    receivedTime,
    intervalMs: closeTime + 1 - exchangeTime,
    open: open / factor,
    high: high / factor,
    low: low / factor,
    close: close / factor,
    volume: baseSize(instrument, volume, close / factor),
    takerBuyVolume: baseSize(instrument, takerBuyVolume, close / factor),
  }
}

function isReply(data: ReplyMessage): boolean {
  return data.id !== undefined || data.error !== undefined || data.code !== undefined
}

function readReply(data: ReplyMessage): VenueMessage {
  const id = readSequence(data.id)
  const error = isRecord(data.error) ? data.error : data
  const problem =
    error.code === undefined && data.error === undefined
      ? undefined
      : `${shown(error.code)} ${typeof error.msg === 'string' ? error.msg.slice(0, 200) : ''}`.trim()
  if (!(id >= 0)) return bad('reply', problem === undefined ? 'field id is missing or wrong' : `refused: ${problem}`)
  return problem === undefined ? { kind: 'reply', id: String(id) } : { kind: 'reply', id: String(id), problem }
}

function find(symbol: unknown, listing: Listing): Instrument | undefined {
  return typeof symbol === 'string' ? listing.get(symbol) : undefined
}
