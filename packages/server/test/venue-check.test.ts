import { checkVenue, EXCHANGES, type Exchange, type VenueCheck } from '@liqscope/feeds'
import { DIALECTS, type SimVenues, startSimVenues } from '@liqscope/sim'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** Venues that print their open interest in USD. */
const VALUED: readonly Exchange[] = ['binance', 'okx', 'bybit', 'gate']

describe('checking a venue', () => {
  let venues: SimVenues
  beforeAll(async () => {
    venues = await startSimVenues({
      dialects: EXCHANGES.map((exchange) => DIALECTS[exchange]),
      markets: 'same',
      seed: 2,
      symbols: ['BTCUSDT'],
      warmupMs: 30 * 60_000,
      now: Date.now,
    })
  }, 120_000)
  afterAll(() => venues.close())

  function check(exchange: Exchange, limits = { withinMs: 15_000, listenMs: 3_000 }): Promise<VenueCheck> {
    const venue = venues.venues[EXCHANGES.indexOf(exchange)]
    if (venue === undefined) throw new Error(`no venue for ${exchange}`)
    const { restUrl, wsUrl } = venue
    return checkVenue({
      exchange,
      venue: 'sim',
      addresses: { restUrl, wsUrl, inverseRestUrl: restUrl, inverseWsUrl: wsUrl },
      choose: (listed) => listed.filter(({ base, kind }) => base === 'BTC' && kind === 'linear').slice(0, 1),
      ...limits,
    })
  }
  const faultsOf = (exchange: Exchange) => venues.venues[EXCHANGES.indexOf(exchange)]?.faults
  const silentIn = ({ channels }: VenueCheck) =>
    channels.filter(({ verdict }) => verdict === 'silent').map(({ channel }) => channel)

  it.each(EXCHANGES)(
    '%s: every channel speaks, or is quiet where a proof of life stands beside it',
    async (exchange) => {
      const found = await check(exchange)
      expect(found).toMatchObject({ exchange, reached: true, problem: undefined })
      expect(silentIn(found)).toEqual([])
      for (const { channel, verdict, firstAfterMs, perSecond } of found.channels)
        if (channel !== 'liquidationOrder') {
          expect(verdict).toBe('ok')
          expect(firstAfterMs).toBeGreaterThan(0)
          expect(perSecond).toBeGreaterThan(0)
        }
      expect(found.channels.map(({ channel }) => channel)).toEqual(
        expect.arrayContaining(['trade', 'markPrice', 'openInterest', 'orderBook', 'liquidationOrder']),
      )
      const skews = found.channels.flatMap(({ skewMs }) => (skewMs === undefined ? [] : [Math.abs(skewMs)]))
      expect(Math.min(...skews)).toBeLessThan(1_000)
      expect(found.openInterest.map(({ agrees }) => agrees)).toEqual(VALUED.includes(exchange) ? [true] : [])
    },
    40_000,
  )

  it('a channel that is acknowledged and silent is found, and the rest beside it', async () => {
    faultsOf('binance')?.silence('@markPrice')
    const found = await check('binance', { withinMs: 8_000, listenMs: 1_000 })
    expect(silentIn(found)).toEqual(['markPrice', 'funding'])
    faultsOf('binance')?.clear()
  }, 40_000)

  it('forced orders are not called quiet when nothing else comes over their connection', async () => {
    // The split of routes: the old one acknowledges and sends books alone.
    for (const name of ['@markPrice', '@aggTrade', '@forceOrder']) faultsOf('binance')?.silence(name)
    const found = await check('binance', { withinMs: 8_000, listenMs: 1_000 })
    expect(silentIn(found)).toEqual(['trade', 'markPrice', 'funding', 'liquidationOrder'])
    expect(found.channels.find(({ channel }) => channel === 'orderBook')?.verdict).toBe('ok')
    faultsOf('binance')?.clear()
  }, 40_000)

  it('open interest in another unit than the venue values it in is told', async () => {
    // Contracts become a hundred times as large after they were listed.
    const running = check('gate')
    setTimeout(() => faultsOf('gate')?.changeUnit('BTCUSDT', 100), 1_500)
    const [compared] = (await running).openInterest
    expect(compared?.agrees).toBe(false)
    expect(Math.abs(Math.log10(1 + (compared?.difference ?? 0)))).toBeCloseTo(2, 0)
    faultsOf('gate')?.changeUnit('BTCUSDT', 1)
  }, 40_000)

  it('a clock that is ten minutes off shows as skew', async () => {
    faultsOf('okx')?.jumpClock(-600_000)
    const found = await check('okx', { withinMs: 8_000, listenMs: 1_000 })
    expect(found.channels.find(({ channel }) => channel === 'orderBook')?.skewMs).toBeGreaterThan(500_000)
    faultsOf('okx')?.clear()
  }, 40_000)

  it('nobody there: says so within the time of one answer', async () => {
    const started = Date.now()
    const found = await checkVenue({
      exchange: 'gate',
      addresses: { restUrl: 'http://127.0.0.1:9', wsUrl: 'ws://127.0.0.1:9' },
      choose: (listed) => listed,
    })
    expect(found).toMatchObject({ reached: false, channels: [], problem: expect.stringMatching(/no answer/) })
    expect(Date.now() - started).toBeLessThan(20_000)
  }, 40_000)
})
