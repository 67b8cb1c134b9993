import { describe, expect, it } from 'vitest'
import { fixtureFile, withPart } from '../../test/fixture-file.ts'
import { readFrame } from './parse.ts'
import { readCandles, readFundingHistory, readInstruments, readMarginSchedule, readTrades } from './rest-parse.ts'
import { requests, streamsOf } from './subscribe.ts'

const MESSAGES = fixtureFile(new URL('./fixtures/messages.json', import.meta.url))
const REST = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
const RECEIVED = 1_790_000_000_150
const LISTING = new Map(
  [
    ...readInstruments(REST.body('contracts'), 'bitget', 'usdt-futures').rows,
    ...readInstruments(REST.body('coinContracts'), 'bitget', 'coin-futures').rows,
  ].map((instrument) => [instrument.symbol, instrument]),
)
const BTC = LISTING.get('BTCUSDT')!
const INVERSE = LISTING.get('BTCUSD')!

const read = (value: unknown) => readFrame(JSON.stringify(value), RECEIVED, LISTING)
function events(value: unknown) {
  const message = read(value)
  return message.kind === 'events' ? message.events : message
}

describe('a Bitget frame becomes', () => {
  it('trades with ids beyond 2^53 as they came', () => {
    expect(events(MESSAGES.payload('trades'))).toEqual([
      {
        kind: 'trade',
        instrument: 'bitget:BTCUSDT',
        exchangeTime: 1_790_000_000_100,
        receivedTime: RECEIVED,
        tradeId: '1432912492051054592',
        price: 64_250.1,
        size: 0.25,
        side: 'sell',
      },
      expect.objectContaining({ tradeId: '1432912492051054594', side: 'buy', size: 0.01 }),
    ])
  })

  it('BONK from 1000BONK, and base units of a coin-margined trade as they came', () => {
    expect(events(MESSAGES.payload('tradeOfThousands'))).toMatchObject([{ price: 0.0102 / 1000, size: 5_000_000 }])
    expect(events(MESSAGES.payload('inverseTrade'))).toMatchObject([{ instrument: 'bitget:BTCUSD', size: 0.5 }])
  })

  it('mark price, one-sided open interest in base and funding of a ticker', () => {
    const clocks = { instrument: 'bitget:BTCUSDT', exchangeTime: 1_790_000_001_084, receivedTime: RECEIVED }
    expect(events(MESSAGES.payload('ticker'))).toEqual([
      { kind: 'markPrice', ...clocks, price: 64_251.4, indexPrice: 64_255.2381686 },
      { kind: 'openInterest', ...clocks, size: 29_539.3825 },
      { kind: 'funding', ...clocks, rate: -0.00003, nextFundingTime: 1_790_006_400_000 },
    ])
    expect(events(MESSAGES.payload('inverseTicker'))).toMatchObject([{}, { kind: 'openInterest', size: 1_250.5 }, {}])
  })

  it('a ticker without funding: absent, not zero', () => {
    expect(events(MESSAGES.payload('datedTicker'))).toMatchObject([{ kind: 'markPrice' }, { kind: 'openInterest' }])
    const wrong = read(withPart(MESSAGES.body('ticker'), ['data', 0, 'fundingRate'], ''))
    expect(wrong).toMatchObject({
      events: [{ kind: 'markPrice' }, { kind: 'openInterest' }],
      refused: [{ reason: 'field fundingRate is missing or wrong' }],
    })
  })

  it('forced orders: the side is the POSITION, the amount is quote currency', () => {
    expect(events(MESSAGES.payload('liquidations'))).toEqual([
      {
        kind: 'liquidationOrder',
        instrument: 'bitget:BTCUSDT',
        exchangeTime: 1_790_000_002_100,
        receivedTime: RECEIVED,
        positionSide: 'long',
        price: 64_000,
        priceKind: 'bankruptcy',
        bankruptcyPrice: 64_000,
        size: 0.25, // 16_000 / 64_000
      },
      expect.objectContaining({ positionSide: 'short', size: 650.005 / 65_000.5 }),
    ])
  })

  it('a whole book, and a change that follows the one before', () => {
    const update = { symbol: 'BTCUSDT', receivedTime: RECEIVED }
    expect(read(MESSAGES.payload('bookSnapshot'))).toEqual({
      kind: 'book',
      update: {
        ...update,
        exchangeTime: 1_790_000_000_200,
        isSnapshot: true,
        lastId: 483_814_309_734,
        previousLastId: 0,
        bids: [64_250.1, 2.8986],
        asks: [64_250.2, 4.2465, 64_250.3, 0.0001],
      },
    })
    expect(read(MESSAGES.payload('bookUpdate'))).toMatchObject({
      update: { isSnapshot: false, lastId: 483_814_309_800, previousLastId: 483_814_309_734, asks: [64_250.2, 0] },
    })
  })

  it('a coin-margined book in USD, as its instrument counts contracts', () => {
    // 2 BTC at 64_000 are 128_000 contracts of one USD; 0.5 at 64_001 are 32_000.5
    expect(read(MESSAGES.payload('inverseBook'))).toMatchObject({
      update: { bids: [64_000, 128_000], asks: [64_001, 32_000.5] },
    })
  })

  it('an answer that names its stream', () => {
    expect(read(MESSAGES.payload('acknowledgement'))).toEqual({ kind: 'reply', stream: 'usdt-futures/books/BTCUSDT' })
    expect(read(MESSAGES.payload('liquidationAcknowledgement'))).toEqual({
      kind: 'reply',
      stream: 'usdt-futures/liquidation',
    })
    expect(read(MESSAGES.payload('refusal'))).toMatchObject({
      kind: 'reply',
      stream: 'usdt-futures/books/NOPEUSDT',
      problem: expect.stringContaining('30001 instType:usdt-futures,topic:books'),
    })
    expect(read(MESSAGES.payload('unsubscription'))).toEqual({ kind: 'alive' })
    expect(readFrame('pong', RECEIVED, LISTING)).toEqual({ kind: 'alive' })
  })
})

