import type { MarketEvent } from '@liqscope/market'
import { coverageOf } from '@liqscope/market'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixtureFile, withPart } from '../../../test/fixture-file.ts'
import { eventually, LoopbackVenue } from '../../../test/loopback-venue.ts'
import type { FeedError, VenueFeed } from '../../feed.ts'
import { openFeed } from '../../venues.ts'
import { isRecord } from '../../wire-values.ts'
import { readInstruments } from '../rest-parse.ts'
import { readTruthFrame } from './frames.ts'
import { readPositions } from './positions.ts'

const MESSAGES = fixtureFile(new URL('../fixtures/messages.json', import.meta.url))
const INFO = fixtureFile(new URL('../fixtures/info.json', import.meta.url))
const RECEIVED = 1_790_000_000_650
const INSTRUMENTS = readInstruments(INFO.body('metaAndAssetCtxs'), 'hyperliquid').rows
const LISTING = new Map(INSTRUMENTS.map((instrument) => [instrument.symbol, instrument]))
const LONG = '0x00000000000000000000000000000000000000b1'
const MAKER = '0x00000000000000000000000000000000000000a1'

const read = (value: unknown) => readTruthFrame(JSON.stringify(value), RECEIVED, LISTING)

describe('the positions of an account', () => {
  it('are read with their printed liquidation price, its absence and the margin mode', () => {
    const { rows, refused } = readPositions(INFO.body('clearinghouseState'), LONG, LISTING)
    expect(rows).toEqual([
      {
        instrument: 'hyperliquid:BTC',
        account: LONG,
        side: 'long',
        size: 1,
        notional: 64_251.5,
        entryPrice: 64_000,
        leverage: 40,
        marginMode: 'cross',
        seenTime: 1_790_000_000_300,
      },
      {
        instrument: 'hyperliquid:kPEPE',
        account: LONG,
        side: 'short',
        size: 9_803_921_000, // 9_803_921 thousands
        notional: 100_000,
        entryPrice: 0.01 / 1000,
        leverage: 10,
        marginMode: 'isolated',
        liquidationPrice: 0.010686 / 1000,
        seenTime: 1_790_000_000_300,
      },
    ])
    // ETH is not followed, and none of it is held.
    expect(refused).toEqual([])
  })

  it.each([
    [['assetPositions', 0, 'position', 'szi'], 'NaN', 'field szi is missing or wrong'],
    [['assetPositions', 0, 'position', 'entryPx'], null, 'field entryPx is missing or wrong'],
    [['assetPositions', 0, 'position', 'positionValue'], '-1', 'field positionValue is missing or wrong'],
    [['assetPositions', 0, 'position', 'liquidationPx'], 'x', 'field liquidationPx is missing or wrong'],
    [['assetPositions', 0, 'position', 'leverage'], 40, 'field leverage is missing or wrong'],
    [['assetPositions', 0, 'position', 'leverage', 'type'], 'x', 'field leverage.type is missing or wrong'],
    [['assetPositions', 0], null, 'empty answer'],
    [['time'], '1790000000300', 'field time is missing or wrong'],
    [['assetPositions'], undefined, 'empty answer'],
  ])('with %j = %j are refused: %s', (path, replacement, reason) => {
    const { refused } = readPositions(withPart(INFO.body('clearinghouseState'), path, replacement), LONG, LISTING)
    expect(refused[0]?.reason).toBe(reason)
  })

  it('cover their size over twice the open interest', () => {
    expect(coverageOf([{ size: 30 }, { size: 10 }], 100)).toBe(0.2) // 40 / (2 * 100)
    expect(coverageOf([{ size: 30 }], undefined)).toBeUndefined()
    expect(coverageOf([{ size: 30 }], 0)).toBeUndefined()
  })
})

describe('a frame of the truth', () => {
  it('names both users of each trade', () => {
    expect(read(MESSAGES.body('trades')).traders).toEqual([
      { address: LONG, notional: 64_250 * 0.25 },
      { address: MAKER, notional: 64_250 * 0.25 },
      { address: LONG.replace('b1', 'b2'), notional: 64_251 * 1.5 },
      { address: MAKER.replace('a1', 'a2'), notional: 64_251 * 1.5 },
    ])
    expect(read(withPart(MESSAGES.body('tradeOfThousands'), ['data', 0, 'users'], ['x', 7])).traders).toEqual([])
  })

  it('tells a forced order by the leg of who was liquidated: he sold, so a long was closed', () => {
    expect(read(MESSAGES.body('userFills')).fills).toEqual([
      {
        tradeId: 88,
        account: LONG,
        order: {
          kind: 'liquidationOrder',
          instrument: 'hyperliquid:BTC',
          exchangeTime: 1_790_000_003_000,
          receivedTime: RECEIVED,
          positionSide: 'long',
          price: 64_100,
          priceKind: 'average',
          size: 0.75,
        },
      },
    ])
  })

  it("leaves out the counterparty's leg, and fills that nobody forced", () => {
    const { fills, refused } = read(MESSAGES.body('counterpartyFills'))
    expect(fills).toEqual([])
    expect(refused).toMatchObject([{ kind: 'unused', reason: "the counterparty's leg of a forced order" }])
  })

  it('says whose past it is, by the thousand and in either case of the address', () => {
    expect(read(MESSAGES.body('fillsSnapshot'))).toMatchObject({
      historyOf: LONG,
      fills: [{ tradeId: 77, order: { positionSide: 'short', size: 900_000, price: 0.0101 / 1000 } }],
    })
  })

  it.each([
    [['data', 'user'], 'me', 'field user is missing or wrong'],
    [['data', 'fills'], {}, 'data is not a list of fills'],
    [['data', 'fills', 0], 1, 'a fill is not an object'],
    [['data', 'fills', 0, 'liquidation'], 'yes', 'field liquidation is missing or wrong'],
    [['data', 'fills', 0, 'liquidation', 'liquidatedUser'], '0x1', 'field liquidatedUser is missing or wrong'],
    [['data', 'fills', 0, 'coin'], 'NOPE', 'not a followed perpetual: NOPE'],
    [['data', 'fills', 0, 'px'], '0', 'field px is missing or wrong'],
    [['data', 'fills', 0, 'sz'], '', 'field sz is missing or wrong'],
    [['data', 'fills', 0, 'side'], 'S', 'field side is missing or wrong'],
    [['data', 'fills', 0, 'time'], 1, 'field time is missing or wrong'],
    [['data', 'fills', 0, 'tid'], '88', 'field tid is missing or wrong'],
  ])('with %j = %j is refused: %s', (path, replacement, reason) => {
    expect(read(withPart(MESSAGES.body('userFills'), path, replacement)).refused).toMatchObject([{ reason }])
  })
})

