import type { Exchange } from '@liqscope/feeds'
import type { Instrument, KnownPosition } from '@liqscope/market'
import { expect, it } from 'vitest'
import { eventually, started } from './running.ts'
import { BTC, bars, ETH, liveStatus, MINUTE, ScriptedFeed, START } from './scripted-market.ts'

const HYPE: Instrument = {
  ...BTC,
  id: 'hyperliquid:BTC',
  venue: 'hyperliquid',
  symbol: 'BTC',
  quote: 'USDC',
  settle: 'USDC',
}

function held(side: 'long' | 'short', size: number, liquidationPrice?: number): KnownPosition {
  return {
    instrument: HYPE.id,
    account: `0x${size}`,
    side,
    size,
    notional: size * 70_000,
    entryPrice: 70_000,
    leverage: 20,
    marginMode: 'cross',
    ...(liquidationPrice === undefined ? {} : { liquidationPrice }),
    seenTime: START + 60 * MINUTE,
  }
}

const get = async (url: string, path: string) => {
  const response = await fetch(`${url}/api/v1/${path}`)
  return { status: response.status, body: await response.json() }
}

/** Two exchanges of which one shows its accounts' positions. */
async function twoVenues(symbols: readonly string[], down: readonly Exchange[] = []) {
  const feeds = new Map<Exchange, ScriptedFeed>()
  const server = await started({
    live: {
      venues: ['binance', 'hyperliquid'],
      symbols,
      backfillHours: 24,
      open: (listener, _signal, exchange) => {
        const listed = exchange === 'binance' ? [BTC, ETH] : [HYPE]
        const feed = new ScriptedFeed(listener, listed, (instrument) => bars(instrument, 120))
        feed.isDown = down.includes(exchange)
        feed.statusList = listed.map((instrument) => liveStatus(instrument))
        if (exchange === 'hyperliquid')
          feed.knownPositions = (id) =>
            id === HYPE.id
              ? {
                  instrument: HYPE.id,
                  at: START + 60 * MINUTE,
                  positions: [held('long', 40, 60_000), held('short', 100, 80_000), held('long', 20)],
                  accounts: 7,
                }
              : undefined
        feeds.set(exchange, feed)
        return feed
      },
    },
    clock: {
      now: () => START + 120 * MINUTE,
      setTimeout: (callback, ms) => setTimeout(callback, Math.min(ms, 20))[Symbol.toPrimitive](),
      clearTimeout,
    },
  })
  return { server, feeds }
}

it('follows several exchanges: a market of each, and the page opens on the first that answered', async () => {
  const { server } = await twoVenues(['BTC', 'ETH'])
  const { body } = await eventually(
    () => get(server.url, 'markets'),
    ({ body: { markets } }) => markets.length >= 3,
  )
  expect(body.markets.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining(['binance:BTCUSDT', 'binance:ETHUSDT', 'hyperliquid:BTC']),
  )
  // ETH is not on the scripted Hyperliquid, and nobody misses it.
  expect(body.notices).toEqual([])
})

it('an exchange that does not answer takes nothing from the others', async () => {
  const { server } = await twoVenues(['BTC'], ['binance'])
  const { body } = await eventually(
    () => get(server.url, 'markets'),
    ({ body: { markets } }) => markets.length > 0,
  )
  expect(body).toMatchObject({ default: 'hyperliquid:BTC', markets: [{ id: 'hyperliquid:BTC' }], notices: [] })
})

it('a symbol is missed when no exchange that could have it does, and when its exchange is not followed', async () => {
  const { server } = await twoVenues(['BTC', 'BTK', 'hyperliquid:ETH', 'gate:BTC'])
  const { body } = await eventually(
    () => get(server.url, 'markets'),
    ({ body: { notices } }) => notices.length === 3,
  )
  expect(body.notices.map(({ text }: { text: string }) => text)).toEqual([
    'Binance lists no "BTK". The nearest names: BTCUSDT, ETHUSDT.',
    'Hyperliquid lists no "hyperliquid:ETH". The nearest names: BTC.',
    '"gate:BTC" is on Gate, which is not followed: live.venues has binance, hyperliquid.',
  ])
})

