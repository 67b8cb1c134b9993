import type { Instrument, MarkPrice } from '@liqscope/market'
import type { HeatmapJson, MapJson, MarketJson } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { eventually, subscriber, withVenue } from './running.ts'
import { BTC, barAt, bars, MINUTE, START } from './scripted-market.ts'

const OKX: Instrument = { ...BTC, id: 'okx:BTC-USDT-SWAP', venue: 'okx', symbol: 'BTC-USDT-SWAP' }
const BASIS = 1.002
const COUNT = 600
const END = START + COUNT * MINUTE

function historyOf(instrument: Instrument) {
  const factor = instrument.venue === 'okx' ? BASIS : 1
  return bars(instrument, COUNT).map((bar) => ({
    ...bar,
    open: bar.open * factor,
    high: bar.high * factor,
    low: bar.low * factor,
    close: bar.close * factor,
    openInterest: (bar.openInterest ?? 0) / (instrument.venue === 'okx' ? 4 : 1),
  }))
}

function mark(instrument: Instrument, time: number, price?: number): MarkPrice {
  const factor = instrument.venue === 'okx' ? BASIS : 1
  const close = barAt(BTC, COUNT - 1).close * factor
  return {
    kind: 'markPrice',
    instrument: instrument.id,
    exchangeTime: time,
    receivedTime: time + 20,
    price: price ?? close,
  }
}

async function twoVenues() {
  const server = await withVenue([BTC, OKX], historyOf)
  const { feed } = server
  await eventually(
    () => feed.subscribed.length,
    (count) => count === 2,
  )
  feed.emit(mark(BTC, END), mark(OKX, END))
  const get = async <T>(path: string): Promise<T> => (await fetch(`${server.url}/api/v1/${path}`)).json() as Promise<T>
  await eventually(
    () => get<MapJson>('map?market=all:BTC'),
    (map) => map.shares?.length === 2 && map.shares.every(({ weight }) => weight === 1),
  )
  return { server, feed, get }
}

const massOf = (map: MapJson, within = 0.15) =>
  map.bins
    .filter(({ price }) => Math.abs(Math.log(price / map.price)) < within)
    .reduce((sum, bin) => sum + bin.long + bin.short, 0)

