import { afterEach, describe, expect, it } from 'vitest'
import { type Dialect, startSimVenue } from '../src/index.ts'
import { Client, until } from './client.ts'
import { type ClockedVenue, clockedVenue, T0 } from './venue.ts'

const MARKS = '/market/stream?streams=btcusdt@markPrice@1s'

describe('startSimVenue', () => {
  let venue: ClockedVenue

  afterEach(() => venue.close())

  async function connected(path = MARKS): Promise<Client> {
    venue = await clockedVenue()
    return await new Client(venue.wsUrl + path).open()
  }

  it('has simulated its past up to now, and follows the clock from there', async () => {
    venue = await clockedVenue()
    expect(venue.markets[0]?.time).toBe(T0)
    venue.turn(1234)
    expect(venue.markets[0]?.time).toBe(T0 + 1234)
  })

  it('runs faster than the clock on request', async () => {
    venue = await clockedVenue({ speed: 60 })
    venue.turn(1000)
    expect(venue.markets[0]?.time).toBe(T0 + 60_000)
  })

  it('catches up in pieces after a long pause, and does nothing while the clock is behind', async () => {
    venue = await clockedVenue()
    venue.turn(3_600_000)
    expect(venue.markets[0]?.time).toBe(T0 + 300_000)
    venue.turn(0)
    expect(venue.markets[0]?.time).toBe(T0 + 600_000)
    venue.turn(-7_200_000)
    expect(venue.markets[0]?.time).toBe(T0 + 600_000)
  })

  it('serves the same market for the same seed and clock', async () => {
    venue = await clockedVenue()
    const other = await clockedVenue()
    expect(other.markets[0]?.truth()).toEqual(venue.markets[0]?.truth())
    await other.close()
  })

  it('serves another venue by another dialect, with its own rules', async () => {
    const other: Dialect = {
      name: 'other',
      open: (markets, clock) => ({
        rules: { inboundPerSecond: 1, connects: { limit: 1, windowMs: 60_000 } },
        answer: ({ path, body }) =>
          path === '/v5/time' ? { status: 200, body: JSON.stringify({ time: clock(), body }) } : undefined,
        accept: (path, _, peer) =>
          path === '/v5/public'
            ? {
                receive: (text) =>
                  peer.send(`{"echo":"${text}","oi":${markets[0]?.market.openInterest}}`, 'control', ''),
                closed() {},
              }
            : undefined,
        publish() {},
      }),
    }
    venue = await clockedVenue({ dialect: other })
    const posted = await fetch(`${venue.restUrl}/v5/time`, { method: 'POST', body: 'hello' })
    expect(await posted.json()).toEqual({ time: T0, body: 'hello' })
    expect((await fetch(`${venue.restUrl}/fapi/v1/ping`)).status).toBe(404)
    const client = await new Client(`${venue.wsUrl}/v5/public`).open()
    client.send('hello')
    await until('the echo', () => client.received.length === 1)
    expect(client.received[0]?.data).toEqual({ echo: 'hello', oi: venue.markets[0]?.openInterest })
    await expect(new Client(`${venue.wsUrl}/v5/public`).open()).rejects.toThrow('429')
    venue.turn(60_000)
    await new Client(`${venue.wsUrl}/v5/public`).open()
  })

  it('says so when the port is taken', async () => {
    venue = await clockedVenue()
    const port = Number(new URL(venue.restUrl).port)
    await expect(startSimVenue({ now: () => T0, warmupMs: 1000, port })).rejects.toThrow('EADDRINUSE')
  })

  it('pings every three minutes and ends who has not answered for ten', async () => {
    const client = await connected()
    venue.turn(181_000)
    await until('a ping', () => client.pings === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (let minute = 0; minute < 12; minute++) {
      venue.turn(61_000)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(client.closeCode).toBeUndefined()
    // From now on this client reads nothing, so it answers no ping.
    client.socket.pause()
    for (let minute = 0; minute < 14; minute++) venue.turn(61_000)
    await until('the end of the silent client', () => venue.connections === 0)
  })

  it('cuts a connection after 24 hours', async () => {
    const client = await connected()
    venue.turn(24 * 3_600_000 + 1)
    await until('the cut', () => client.closeCode !== undefined)
    expect(client.closeCode).toBe(1001)
  })

  it('closes a client that sends more than ten messages a second', async () => {
    const client = await connected()
    for (let id = 1; id <= 10; id++) client.send({ method: 'LIST_SUBSCRIPTIONS', id })
    await until('ten answers', () => client.received.length === 10)
    expect(client.closeCode).toBeUndefined()
    client.send({ method: 'LIST_SUBSCRIPTIONS', id: 11 })
    await until('the close', () => client.closeCode !== undefined)
    expect(client.closeCode).toBe(1008)
  })

  it('cuts off a client that does not read once 4 MiB wait for it, and keeps serving the others', async () => {
    // 3,000 times the clock: megabytes before any time limit could have acted.
    venue = await clockedVenue({ speed: 3000 })
    const depth = `${venue.wsUrl}/public/stream?streams=btcusdt@depth@100ms`
    const healthy = await new Client(depth).open()
    const stuck = await new Client(depth).open()
    stuck.socket.pause()
    expect(venue.connections).toBe(2)
    let rounds = 0
    for (; venue.connections === 2 && rounds < 90; rounds++) {
      venue.turn(100)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await until('the stuck one to be gone', () => venue.connections === 1)
    expect(rounds * 100).toBeLessThan(10_000)
    const count = healthy.received.length
    venue.turn(10)
    await until('more for the healthy one', () => healthy.received.length > count)
    healthy.close()
    stuck.close()
  })

  it('ends everything on close: clients get 1001 and the port is free', async () => {
    const client = await connected()
    const port = Number(new URL(venue.restUrl).port)
    await venue.close()
    await until('the close', () => client.closeCode !== undefined)
    expect(client.closeCode).toBe(1001)
    const again = await startSimVenue({ now: () => T0, warmupMs: 1000, symbols: ['BTCUSDT'], port })
    await again.close()
  })

  describe('faults', () => {
    it('drops connections with a code, or cuts the line', async () => {
      const client = await connected()
      venue.faults.dropConnections(1012)
      await until('the close', () => client.closeCode !== undefined)
      expect(client.closeCode).toBe(1012)
      const second = await new Client(venue.wsUrl + MARKS).open()
      venue.faults.dropConnections()
      await until('the cut', () => second.closeCode !== undefined)
      expect(second.closeCode).toBe(1006)
    })

    it('goes dark: lines stay open, nothing comes, and it comes back', async () => {
      const client = await connected()
      venue.faults.blackHole(10_000)
      client.send({ method: 'LIST_SUBSCRIPTIONS', id: 1 })
      for (let second = 0; second < 9; second++) venue.turn(1000)
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(client.received).toEqual([])
      expect(client.closeCode).toBeUndefined()
      for (let second = 0; second < 3; second++) venue.turn(1000)
      await until('marks again', () => client.received.length > 0)
    })

    it('silences one channel beside living ones', async () => {
      const client = await connected('/public/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker')
      venue.faults.silence('@bookTicker')
      for (let second = 0; second < 5; second++) venue.turn(1000)
      await until('book updates', () => client.on('btcusdt@depth@100ms').length > 0)
      expect(client.on('btcusdt@bookTicker')).toEqual([])
      venue.faults.clear()
      for (let second = 0; second < 5; second++) venue.turn(1000)
      await until('best prices again', () => client.on('btcusdt@bookTicker').length > 0)
    })

    it('loses one order-book update, so that the next does not follow', async () => {
      const client = await connected('/public/stream?streams=btcusdt@depth@100ms')
      venue.turn(2000)
      venue.faults.lose('book')
      venue.turn(2000)
      await until('book updates', () => client.received.length > 10)
      const updates = client.on('btcusdt@depth@100ms')
      expect(updates.filter(({ pu }, at) => at > 0 && pu !== updates[at - 1]?.u)).toHaveLength(1)
    })

    it('sends nonsense, doubles and swaps messages, and delays them', async () => {
      const client = await connected()
      venue.faults.malformed('{"stream":')
      await until('the nonsense', () => client.broken.length === 1)
      const times = (): number[] => client.on('btcusdt@markPrice@1s').map(({ E }) => (Number(E) - T0) / 1000)
      venue.faults.duplicate()
      venue.turn(2000)
      await until('three messages', () => times().length === 3)
      expect(times()).toEqual([1, 1, 2])
      venue.faults.reorder()
      venue.turn(2000)
      await until('five messages', () => times().length === 5)
      expect(times().slice(3)).toEqual([4, 3])
      venue.faults.delay(100)
      const sent = Date.now()
      venue.turn(1000)
      await until('the late one', () => times().length === 6)
      expect(Date.now() - sent).toBeGreaterThanOrEqual(95)
    })

    it('refuses REST requests with the status asked for', async () => {
      venue = await clockedVenue()
      venue.faults.refuse(418, 2)
      const status = async (): Promise<number> => (await fetch(`${venue.restUrl}/fapi/v1/ping`)).status
      expect([await status(), await status(), await status()]).toEqual([418, 418, 200])
    })
  })
})
