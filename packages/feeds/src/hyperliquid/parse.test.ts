import type { Instrument } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { fixtureFile, withPart } from '../../test/fixture-file.ts'
import { openHyperliquidReader } from './parse.ts'
import { readCandles, readFundingHistory, readInstruments, readMarginSchedule } from './rest-parse.ts'

const MESSAGES = fixtureFile(new URL('./fixtures/messages.json', import.meta.url))
const INFO = fixtureFile(new URL('./fixtures/info.json', import.meta.url))
const RECEIVED = 1_790_000_000_650
const LISTING = new Map(
  readInstruments(INFO.body('metaAndAssetCtxs'), 'hyperliquid').rows.map((instrument) => [
    instrument.symbol,
    instrument,
  ]),
)

const read = (value: unknown) => openHyperliquidReader()(JSON.stringify(value), RECEIVED, LISTING)
function events(value: unknown) {
  const message = read(value)
  return message.kind === 'events' ? message.events : message
}
function listed(symbol: string): Instrument {
  return LISTING.get(symbol)!
}

describe('a Hyperliquid frame becomes', () => {
  it('trades: side A sold into a bid, B bought from an ask', () => {
    expect(events(MESSAGES.payload('trades'))).toEqual([
      {
        kind: 'trade',
        instrument: 'hyperliquid:BTC',
        exchangeTime: 1_790_000_000_100,
        receivedTime: RECEIVED,
        tradeId: '1016375172059570',
        price: 64_250,
        size: 0.25,
        side: 'sell',
      },
      expect.objectContaining({ tradeId: '479312521152049', price: 64_251, size: 1.5, side: 'buy' }),
    ])
  })

  it('PEPE from kPEPE: price / 1000, size * 1000, the same notional', () => {
    const [trade] = [events(MESSAGES.payload('tradeOfThousands'))].flat()
    // 0.0102 USD per thousand; 5_000 thousands = 5_000_000 PEPE; notional 51 USD both ways
    expect(trade).toMatchObject({ instrument: 'hyperliquid:kPEPE', price: 0.0102 / 1000, size: 5_000_000 })
    expect(events(MESSAGES.payload('contextOfThousands'))).toMatchObject([
      { kind: 'markPrice', price: 0.0102 / 1000, indexPrice: 0.010195 / 1000 },
      { kind: 'openInterest', size: 2_000_000_000 },
      { kind: 'funding', rate: -0.00002 },
    ])
  })

  it('mark price with the oracle beside it, one-sided open interest in base, and the funding of the running hour', () => {
    const clocks = { instrument: 'hyperliquid:BTC', exchangeTime: RECEIVED, receivedTime: RECEIVED }
    expect(events(MESSAGES.payload('context'))).toEqual([
      { kind: 'markPrice', ...clocks, price: 64_251.5, indexPrice: 64_248 },
      { kind: 'openInterest', ...clocks, size: 31_250.5 },
      // 1_790_000_000_650 lies in the hour that ends at 1_790_002_800_000
      { kind: 'funding', ...clocks, rate: 0.0000125, nextFundingTime: 1_790_002_800_000 },
    ])
  })

  it('a context stamped with the exchange clock, as far as the books of the connection tell it', () => {
    const reader = openHyperliquidReader()
    reader(JSON.stringify(MESSAGES.payload('book')), RECEIVED, LISTING)
    // The book of ...200 arrived at ...650: our clock is 450 ms ahead, network included.
    const message = reader(JSON.stringify(MESSAGES.payload('context')), RECEIVED + 1_000, LISTING)
    expect(message.kind === 'events' && message.events[0]).toMatchObject({
      exchangeTime: RECEIVED + 1_000 - 450,
      receivedTime: RECEIVED + 1_000,
    })
  })

  it('a whole book that replaces the one before', () => {
    expect(read(MESSAGES.payload('book'))).toEqual({
      kind: 'book',
      update: {
        symbol: 'BTC',
        exchangeTime: 1_790_000_000_200,
        receivedTime: RECEIVED,
        isSnapshot: true,
        lastId: 1_790_000_000_200,
        previousLastId: 1_790_000_000_200,
        bids: [64_250, 2.5, 64_249, 0.5],
        asks: [64_251, 1.1],
      },
    })
    expect(read(MESSAGES.payload('emptyBook'))).toMatchObject({ kind: 'book', update: { bids: [], asks: [] } })
  })

  it('an answer that names its stream, also when the venue says it in an error', () => {
    expect(read(MESSAGES.payload('acknowledgement'))).toEqual({ kind: 'reply', stream: 'trades:BTC' })
    expect(read(MESSAGES.payload('userAcknowledgement'))).toEqual({
      kind: 'reply',
      stream: 'userFills:0x00000000000000000000000000000000000000b1',
    })
    expect(read(MESSAGES.payload('refusal'))).toEqual({
      kind: 'reply',
      stream: 'trades:NOPE',
      problem: 'Invalid subscription {"type":"trades","coin":"NOPE"}',
    })
    expect(read(MESSAGES.payload('alreadySubscribed'))).toEqual({ kind: 'reply', stream: 'trades:BTC' })
    for (const name of ['pong', 'unsubscription']) expect(read(MESSAGES.payload(name))).toEqual({ kind: 'alive' })
  })
})

