import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LISTING } from '../../test/instruments.ts'
import { isRecord } from '../wire-values.ts'
import { readFrame } from './parse.ts'

const FIXTURES: unknown = JSON.parse(readFileSync(new URL('./fixtures/messages.json', import.meta.url), 'utf8'))
const RECEIVED = 1_790_000_000_150

/** A native message of the fixtures, with some fields replaced. */
function message(name: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  const found = isRecord(FIXTURES) ? FIXTURES[name] : undefined
  if (!isRecord(found)) throw new Error(`no fixture ${name}`)
  return { ...found, ...change }
}

const parse = (value: unknown) => readFrame(JSON.stringify(value), RECEIVED, LISTING)

function eventsOf(value: unknown) {
  const parsed = parse(value)
  return parsed.kind === 'events' ? parsed.events : parsed
}

describe('readFrame maps', () => {
  it('an aggregate trade; m says that the buyer was the maker, so the aggressor sold', () => {
    expect(eventsOf(message('aggTrade'))).toEqual([
      {
        kind: 'trade',
        instrument: 'binance:BTCUSDT',
        exchangeTime: 1_790_000_000_100,
        receivedTime: RECEIVED,
        tradeId: '3100200301',
        price: 64_250.1,
        size: 0.25,
        side: 'sell',
      },
    ])
  })

  it('a combined frame like a raw one', () => {
    expect(parse({ stream: 'btcusdt@aggTrade', data: message('aggTrade') })).toEqual(parse(message('aggTrade')))
  })

  it('1000PEPE to PEPE: price / 1000, size * 1000, the same notional', () => {
    const [trade] = [eventsOf(message('aggTradeOfThousands'))].flat()
    // 0.0102 USDT per thousand = 0.0000102 per PEPE; 5_000 thousands = 5_000_000 PEPE; notional 51 USDT both ways
    expect(trade).toMatchObject({ price: 0.0102 / 1000, size: 5_000_000, side: 'buy' })
  })

  it('a single match like an aggregate one', () => {
    expect(eventsOf(message('trade'))).toMatchObject([{ kind: 'trade', tradeId: '6500105', side: 'buy', size: 1 }])
  })

  it('a mark price with the index price and the running funding rate', () => {
    expect(eventsOf(message('markPrice'))).toEqual([
      {
        kind: 'markPrice',
        instrument: 'binance:BTCUSDT',
        exchangeTime: 1_790_000_001_000,
        receivedTime: RECEIVED,
        price: 64_251.47,
        indexPrice: 64_255.2,
      },
      {
        kind: 'funding',
        instrument: 'binance:BTCUSDT',
        exchangeTime: 1_790_000_001_000,
        receivedTime: RECEIVED,
        rate: 0.000091,
        nextFundingTime: 1_790_006_400_000,
      },
    ])
  })

  it('a mark price without index or funding: absent, not zero', () => {
    expect(eventsOf(message('datedMarkPrice'))).toEqual([
      {
        kind: 'markPrice',
        instrument: 'binance:BTCUSDT',
        exchangeTime: 1_790_000_001_000,
        receivedTime: RECEIVED,
        price: 64_251.47,
      },
    ])
  })

  it('a forced sell as a closed long, at the average fill, with the bankruptcy price beside it', () => {
    expect(eventsOf(message('forceOrder'))).toEqual([
      {
        kind: 'liquidationOrder',
        instrument: 'binance:BTCUSDT',
        exchangeTime: 1_790_000_002_000,
        receivedTime: RECEIVED,
        positionSide: 'long',
        price: 64_180.5,
        priceKind: 'average',
        bankruptcyPrice: 63_990,
        size: 0.5,
      },
    ])
  })

  it('a forced buy that names no average as a closed short at the bankruptcy price, with the filled size only', () => {
    expect(eventsOf(message('forceOrderWithoutAverage'))).toMatchObject([
      { positionSide: 'short', price: 64_990, priceKind: 'bankruptcy', bankruptcyPrice: 64_990, size: 0.1 },
    ])
  })

  it('a closed minute to a bar that covers [open, open + 60 s)', () => {
    expect(eventsOf(message('closedKline'))).toEqual([
      {
        kind: 'bar',
        instrument: 'binance:BTCUSDT',
        exchangeTime: 1_789_999_980_000,
        receivedTime: RECEIVED,
        intervalMs: 60_000,
        open: 64_240,
        high: 64_260,
        low: 64_235.5,
        close: 64_250.1,
        volume: 81.5,
        takerBuyVolume: 40.25,
      },
    ])
  })

  it('a book change in the venue units, for the sequencer', () => {
    expect(parse(message('depth'))).toEqual({
      kind: 'book',
      update: {
        symbol: 'BTCUSDT',
        exchangeTime: 1_790_000_000_200,
        receivedTime: RECEIVED,
        isSnapshot: false,
        lastId: 900_000_000_109,
        previousLastId: 900_000_000_098,
        bids: [64_250, 2.5, 64_249.9, 0],
        asks: [64_250.1, 1.1],
      },
    })
  })

  it('the answers to requests', () => {
    expect(parse(message('acknowledgement'))).toEqual({ kind: 'reply', id: '7' })
    expect(parse(message('refusal'))).toEqual({ kind: 'reply', id: '8', problem: '2 Invalid request: unknown variant' })
  })
})