describe('the sum of a coin over two venues', () => {
  it('is a market of its own, opened on, and meant by the coin alone', async () => {
    const { get } = await twoVenues()
    const { markets, default: opening } = await get<{ markets: MarketJson[]; default: string }>('markets')
    const sum = markets.find(({ id }) => id === 'all:BTC')
    expect(opening).toBe('all:BTC')
    expect(sum).toMatchObject({ venueName: 'All venues', simulated: false, sumOf: [BTC.id, OKX.id] })
    const parts = markets.filter(({ id }) => id !== 'all:BTC')
    expect(sum?.openInterestNotional).toBeCloseTo(
      parts.reduce((total, part) => total + (part.openInterestNotional ?? 0), 0),
      0,
    )
    expect((await get<MapJson>('map?market=BTC')).market).toBe('all:BTC')
    expect((await get<MapJson>('map?market=BTCUSDT')).market).toBe(BTC.id)
  })

  it('holds what both hold, each moved by its basis onto the first one’s mark', async () => {
    const { get } = await twoVenues()
    const [sum, one, other] = await Promise.all(
      ['all:BTC', BTC.id, OKX.id].map((id) => get<MapJson>(`map?market=${id}`)),
    )
    expect(sum!.price).toBe(one!.price)
    expect(Math.abs(massOf(sum!) / (massOf(one!) + massOf(other!)) - 1)).toBeLessThan(0.01)
    const okx = sum!.shares!.find(({ market }) => market === OKX.id)
    expect(okx?.basis).toBeCloseTo(Math.log(BASIS), 9)
    expect(okx?.openInterestShare).toBeCloseTo(0.2, 2)
    for (const { long, short, venues } of sum!.bins) expect(venues![0]! + venues![1]!).toBeCloseTo(long + short, 3)
  })

  it('lets a venue that falls silent fade out and names its share; it comes back with its data', async () => {
    const { feed, get } = await twoVenues()
    const whole = massOf(await get<MapJson>('map?market=all:BTC'))
    const weightOfOkx = async () =>
      (await get<MapJson>('map?market=all:BTC')).shares?.find(({ market }) => market === OKX.id)?.weight
    feed.emit(mark(BTC, END + 45_000))
    expect(await weightOfOkx()).toBeCloseTo(0.5, 9)
    feed.emit(mark(BTC, END + 90_000))
    const without = await get<MapJson>('map?market=all:BTC')
    expect(without.shares).toMatchObject([{ weight: 1 }, { weight: 0, openInterestShare: expect.closeTo(0.2, 1) }])
    expect(massOf(without) / whole).toBeLessThan(0.9)
    feed.emit(mark(OKX, END + 91_000))
    expect(await weightOfOkx()).toBe(1)
  })

  it('takes the next venue’s mark when the first one falls silent', async () => {
    const { feed, get } = await twoVenues()
    feed.emit(mark(OKX, END + 90_000))
    const map = await get<MapJson>('map?market=all:BTC')
    expect(map.price).toBeCloseTo(mark(OKX, END).price, 6)
    expect(map.shares).toMatchObject([{ weight: 0 }, { weight: 1, basis: 0 }])
  })

  it('keeps a live column as it was drawn, whatever a venue tells later', async () => {
    const { feed, get } = await twoVenues()
    const close = mark(BTC, END).price
    for (let second = 1; second <= 70; second++)
      feed.emit(mark(BTC, END + second * 1000, close * (1 + second * 1e-6)), mark(OKX, END + second * 1000))
    const drawn = await get<HeatmapJson>('heatmap?market=all:BTC&range=12h&interval=1m')
    expect(drawn.openTimes).toContain(END)
    const columnAt = ({ openTimes, values, bins, firstBin }: HeatmapJson) => {
      const at = openTimes.indexOf(END)
      return { firstBin, values: values.slice(at * bins, (at + 1) * bins) }
    }
    // Both venues' columns of the minute are in it: Binance alone has less.
    const alone = await get<HeatmapJson>(`heatmap?market=${BTC.id}&range=12h&interval=1m`)
    const total = (picture: HeatmapJson) => columnAt(picture).values.reduce((sum, value) => sum + value, 0)
    expect(total(drawn)).toBeGreaterThan(1.1 * total(alone))
    for (let second = 71; second <= 100; second++)
      feed.emit(mark(BTC, END + second * 1000), mark(OKX, END + second * 1000, close * 1.01))
    const later = await get<HeatmapJson>('heatmap?market=all:BTC&range=12h&interval=1m')
    const [before, after] = [columnAt(drawn), columnAt(later)]
    const shift = before.firstBin - after.firstBin
    expect(before.values.filter((value, i) => value !== (after.values[i + shift] ?? 0))).toEqual([])
  })

  it('streams like any market: snapshot, then patches that give the map REST has', async () => {
    const { server, feed, get } = await twoVenues()
    const client = subscriber(server.url)
    client.socket.on('open', () => client.send({ op: 'subscribe', market: 'BTC', encoding: 'binary' }))
    const snapshot = await client.snapshot()
    expect(snapshot.market).toBe('all:BTC')
    expect(snapshot.map?.byVenue?.length).toBe(2 * snapshot.map!.bins)
    const bars = snapshot.bars ?? []
    expect(bars.at(-1)).toMatchObject({ closed: false })
    feed.emit(mark(BTC, END + 2000, mark(BTC, END).price * 1.001), mark(OKX, END + 2000))
    const patch = await client.until(() => client.updates().find(({ type }) => type === 'patch'), 'a patch')
    expect(patch.seq).toBe(snapshot.seq + 1)
    const map = await get<MapJson>('map?market=all:BTC')
    expect(patch.price).toBe(map.price)
    expect(patch.shares).toEqual(map.shares)
  })
})

const GATE: Instrument = { ...BTC, id: 'gate:BTC_USDT', venue: 'gate', symbol: 'BTC_USDT' }