it.each([
  ['tradesBefore', 'trades from before the subscription'],
  ['inverseLiquidation', 'the unit of a coin-margined amount is not documented'],
  ['best', 'not used: books1 (books carries the whole book)'],
  ['candle', 'not used: kline'],
  ['classicTrade', "not used: the v2 socket's trade (the feed listens to v3)"],
  ['classicAcknowledgement', 'not used: an answer of the v2 socket (the feed listens to v3)'],
])('%s is left out: %s', (name, reason) => {
  expect(read(MESSAGES.payload(name))).toMatchObject({ kind: 'unused', reason })
})

it.each([
  ['inverseTrade', ['arg', 'symbol'], 'NOPEUSDT', 'not a followed perpetual: NOPEUSDT'],
  ['inverseTrade', ['arg', 'symbol'], undefined, 'field symbol is missing or wrong'],
  ['inverseTrade', ['arg'], null, 'field arg is missing or wrong'],
  ['inverseTrade', ['arg', 'topic'], 4, 'no topic'],
  ['inverseTrade', ['data'], {}, 'field data is missing or wrong'],
  ['inverseTrade', ['data', 0], null, 'field data is missing or wrong'],
  ['inverseTrade', ['data', 0, 'i'], 1432912492051, 'field i is missing or wrong'],
  ['inverseTrade', ['data', 0, 'p'], '0', 'field p is missing or wrong'],
  ['inverseTrade', ['data', 0, 'v'], '-1', 'field v is missing or wrong'],
  ['inverseTrade', ['data', 0, 'S'], 'Buy', 'field S is missing or wrong'],
  ['inverseTrade', ['data', 0, 'T'], 1_790_000_000_100, 'field T is missing or wrong'],
  ['inverseTrade', ['data', 0, 'T'], '1790000000', 'field T is missing or wrong'],
  ['ticker', ['ts'], '1790000001084', 'field ts is missing or wrong'],
  ['ticker', ['data', 0, 'markPrice'], '', 'field markPrice is missing or wrong'],
  ['ticker', ['data', 0, 'indexPrice'], 'x', 'field indexPrice is missing or wrong'],
  ['ticker', ['data', 0, 'openInterest'], undefined, 'field openInterest is missing or wrong'],
  ['inverseBook', ['action'], 'partial', 'field action is missing or wrong'],
  ['inverseBook', ['data', 0, 'seq'], '1', 'field seq is missing or wrong'],
  ['inverseBook', ['data', 0, 'pseq'], -1, 'field pseq is missing or wrong'],
  ['inverseBook', ['data', 0, 'ts'], '', 'field ts is missing or wrong'],
  ['inverseBook', ['data', 0, 'b'], [['64000']], 'field b is missing or wrong'],
  ['inverseBook', ['data', 0, 'a'], null, 'field a is missing or wrong'],
  ['inverseLiquidation', ['data', 0], 'x', 'an order is not an object'],
  ['inverseLiquidation', ['data', 0, 'symbol'], 'APEUSDT', 'not a followed perpetual: APEUSDT'],
  ['refusalOfAll', ['msg'], 'op type error', 'refused: 30003 op type error'],
])('%s with %j = %j is refused: %s', (name, path, replacement, reason) => {
  expect(read(withPart(MESSAGES.body(name), path, replacement))).toMatchObject({ reason })
})

it.each([
  ['side', 'long'],
  ['price', '0'],
  ['amount', ''],
  ['ts', 1_790_000_002_100],
])('a forced order with a wrong %s (%j) is refused, the other of its frame is not lost', (field, replacement) => {
  expect(read(withPart(MESSAGES.body('liquidations'), ['data', 0, field], replacement))).toMatchObject({
    events: [{ positionSide: 'short' }],
    refused: [{ kind: 'bad', symbol: 'BTCUSDT', reason: `field ${field} is missing or wrong` }],
  })
})