it.each([
  ['spotContext', 'not used: a spot market'],
  ['bbo', 'not used: bbo (l2Book carries twenty levels)'],
  ['candle', 'not used: candle'],
])('%s is left out: %s', (name, reason) => {
  expect(read(MESSAGES.payload(name))).toMatchObject({ kind: 'unused', reason })
})

it('a bad trade of a frame is refused, the others of the same frame are not lost', () => {
  const message = read(withPart(MESSAGES.body('trades'), ['data', 0, 'px'], '0'))
  expect(message).toMatchObject({
    kind: 'events',
    events: [{ tradeId: '479312521152049' }],
    refused: [{ kind: 'bad', channel: 'trades', symbol: 'BTC', reason: 'field px is missing or wrong' }],
  })
})

it.each([
  ['tradeOfThousands', ['data', 0, 'coin'], 'NOPE', 'not a followed perpetual: NOPE'],
  ['tradeOfThousands', ['data', 0, 'coin'], '__proto__', 'not a followed perpetual: __proto__'],
  ['tradeOfThousands', ['data', 0, 'coin'], 7, 'field coin is missing or wrong'],
  ['tradeOfThousands', ['data', 0, 'sz'], '-1', 'field sz is missing or wrong'],
  ['tradeOfThousands', ['data', 0, 'px'], 64_250, 'field px is missing or wrong'],
  ['tradeOfThousands', ['data', 0, 'time'], 1_790_000_000, 'field time is missing or wrong'],
  ['tradeOfThousands', ['data', 0, 'tid'], 2 ** 53, 'field tid is missing or wrong'],
  ['tradeOfThousands', ['data', 0, 'side'], 'Buy', 'field side is missing or wrong'],
  ['tradeOfThousands', ['data', 0], null, 'a trade is not an object'],
  ['tradeOfThousands', ['data'], { length: 3 }, 'data is not a list of trades'],
  ['context', ['data', 'ctx', 'markPx'], '', 'field markPx is missing or wrong'],
  ['context', ['data', 'ctx', 'oraclePx'], '0', 'field oraclePx is missing or wrong'],
  ['context', ['data', 'ctx', 'openInterest'], undefined, 'field openInterest is missing or wrong'],
  ['context', ['data', 'ctx', 'funding'], '1.5', 'field funding is missing or wrong'],
  ['context', ['data', 'ctx'], null, 'field ctx is missing or wrong'],
  ['context', ['data'], null, 'data is not an object'],
  ['book', ['data', 'time'], '1790000000200', 'field time is missing or wrong'],
  ['book', ['data', 'levels'], [[]], 'field levels is missing or wrong'],
  ['book', ['data', 'levels', 0, 0, 'sz'], '0', 'field levels is missing or wrong'],
  ['acknowledgement', ['data', 'subscription'], { type: 'trades' }, 'field subscription is missing or wrong'],
  ['refusal', ['data'], 'Too many', 'the venue says: Too many'],
])('%s with %j = %j is refused: %s', (name, path, replacement, reason) => {
  expect(read(withPart(MESSAGES.body(name), path, replacement))).toMatchObject({ reason })
})