async function threeVenues() {
  const server = await withVenue([BTC, OKX, GATE], historyOf)
  const { feed } = server
  await eventually(
    () => feed.subscribed.length,
    (count) => count === 3,
  )
  feed.emit(mark(BTC, END), mark(OKX, END), mark(GATE, END))
  const get = async <T>(path: string): Promise<T> => (await fetch(`${server.url}/api/v1/${path}`)).json() as Promise<T>
  await eventually(
    () => get<MapJson>('map?market=all:BTC'),
    (map) => map.shares?.length === 3 && map.shares.every(({ weight }) => weight === 1),
  )
  return { server, feed, get }
}

describe('the sum of some of its venues', () => {
  it('has of each chosen venue what the whole sum has of it, bin by bin, and nothing of the others', async () => {
    const { get } = await threeVenues()
    const whole = await get<MapJson>('map?market=all:BTC')
    const some = await get<MapJson>('map?market=all:BTC@gate,binance')
    expect(some.market).toBe('all:BTC@binance,gate')
    expect(some.shares?.map(({ market }) => market)).toEqual([BTC.id, GATE.id])
    expect(some.bins).toHaveLength(whole.bins.length)
    some.bins.forEach(({ venues, long, short }, i) => {
      const [binance, , gate] = whole.bins[i]!.venues!
      expect(venues).toEqual([binance, gate])
      expect(long + short).toBeCloseTo(binance! + gate!, 3)
    })
    expect(some.openInterest?.size).toBeCloseTo((whole.openInterest!.size * 8) / 9, 0)
  })

  it('is drawn around the first chosen venue, with its bars and heat', async () => {
    const { get } = await threeVenues()
    const [some, one, other] = await Promise.all(
      ['all:BTC@okx,gate', OKX.id, GATE.id].map((id) => get<HeatmapJson>(`heatmap?market=${id}&range=12h`)),
    )
    expect(some!.bars.map(({ close }) => close)).toEqual(one!.bars.map(({ close }) => close))
    expect(some!.bars.at(-1)!.openInterest).toBeCloseTo(
      one!.bars.at(-1)!.openInterest! + other!.bars.at(-1)!.openInterest!,
      6,
    )
    const total = ({ values }: HeatmapJson) => values.reduce((sum, value) => sum + value, 0)
    expect(total(some!) / (total(one!) + total(other!))).toBeCloseTo(1, 2)
  })

  it('is the sum itself when all are chosen, and the market itself when it is one', async () => {
    const { get } = await threeVenues()
    expect((await get<MapJson>('map?market=BTC@binance,gate,okx')).market).toBe('all:BTC')
    expect((await get<MapJson>('map?market=all:BTC@okx')).market).toBe(OKX.id)
  })

  it('refuses a venue that it has not, and says which it has', async () => {
    const { get } = await threeVenues()
    const problem = await get<{ status: number; detail: string }>('map?market=all:BTC@binance,bybit')
    expect(problem.status).toBe(404)
    expect(problem.detail).toContain('okx:BTC-USDT-SWAP')
  })

  it('is listed to those who follow it alone, and its patches give the map REST has', async () => {
    const { server, feed, get } = await threeVenues()
    const client = subscriber(server.url)
    client.socket.on('open', () => client.send({ op: 'subscribe', market: 'all:BTC@binance,okx', encoding: 'binary' }))
    const snapshot = await client.snapshot()
    expect(snapshot.market).toBe('all:BTC@binance,okx')
    const listed = await client.until(
      (messages) =>
        messages
          .flatMap((message) => (message.type === 'status' ? message.markets : []))
          .find(({ id }) => id === snapshot.market),
      'the chosen sum in a status',
    )
    expect(listed).toMatchObject({ venueName: 'Binance + OKX', choiceOf: 'all:BTC', sumOf: [BTC.id, OKX.id] })
    const { markets } = await get<{ markets: MarketJson[] }>('markets')
    expect(markets.map(({ id }) => id)).not.toContain(snapshot.market)
    feed.emit(mark(GATE, END + 1000, 60_000))
    feed.emit(mark(BTC, END + 2000, mark(BTC, END).price * 1.001), mark(OKX, END + 2000))
    const patch = await client.until(() => client.updates().find(({ type }) => type === 'patch'), 'a patch')
    const map = await get<MapJson>(`map?market=${snapshot.market}`)
    expect(patch.price).toBe(map.price)
    expect(patch.shares).toEqual(map.shares)
  })
})
