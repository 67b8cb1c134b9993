import type { Instrument, MarketEvent } from '@liqscope/market'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RefusedPart, VenueMessage } from '../src/venue/message.ts'
import { adapterOf, type Exchange } from '../src/venues.ts'
import { type BookDialect, conformanceFaults } from './conformance-faults.ts'
import { ConformanceRig } from './conformance-rig.ts'
import { until } from './fake-clock.ts'
import type { FixtureFile } from './fixture-file.ts'

export interface ConformanceCase {
  /** One payload of every message of the exchange. */
  readonly messages: FixtureFile
  /** What the fixtures are about. */
  readonly instruments: readonly Instrument[]
  /** What the exchange answers to a request that succeeds. */
  acknowledge(request: Record<string, unknown>): readonly unknown[]
  /** What it answers when it refuses `stream`, one of those asked for, with `REFUSAL` where its reason is. */
  refuse(request: Record<string, unknown>, stream: string): readonly unknown[]
  /** How it tells its book; `without`: why there can be no hole in it. */
  readonly book: BookDialect | { readonly without: string }
}

const RECEIVED = 1_790_000_000_150
/** A person reads it in a list. */
const LONGEST_REASON = 200

/** What every exchange owes the rest, whatever its protocol: run by each in a few lines. */
export function conformance(exchange: Exchange, venueCase: ConformanceCase): void {
  const { messages, instruments, acknowledge } = venueCase
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
    let rig: ConformanceRig
    beforeEach(async () => {
      rig = await ConformanceRig.open(exchange, acknowledge)
    })
    afterEach(() => rig.close())

    it('deliver what the fixtures say, each trade and forced order once, however often and in whatever order it comes', async () => {
      await rig.subscribed(instruments)
      await rig.send(messages.texts)
      await rig.send(messages.texts)
      const keys = rig.events
        .filter((event) => event.kind === 'trade')
        .map((event) => `${event.instrument} ${event.kind === 'trade' ? event.tradeId : ''}`)
      expect(keys.length).toBeGreaterThan(0)
      expect(new Set(keys).size).toBe(keys.length)
      const orders = rig.events.filter(({ kind }) => kind === 'liquidationOrder').map((event) => JSON.stringify(event))
      expect(new Set(orders).size).toBe(orders.length)
    })

    it('survive truncated, endless and hostile frames: each is counted, the rest lives on', async () => {
      await rig.subscribed(instruments)
      const before = rig.refusedCount()
      const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
      const hostile = ['', '{', 'null', '[]', '"x"', '{"__proto__":{"polluted":1}}', nested, 'x'.repeat(500_000)]
      await rig.send(hostile)
      expect(rig.refusedCount() - before).toBeGreaterThanOrEqual(hostile.length - 1)
      expect('polluted' in {}).toBe(false)
      await rig.send(messages.texts)
      expect(rig.events.some(({ kind }) => kind === 'trade')).toBe(true)
    })

    it('show a channel that is acknowledged and silent within 60 s', async () => {
      await rig.subscribed(instruments)
      for (let second = 0; second < 60; second++) {
        // The connection itself is alive.
        for (const socket of rig.venue.sockets) socket.ping()
        await rig.clock.pass(1_000, 1_000)
      }
      const continuous = [...streamed()].filter((channel) => channel !== 'liquidationOrder')
      for (const channel of continuous)
        expect(rig.states().filter((state) => state.includes(` ${channel} `))).not.toContainEqual(
          expect.stringMatching(/ (live|connecting)$/),
        )
      expect(rig.errors.some(({ message }) => message.includes('acknowledged but silent'))).toBe(true)
    })

    it('come back after each loss, never faster than the exchange allows', async () => {
      await rig.subscribed(instruments)
      const { limit, windowMs } = adapter.sockets.connections
      const begun: number[] = []
      let seen = rig.venue.handshakes.length
      const note = () => {
        for (; seen < rig.venue.handshakes.length; seen++) begun.push(rig.clock.now())
      }
      for (let loss = 0; loss < 5; loss++) {
        const before = begun.length
        await until(() => {
          // Also one whose handshake was under way: a feed may hold several.
          for (const socket of rig.venue.sockets) socket.terminate()
          note()
          return rig.venue.sockets.size === 0
        }, `connection ${loss} is lost`)
        await until(() => {
          rig.clock.advance(100)
          note()
          return rig.venue.sockets.size > 0 && begun.length > before
        }, `connection ${loss} comes back`)
      }
      expect(begun.length).toBeGreaterThanOrEqual(5)
      for (const [index, time] of begun.entries()) {
        const inWindow = begun.slice(0, index + 1).filter((earlier) => earlier > time - windowMs).length
        expect(inWindow).toBeLessThanOrEqual(limit)
      }
    })

    it('are replaced by fresh ones before the old ones are let go', async () => {
      await rig.reopen(20_000)
      await rig.subscribed(instruments)
      const before = rig.venue.handshakes.length
      let both = 0
      await until(() => {
        rig.clock.advance(100)
        both = Math.max(both, rig.venue.sockets.size)
        return rig.venue.handshakes.length > before && both > 1
      }, 'two connections at once')
      expect(rig.states().filter((state) => state.endsWith('offline'))).toEqual([])
    })
  })

  conformanceFaults(exchange, venueCase)
}

function eventsOf(message: VenueMessage): readonly MarketEvent[] {
  return message.kind === 'events' ? message.events : []
}

function refusedOf(message: VenueMessage): readonly RefusedPart[] {
  if (message.kind === 'events') return message.refused ?? []
  return message.kind === 'bad' || message.kind === 'unused' ? [message] : []
}