it.each([
  ['{"channel":', 'not JSON'],
  ['[]', 'not a JSON object'],
  ['{}', 'no channel'],
])('%s is refused: %s', (text, reason) => {
  expect(openHyperliquidReader()(text, RECEIVED, LISTING)).toMatchObject({ kind: 'bad', reason })
})

describe('an answer of /info becomes', () => {
  it('the perpetuals that trade, by the thousand where the venue counts so', () => {
    const { rows, refused } = readInstruments(INFO.body('metaAndAssetCtxs'), 'hyperliquid')
    expect(rows[0]).toEqual({
      id: 'hyperliquid:BTC',
      venue: 'hyperliquid',
      symbol: 'BTC',
      base: 'BTC',
      quote: 'USDC',
      settle: 'USDC',
      kind: 'linear',
      contractSize: 1,
      unitFactor: 1,
      tickSize: 1, // five digits at 64,251; its decimals would allow 0.1
      simulated: false,
    })
    expect(rows[1]).toMatchObject({ symbol: 'kPEPE', base: 'PEPE', unitFactor: 1000 })
    expect(rows[1]?.tickSize).toBeCloseTo(1e-6 / 1000, 15) // 0.010200: five digits, 1e-6
    expect(rows[2]).toMatchObject({ symbol: 'SOL', tickSize: 0.01 }) // 141.25: five digits; four decimals allowed
    expect(refused.map(({ reason }) => reason)).toEqual(['delisted: MATIC', 'field szDecimals is missing or wrong'])
  })

  it('tiers with m = 1 / (2 x maxLeverage) and a margin that does not jump at their edge', () => {
    const [schedule] = readMarginSchedule(INFO.body('metaAndAssetCtxs'), listed('BTC'), 1).rows
    expect(schedule?.tiers).toEqual([
      { notionalFloor: 0, notionalCap: 150e6, maxLeverage: 40, maintenanceRate: 0.0125, deduction: 0 },
      // 150e6 * (0.025 - 0.0125) = 1_875_000
      {
        notionalFloor: 150e6,
        notionalCap: Number.POSITIVE_INFINITY,
        maxLeverage: 20,
        maintenanceRate: 0.025,
        deduction: 1_875_000,
      },
    ])
    // A table number below 50 is the leverage of its one tier.
    expect(readMarginSchedule(INFO.body('metaAndAssetCtxs'), listed('SOL'), 1).rows[0]?.tiers).toMatchObject([
      { notionalFloor: 0, maxLeverage: 20, maintenanceRate: 0.025 },
    ])
  })

  it('minutes, and nothing else', () => {
    const { rows, refused } = readCandles(INFO.body('candleSnapshot'), listed('BTC'))
    expect(rows).toEqual([
      {
        kind: 'bar',
        instrument: 'hyperliquid:BTC',
        exchangeTime: 1_789_999_980_000,
        receivedTime: 1_789_999_980_000,
        intervalMs: 60_000,
        open: 64_240,
        high: 64_260,
        low: 64_235,
        close: 64_250,
        volume: 81.5,
      },
    ])
    expect(refused.map(({ reason }) => reason)).toEqual(['candle: high is missing or wrong', 'not a minute'])
  })

  it('funding that was paid', () => {
    const { rows, refused } = readFundingHistory(INFO.body('fundingHistory'), listed('BTC'))
    expect(rows).toMatchObject([{ kind: 'funding', rate: 0.0000125, exchangeTime: 1_789_999_200_017 }])
    expect(refused).toMatchObject([{ reason: 'not what was asked: ETH' }])
  })
})