describe('readFrame leaves out, with a reason', () => {
  it.each([
    ['insuranceFundTrade', 'not flow: insurance fund trade'],
    ['autoDeleveragingTrade', 'not flow: auto-deleveraging trade'],
    ['unfilledForceOrder', 'forced order without a fill'],
    ['openKline', 'kline still open'],
    ['bookTicker', 'not used: bookTicker (the depth stream carries the whole book)'],
    ['ticker', 'not used: 24hrTicker'],
  ])('%s: %s', (name, reason) => {
    expect(parse(message(name))).toMatchObject({ kind: 'unused', reason })
  })

  it('a symbol that is not listed, on any channel', () => {
    for (const name of ['aggTrade', 'trade', 'markPrice', 'depth', 'closedKline'])
      expect(parse(message(name, { s: 'BTCUSD_PERP' }))).toMatchObject({
        kind: 'unused',
        reason: 'not a followed perpetual: BTCUSD_PERP',
      })
    expect(parse({ e: 'forceOrder', o: { s: '__proto__' } })).toMatchObject({
      kind: 'unused',
      reason: 'not a followed perpetual: __proto__',
    })
  })
})

describe('readFrame refuses', () => {
  it.each([
    ['aggTrade', { p: 'NaN' }, 'p'],
    ['aggTrade', { p: '0' }, 'p'],
    ['aggTrade', { p: 64_250.1 }, 'p'],
    ['aggTrade', { q: '-1' }, 'q'],
    ['aggTrade', { q: '1e999' }, 'q'],
    ['aggTrade', { T: 1_790_000_000 }, 'T'],
    ['aggTrade', { a: undefined }, 'a'],
    ['aggTrade', { a: 2 ** 53 }, 'a'],
    ['aggTrade', { m: 'true' }, 'm'],
    ['aggTrade', { X: 'OTHER' }, 'X'],
    ['trade', { t: 1.5 }, 't'],
    ['markPrice', { p: '' }, 'p'],
    ['markPrice', { i: '0' }, 'i'],
    ['markPrice', { r: '1.5' }, 'r'],
    ['markPrice', { T: -1 }, 'T'],
    ['markPrice', { E: null }, 'E'],
    ['depth', { b: [['1', 'x']] }, 'b'],
    ['depth', { a: [['1']] }, 'a'],
    ['depth', { a: { length: 1 } }, 'a'],
    ['depth', { u: 1 }, 'u'],
    ['depth', { U: 'x' }, 'U'],
    ['depth', { pu: null }, 'pu'],
    ['depth', { T: undefined }, 'T'],
    ['closedKline', { k: null }, 'k'],
  ])('%s with %j: field %s', (name, change, field) => {
    expect(parse(message(name, change))).toMatchObject({ kind: 'bad', reason: `field ${field} is missing or wrong` })
  })

  it.each([
    [{ S: 'LONG' }, 'S'],
    [{ p: '0' }, 'p'],
    [{ ap: '-1' }, 'ap'],
    [{ z: undefined }, 'z'],
    [{ T: 0 }, 'T'],
  ])('a forced order with %j', (change, field) => {
    const order = message('forceOrder').o
    const frame = { e: 'forceOrder', o: { ...(isRecord(order) ? order : {}), ...change } }
    expect(parse(frame)).toMatchObject({ kind: 'bad', reason: `field ${field} is missing or wrong` })
  })

  it.each([
    [{ x: 'yes' }, 'x'],
    [{ t: 0 }, 't'],
    [{ T: 1 }, 'T'],
    [{ l: '0' }, 'l'],
    [{ o: '1' }, 'o'],
    [{ c: '1' }, 'c'],
    [{ h: '64239' }, 'h'],
    [{ v: '' }, 'v'],
    [{ V: '99' }, 'V'],
  ])('a closed minute with %j', (change, field) => {
    const kline = message('closedKline').k
    const frame = message('closedKline', { k: { ...(isRecord(kline) ? kline : {}), ...change } })
    expect(parse(frame)).toMatchObject({ kind: 'bad', reason: `field k.${field} is missing or wrong` })
  })

  it.each([
    ['{"e":"aggTr', 'not JSON'],
    ['', 'not JSON'],
    ['[1]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{"data":5}', 'data is not an object'],
    ['{"e":5}', 'event type is not text'],
    ['{}', 'no event type'],
    ['{"result":null,"id":"x"}', 'field id is missing or wrong'],
    ['{"error":{"code":3,"msg":"bad"}}', 'refused: 3 bad'],
    ['{"e":"aggTrade","s":5}', 'field s is missing or wrong'],
    ['{"e":"forceOrder"}', 'field o is not an object'],
  ])('%s: %s', (text, reason) => {
    expect(readFrame(text, RECEIVED, LISTING)).toMatchObject({ kind: 'bad', reason })
  })
})