it('/positions gives what is known, its share of open interest and its levels; of a sum, its member', async () => {
  const { server } = await twoVenues(['BTC'])
  const { body } = await eventually(
    () => get(server.url, 'positions?market=hyperliquid:BTC'),
    ({ body: { coverage } }) => typeof coverage === 'number',
  )
  expect(body).toMatchObject({
    market: 'hyperliquid:BTC',
    venueName: 'Hyperliquid',
    simulated: false,
    at: START + 60 * MINUTE,
    accounts: 7,
    longSize: 60,
    shortSize: 100,
    withoutPrice: 20,
  })
  // 160 / (2 x OI)
  expect(body.coverage).toBeCloseTo(160 / (2 * body.openInterest), 12)
  expect(body.levels.map(({ long, short }: { long: number; short: number }) => [long, short])).toEqual([
    [2_400_000, 0], // 40 x 60,000
    [0, 8_000_000],
  ])
  expect(body.positions.map(({ size }: { size: number }) => size)).toEqual([100, 40, 20])
  expect(body.positions[2].liquidationPrice).toBeNull()

  const { body: markets } = await get(server.url, 'markets')
  const sum = markets.markets.find(({ sumOf }: { sumOf: unknown }) => sumOf !== null)
  if (sum !== undefined) {
    const { body: ofSum } = await get(server.url, `positions?market=${encodeURIComponent(sum.id)}`)
    expect(ofSum.market).toBe('hyperliquid:BTC')
  }
  expect(await get(server.url, 'positions?market=binance:BTCUSDT')).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining('Hyperliquid does') },
  })
})

it('says of an exchange that it is silent about forced orders while the others are not', async () => {
  let now = START + 120 * MINUTE
  const feeds = new Map<Exchange, ScriptedFeed>()
  const okx: Instrument = { ...BTC, id: 'okx:BTC-USDT-SWAP', venue: 'okx', symbol: 'BTC-USDT-SWAP' }
  const { url } = await started({
    live: {
      venues: ['binance', 'okx'],
      symbols: ['BTC'],
      backfillHours: 1,
      open: (listener, _signal, exchange) => {
        const instrument = exchange === 'okx' ? okx : BTC
        const feed = new ScriptedFeed(listener, [instrument], () => [])
        feed.statusList = [{ ...liveStatus(instrument), channel: 'liquidationOrder' }]
        feeds.set(exchange, feed)
        return feed
      },
    },
    clock: {
      now: () => now,
      setTimeout: (callback, ms) => setTimeout(callback, Math.min(ms, 20))[Symbol.toPrimitive](),
      clearTimeout,
    },
  })
  await eventually(
    () => get(url, 'markets'),
    ({ body }) => body.markets.length >= 2,
  )
  const speak = (instrument: Instrument, minute: number) => {
    const time = START + (120 + minute) * MINUTE + 1000
    feeds.get(instrument.venue as Exchange)!.emit({
      kind: 'liquidationOrder',
      instrument: instrument.id,
      exchangeTime: time,
      receivedTime: time,
      positionSide: 'long',
      price: 70_000,
      priceKind: 'average',
      size: 1,
    })
  }
  for (let minute = 0; minute < 60; minute++) {
    speak(okx, minute)
    if (minute < 55) speak(BTC, minute)
  }
  const stateOf = async () => {
    const { body } = await get(url, 'health')
    const states = body.channels.map((feed: { venue: string; state: string }) => [feed.venue, feed.state])
    return Object.fromEntries(states)
  }
  now = START + 175 * MINUTE + 10_000
  expect(await stateOf()).toEqual({ binance: 'live', okx: 'live' })
  now = START + 180 * MINUTE + 10_000
  expect(await stateOf()).toEqual({ binance: 'stale', okx: 'live' })
  const { notices } = (await get(url, 'markets')).body
  expect(notices.at(-1)).toMatchObject({
    level: 'partial',
    text: 'Binance has published no forced order of BTC since 02:55 UTC, in 5 minutes in which other exchanges did: its feed may be silent.',
  })
})