describe('a feed of Hyperliquid', () => {
  let venue: LoopbackVenue
  let feed: VenueFeed
  let events: MarketEvent[]
  let errors: FeedError[]

  beforeEach(async () => {
    venue = await LoopbackVenue.open()
    events = []
    errors = []
    venue.answer = ({ body }) => {
      if (!isRecord(body)) return undefined
      if (body.type === 'clearinghouseState')
        return body.user === LONG ? INFO.body('clearinghouseState') : { assetPositions: [], time: 1_790_000_000_300 }
      return typeof body.type === 'string' ? INFO.body(body.type) : undefined
    }
    venue.reply = (text) => {
      const request: unknown = JSON.parse(text)
      if (!isRecord(request) || request.method !== 'subscribe') return []
      return [
        JSON.stringify({
          channel: 'subscriptionResponse',
          data: { method: 'subscribe', subscription: request.subscription },
        }),
      ]
    }
  })
  afterEach(async () => {
    await feed.close()
    await venue.close()
  })

  function open(accounts: readonly string[] = []): VenueFeed {
    return openFeed('hyperliquid', {
      addresses: venue.addresses,
      accounts,
      listener: { onEvent: (event) => events.push(event), onError: (error) => errors.push(error), onStatus: () => {} },
    })
  }

  it('finds accounts by their trades, asks for their positions, and says what share it knows', async () => {
    feed = open()
    const [btc] = await feed.instruments()
    feed.subscribe(btc!)
    await eventually(() => venue.texts.filter(({ text }) => text.includes('"trades"')).length === 2)
    venue.send(MESSAGES.body('trades'))
    await eventually(() => feed.knownPositions?.('hyperliquid:BTC')?.positions.length === 1)
    const known = feed.knownPositions?.('hyperliquid:BTC')
    expect(known).toMatchObject({ accounts: 4, at: 1_790_000_000_300, positions: [{ account: LONG, size: 1 }] })
    expect(feed.knownPositions?.('hyperliquid:SOL')).toBeUndefined()
    // The trades of the market itself came by the feed's own connection.
    await eventually(() => events.filter(({ kind }) => kind === 'trade').length === 2)
    // The trades are of another day than this machine's clock, which the feed says.
    expect(errors.filter(({ channel }) => channel !== 'clock')).toEqual([])
  })

  it('tells the forced orders of watched accounts once; what was before is not told', async () => {
    feed = open([LONG.toUpperCase().replace('0X', '0x')])
    const [btc, pepe] = await feed.instruments()
    for (const instrument of [btc!, pepe!]) feed.subscribe(instrument)
    await eventually(() => (feed.knownPositions?.('hyperliquid:kPEPE')?.positions.length ?? 0) > 0)
    await eventually(() => venue.texts.some(({ text }) => text.includes('userFills')))
    expect(JSON.parse(venue.texts.find(({ text }) => text.includes('userFills'))?.text ?? '')).toEqual({
      method: 'subscribe',
      subscription: { type: 'userFills', user: LONG },
    })
    venue.send(MESSAGES.body('fillsSnapshot'))
    venue.send(MESSAGES.body('userFills'))
    venue.send(MESSAGES.body('userFills'))
    await eventually(() => events.some(({ kind }) => kind === 'liquidationOrder'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(events.filter(({ kind }) => kind === 'liquidationOrder')).toMatchObject([
      { exchangeTime: 1_790_000_003_000 },
    ])
    expect(feed.statuses().filter(({ channel }) => channel === 'liquidationOrder')).toMatchObject([
      { symbol: 'BTC', state: 'live', sampled: true, messages: 1 },
      { symbol: 'kPEPE', messages: 0 },
    ])
  })

  it('refuses an account that is no address, at once and by name', () => {
    feed = open()
    expect(() => open(['vitalik.eth'])).toThrow('"vitalik.eth" is not an address')
  })
})
