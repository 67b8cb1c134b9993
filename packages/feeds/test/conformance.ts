import type { Instrument, MarketEvent } from '@liqscope/market'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FeedError, VenueFeed } from '../src/feed.ts'
import type { RefusedPart, VenueMessage } from '../src/venue/message.ts'
import { adapterOf, type Exchange, openFeed } from '../src/venues.ts'
import { isRecord } from '../src/wire-values.ts'
import { FakeClock, seeded, until } from './fake-clock.ts'
import type { FixtureFile } from './fixture-file.ts'
import { LoopbackVenue } from './loopback-venue.ts'

export interface ConformanceCase {
  /** One payload of every message of the exchange. */
  readonly messages: FixtureFile
  /** What the fixtures are about. */
  readonly instruments: readonly Instrument[]
  /** What the exchange answers to a request that succeeds. */
  acknowledge(request: Record<string, unknown>): readonly unknown[]
}

const RECEIVED = 1_790_000_000_150
/** A person reads it in a list. */
const LONGEST_REASON = 200

/** What every exchange owes the rest, whatever its protocol: run by each in a few lines. */
export function conformance(exchange: Exchange, { messages, instruments, acknowledge }: ConformanceCase): void {
  const adapter = adapterOf(exchange)
  const listing = new Map(instruments.map((instrument) => [instrument.symbol, instrument]))
  const units = new Map(instruments.map((instrument) => [instrument.id as string, instrument]))
  vi.setConfig({ testTimeout: 60_000 })

  /** Every payload in the order of the file, read on one connection. */
  const readAll = (change = (text: string) => text): VenueMessage[] => {
    const read = adapter.openReader()
    return messages.texts.map((text) => read(change(text), RECEIVED, listing))
  }

  describe(`${exchange} messages`, () => {
    it('are each mapped, or counted with a reason that a person can read', () => {
      for (const part of readAll().flatMap(refusedOf)) {
        expect(part.channel).not.toBe('')
        expect(part.reason.length).toBeGreaterThan(5)
        expect(part.reason.length).toBeLessThan(LONGEST_REASON)
      }
      const kinds = new Set(
        readAll()
          .flatMap(eventsOf)
          .map(({ kind }) => kind),
      )
      const published = Object.keys(adapter.nature).filter((channel) => streamed().has(channel))
      for (const channel of published) if (channel !== 'orderBook') expect(kinds).toContain(channel)
    })

    it('become events in base units, quote per base, on both clocks, of followed instruments', () => {
      for (const event of readAll().flatMap(eventsOf)) {
        expect(event.receivedTime).toBe(RECEIVED)
        expect(event.exchangeTime).toBeGreaterThan(1.6e12)
        const instrument = units.get(event.instrument)
        expect(instrument, event.instrument).toBeDefined()
        if ('price' in event) expect(event.price).toBeGreaterThan(0)
        if ('size' in event) expect(event.size).toBeGreaterThanOrEqual(0)
        // A unit that was not converted is wrong by orders of magnitude: nobody holds or trades a million bitcoin.
        if ('size' in event && instrument?.base === 'BTC') expect(event.size).toBeLessThan(1e6)
        if (event.kind === 'liquidationOrder') expect(['long', 'short']).toContain(event.positionSide)
      }
    })

    it('of an unknown symbol, or of none, are counted, never guessed and never thrown', () => {
      const strange = readAll((text) =>
        instruments.reduce((now, { symbol }) => now.replaceAll(`${symbol}"`, 'ZZZ"'), text),
      )
      expect(strange.flatMap(eventsOf)).toEqual([])
      expect(strange.filter(({ kind }) => kind === 'book')).toEqual([])
    })

    it('that are cut anywhere are counted', () => {
      const read = adapter.openReader()
      for (const text of messages.texts)
        for (let length = 0; length < text.length; length += 7)
          expect(read(text.slice(0, length), RECEIVED, listing)).toMatchObject({ kind: 'bad', channel: 'frame' })
    })
  })

  const streamed = () =>
    new Set<string>(instruments.flatMap((one) => adapter.streamsOf(one).flatMap(({ channels }) => channels)))

  describe(`${exchange} connections`, () => {
    let venue: LoopbackVenue
    let clock: FakeClock
    let feed: VenueFeed
    let events: MarketEvent[]
    let errors: FeedError[]
    /** Requests to subscribe that came, with the socket's path. */
    let asked: number

    const open = (rotateAfterMs?: number) =>
      openFeed(exchange, {
        addresses: { ...venue.addresses, inverseRestUrl: venue.addresses.restUrl, inverseWsUrl: venue.addresses.wsUrl },
        clock,
        random: seeded(7),
        ...(rotateAfterMs === undefined ? {} : { rotateAfterMs }),
        listener: { onEvent: (event) => events.push(event), onError: (error) => errors.push(error), onStatus() {} },
      })

    beforeEach(async () => {
      venue = await LoopbackVenue.open()
      clock = new FakeClock(1_790_000_000_000)
      events = []
      errors = []
      asked = 0
      venue.reply = (text) => {
        const request: unknown = text.startsWith('{') ? JSON.parse(text) : undefined
        if (!isRecord(request) || !/"(SUBSCRIBE|subscribe)"/.test(text)) return []
        asked++
        return acknowledge(request).map((answer) => JSON.stringify(answer))
      }
      feed = open()
    })
    afterEach(async () => {
      await feed.close()
      await venue.close()
    })

    const states = () => feed.statuses().map(({ channel, symbol, state }) => `${symbol} ${channel} ${state}`)
    const acknowledged = () => {
      const sporadic = feed.statuses().filter(({ channel }) => channel === 'liquidationOrder')
      return asked > 0 && (sporadic.length === 0 ? clock.now() > 0 : sporadic.every(({ state }) => state === 'live'))
    }
    async function subscribed(): Promise<void> {
      for (const instrument of instruments) feed.subscribe(instrument)
      await until(() => {
        clock.advance(50)
        return acknowledged()
      }, 'every stream is acknowledged')
    }
    /** Sends until it was received: a socket may not be up yet. */
    async function send(texts: readonly string[]): Promise<void> {
      for (const text of texts) for (const socket of venue.sockets) socket.send(text)
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    const refusedCount = () => feed.refused().reduce((sum, { count }) => sum + count, 0)

    it('deliver what the fixtures say, each trade and forced order once, however often and in whatever order it comes', async () => {
      await subscribed()
      await send(messages.texts)
      await send(messages.texts)
      const keys = events
        .filter((event) => event.kind === 'trade')
        .map((event) => `${event.instrument} ${event.kind === 'trade' ? event.tradeId : ''}`)
      expect(keys.length).toBeGreaterThan(0)
      expect(new Set(keys).size).toBe(keys.length)
      const orders = events.filter(({ kind }) => kind === 'liquidationOrder').map((event) => JSON.stringify(event))
      expect(new Set(orders).size).toBe(orders.length)
    })

    it('survive truncated, endless and hostile frames: each is counted, the rest lives on', async () => {
      await subscribed()
      const before = refusedCount()
      const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
      const hostile = ['', '{', 'null', '[]', '"x"', '{"__proto__":{"polluted":1}}', nested, 'x'.repeat(500_000)]
      await send(hostile)
      expect(refusedCount() - before).toBeGreaterThanOrEqual(hostile.length - 1)
      expect('polluted' in {}).toBe(false)
      await send(messages.texts)
      expect(events.some(({ kind }) => kind === 'trade')).toBe(true)
    })

    it('show a channel that is acknowledged and silent within 60 s', async () => {
      await subscribed()
      for (let second = 0; second < 60; second++) {
        // The connection itself is alive.
        for (const socket of venue.sockets) socket.ping()
        await clock.pass(1_000, 1_000)
      }
      const continuous = [...streamed()].filter((channel) => channel !== 'liquidationOrder')
      for (const channel of continuous)
        expect(states().filter((state) => state.includes(` ${channel} `))).not.toContainEqual(
          expect.stringMatching(/ (live|connecting)$/),
        )
      expect(errors.some(({ message }) => message.includes('acknowledged but silent'))).toBe(true)
    })

    it('come back after each loss, never faster than the exchange allows', async () => {
      await subscribed()
      const { limit, windowMs } = adapter.sockets.connections
      const begun: number[] = []
      let seen = venue.handshakes.length
      const note = () => {
        for (; seen < venue.handshakes.length; seen++) begun.push(clock.now())
      }
      for (let loss = 0; loss < 5; loss++) {
        const before = begun.length
        await until(() => {
          // Also one whose handshake was under way: a feed may hold several.
          for (const socket of venue.sockets) socket.terminate()
          note()
          return venue.sockets.size === 0
        }, `connection ${loss} is lost`)
        await until(() => {
          clock.advance(100)
          note()
          return venue.sockets.size > 0 && begun.length > before
        }, `connection ${loss} comes back`)
      }
      expect(begun.length).toBeGreaterThanOrEqual(5)
      for (const [index, time] of begun.entries()) {
        const inWindow = begun.slice(0, index + 1).filter((earlier) => earlier > time - windowMs).length
        expect(inWindow).toBeLessThanOrEqual(limit)
      }
    })

    it('are replaced by fresh ones before the old ones are let go', async () => {
      await feed.close()
      feed = open(20_000)
      await subscribed()
      const before = venue.handshakes.length
      let both = 0
      await until(() => {
        clock.advance(100)
        both = Math.max(both, venue.sockets.size)
        return venue.handshakes.length > before && both > 1
      }, 'two connections at once')
      expect(states().filter((state) => state.endsWith('offline'))).toEqual([])
    })
  })
}

function eventsOf(message: VenueMessage): readonly MarketEvent[] {
  return message.kind === 'events' ? message.events : []
}

function refusedOf(message: VenueMessage): readonly RefusedPart[] {
  if (message.kind === 'events') return message.refused ?? []
  return message.kind === 'bad' || message.kind === 'unused' ? [message] : []
}
