import { baseSize, closedBy, type LiquidationOrder } from '@liqscope/market'
import { bad, badField, type Listing, type RefusedPart, unlisted, unused } from '../../venue/message.ts'
import { isRecord, readDecimal, readSequence, readTime } from '../../wire-values.ts'
import type { Envelope, FillRow, TradeRow } from '../messages.ts'

/** An account that took part in a trade, and the trade's size, USD. */
export interface Trader {
  readonly address: string
  readonly notional: number
}

/** A forced order that a fill of a tracked account told, with the match's number: the same match is told once. */
export interface ForcedFill {
  readonly tradeId: number
  /** Who was liquidated. */
  readonly account: string
  readonly order: LiquidationOrder
}

/** What one frame of the truth's own connection said. */
export interface TruthFrame {
  readonly traders: readonly Trader[]
  readonly fills: readonly ForcedFill[]
  /** Whose fills these are, when they are what happened before the subscription. */
  readonly historyOf?: string
  readonly refused: readonly RefusedPart[]
}

const MAX_ROWS = 5_000
const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** Addresses are written in either case; ours in lower. Undefined when it is none. */
export function readAddress(value: unknown): string | undefined {
  return typeof value === 'string' && ADDRESS.test(value) ? value.toLowerCase() : undefined
}

/** Reads `trades` for who traded and `userFills` for who was liquidated. Never throws, reads no clock. */
export function readTruthFrame(text: string, receivedTime: number, listing: Listing): TruthFrame {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return refused(bad('frame', 'not JSON'))
  }
  if (!isRecord(frame)) return refused(bad('frame', 'not a JSON object'))
  const { channel, data }: Envelope = frame
  if (channel === 'trades') return readTraders(data)
  if (channel === 'userFills') return readFills(data, receivedTime, listing)
  return NOTHING
}

const NOTHING: TruthFrame = { traders: [], fills: [], refused: [] }

function refused(...parts: readonly RefusedPart[]): TruthFrame {
  return { ...NOTHING, refused: parts }
}

function readTraders(data: unknown): TruthFrame {
  if (!Array.isArray(data) || data.length > MAX_ROWS) return refused(bad('trades', 'data is not a list of trades'))
  const traders: Trader[] = []
  for (const row of data) {
    const trade: TradeRow = isRecord(row) ? row : {}
    const notional = readDecimal(trade.px) * readDecimal(trade.sz)
    if (!(notional > 0) || !Array.isArray(trade.users)) continue
    for (const user of trade.users.slice(0, 2)) {
      const address = readAddress(user)
      if (address !== undefined) traders.push({ address, notional })
    }
  }
  return { ...NOTHING, traders }
}

function readFills(data: unknown, receivedTime: number, listing: Listing): TruthFrame {
  const channel = 'userFills'
  if (!isRecord(data) || !Array.isArray(data.fills) || data.fills.length > MAX_ROWS)
    return refused(bad(channel, 'data is not a list of fills'))
  const user = readAddress(data.user)
  if (user === undefined) return refused(bad(channel, 'field user is missing or wrong'))
  const fills: ForcedFill[] = []
  const parts: RefusedPart[] = []
  for (const row of data.fills) {
    const fill = readFill(row, user, receivedTime, listing)
    if (fill === undefined) continue
    if ('order' in fill) fills.push(fill)
    else parts.push(fill)
  }
  return { traders: [], fills, refused: parts, ...(data.isSnapshot === true ? { historyOf: user } : {}) }
}

/** Undefined: a fill like any other. The other side of a forced one is told by the fills of who was liquidated. */
function readFill(
  row: unknown,
  user: string,
  receivedTime: number,
  listing: Listing,
): ForcedFill | RefusedPart | undefined {
  const channel = 'userFills'
  if (!isRecord(row)) return bad(channel, 'a fill is not an object')
  const fill: FillRow = row
  const { liquidation } = fill
  if (liquidation === undefined || liquidation === null) return undefined
  if (!isRecord(liquidation)) return bad(channel, 'field liquidation is missing or wrong')
  const liquidated = readAddress(liquidation.liquidatedUser)
  if (liquidated === undefined) return bad(channel, 'field liquidatedUser is missing or wrong')
  if (liquidated !== user) return unused(channel, "the counterparty's leg of a forced order")
  const instrument = typeof fill.coin === 'string' ? listing.get(fill.coin) : undefined
  if (instrument === undefined) return unlisted(channel, fill.coin, 'coin')
  const exchangeTime = readTime(fill.time)
  const tradeId = readSequence(fill.tid)
  const price = readDecimal(fill.px) / instrument.unitFactor
  const contracts = readDecimal(fill.sz)
  if (!(exchangeTime > 0)) return badField(channel, 'time', instrument)
  if (!(tradeId >= 0)) return badField(channel, 'tid', instrument)
  if (!(price > 0)) return badField(channel, 'px', instrument)
  if (!(contracts > 0)) return badField(channel, 'sz', instrument)
  if (fill.side !== 'A' && fill.side !== 'B') return badField(channel, 'side', instrument)
  return {
    tradeId,
    account: user,
    order: {
      kind: 'liquidationOrder',
      instrument: instrument.id,
      exchangeTime,
      receivedTime,
      positionSide: closedBy(fill.side === 'A' ? 'sell' : 'buy'),
      price,
      priceKind: 'average',
      size: baseSize(instrument, contracts, price),
    },
  }
}