describe('an answer of the REST API becomes', () => {
  it('the perpetuals that trade, linear and inverse', () => {
    const { rows, refused } = readInstruments(REST.body('contracts'), 'bitget', 'usdt-futures')
    expect(rows).toEqual([
      {
        id: 'bitget:BTCUSDT',
        venue: 'bitget',
        symbol: 'BTCUSDT',
        base: 'BTC',
        quote: 'USDT',
        settle: 'USDT',
        kind: 'linear',
        contractSize: 1,
        unitFactor: 1,
        tickSize: 0.1,
        simulated: false,
      },
      expect.objectContaining({ base: 'BONK', unitFactor: 1000, tickSize: 5e-6 / 1000 }),
    ])
    expect(refused.map(({ reason }) => reason)).toEqual(['not trading: off', 'not a perpetual: delivery'])
    expect(INVERSE).toMatchObject({ kind: 'inverse', quote: 'USD', settle: 'BTC' })
    expect(readInstruments(REST.body('problem'), 'bitget', 'usdt-futures').refused).toMatchObject([
      { reason: 'the venue says 40034: Parameter NOPEUSDT does not exist' },
    ])
  })

  it('minutes, coin-margined ones in base units too', () => {
    const { rows, refused } = readCandles(REST.body('candles'), BTC)
    expect(rows).toMatchObject([
      { exchangeTime: 1_789_999_980_000, open: 64_240, high: 64_260, low: 64_235.5, close: 64_250.1, volume: 81.5 },
    ])
    expect(refused.map(({ reason }) => reason)).toEqual([
      'candle: high is missing or wrong',
      'candle: time is missing or wrong',
    ])
    expect(readCandles(REST.body('candles'), INVERSE).rows[0]?.volume).toBeCloseTo(81.5, 9)
  })

  it('trades with the same ids, sizes and times as the stream', () => {
    const streamed = [events(MESSAGES.payload('trades'))].flat()
    expect(readTrades(REST.body('fills'), BTC).rows.toReversed()).toEqual(
      streamed.map((event) => ('exchangeTime' in event ? { ...event, receivedTime: event.exchangeTime } : event)),
    )
  })

  it('funding and tiers', () => {
    const funding = readFundingHistory(REST.body('funding'), BTC)
    expect(funding.rows).toMatchObject([{ exchangeTime: 1_789_977_600_000, rate: 0.0001 }])
    expect(funding.refused).toMatchObject([{ reason: 'field fundingRate is missing or wrong' }])
    expect(readMarginSchedule(REST.body('tiers'), BTC, 5).rows).toEqual([
      {
        tiers: [
          { notionalFloor: 0, notionalCap: 50_000, maxLeverage: 125, maintenanceRate: 0.004, deduction: 0 },
          // 50_000 * (0.005 - 0.004) = 50
          { notionalFloor: 50_000, notionalCap: 200_000, maxLeverage: 100, maintenanceRate: 0.005, deduction: 50 },
        ],
        validFrom: 5,
        source: 'Bitget query-position-lever',
      },
    ])
    const hole = withPart(REST.body('tiers'), ['data', 0, 'startUnit'], '60000')
    expect(readMarginSchedule(hole, BTC, 5).refused).toMatchObject([
      { reason: 'tier 2: does not begin where the one before ends' },
    ])
  })
})

it('asks for many streams in one message, and for the forced orders of a product once', () => {
  const names = [
    ...new Set(
      [BTC, LISTING.get('1000BONKUSDT')!].flatMap((instrument) => streamsOf(instrument)).map(({ name }) => name),
    ),
  ]
  const [request, ...rest] = requests('subscribe', names)
  expect(rest).toEqual([])
  expect(JSON.parse(request?.text ?? '')).toEqual({
    op: 'subscribe',
    args: [
      { instType: 'usdt-futures', topic: 'publicTrade', symbol: 'BTCUSDT' },
      { instType: 'usdt-futures', topic: 'ticker', symbol: 'BTCUSDT' },
      { instType: 'usdt-futures', topic: 'liquidation' },
      { instType: 'usdt-futures', topic: 'books', symbol: 'BTCUSDT' },
      { instType: 'usdt-futures', topic: 'publicTrade', symbol: '1000BONKUSDT' },
      { instType: 'usdt-futures', topic: 'ticker', symbol: '1000BONKUSDT' },
      { instType: 'usdt-futures', topic: 'books', symbol: '1000BONKUSDT' },
    ],
  })
  const many = Array.from({ length: 100 }, (_, i) => `usdt-futures/publicTrade/LONGSYMBOL${i}USDT`)
  expect(requests('subscribe', many).map(({ names: some }) => some.length)).toEqual([40, 40, 20])
  for (const { text } of requests('subscribe', many)) expect(text.length).toBeLessThan(4_096)
})
