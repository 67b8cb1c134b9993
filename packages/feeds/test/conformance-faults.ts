import { type BookLevel, baseSize, type Instrument, type OrderBook } from '@liqscope/market'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adapterOf, type Exchange } from '../src/venues.ts'
import type { ConformanceCase } from './conformance.ts'
import { ConformanceRig, FIXTURES_AT } from './conformance-rig.ts'

/** The exchange's one book at one of its positions, which count up by one. */
export interface ScriptedBook {
  readonly symbol: string
  readonly position: number
  /** Epoch ms. */
  readonly time: number
  /** `[price, size]` as the exchange writes numbers: all levels of a whole book, the new ones of a change. */
  readonly bids: readonly (readonly [string, string])[]
  readonly asks: readonly (readonly [string, string])[]
}

/** How an exchange tells its book. */
export interface BookDialect {
  whole(book: ScriptedBook): unknown
  /** A change that follows position - 1. */
  change(book: ScriptedBook): unknown
  /** The end of the REST path of `whole`. Absent: the stream begins with it. */
  readonly restPath?: string
}

/** What the scripted exchange says when it refuses: in the field where the exchange puts its reason. */
export const REFUSAL = 'Invalid subscription'
const STEP_MS = 1_100
/** A level that only the missed change adds: a book without it is not the exchange's. */
const MISSED: readonly [string, string] = ['63999', '9']

/** What every exchange owes when it refuses one stream, and when a book's changes have a hole. */
export function conformanceFaults(exchange: Exchange, venueCase: ConformanceCase): void {
  const { messages, instruments, acknowledge, refuse, book } = venueCase
  const adapter = adapterOf(exchange)
  const [first] = instruments
  if (first === undefined) throw new Error(`${exchange}: no instrument in the fixtures`)
  const listing = new Map(instruments.map((instrument) => [instrument.symbol, instrument]))

  describe(`${exchange} faults`, () => {
    let rig: ConformanceRig
    beforeEach(async () => {
      // A wait of ten seconds ends among the fixtures' times: what they say is neither late nor early.
      rig = await ConformanceRig.open(exchange, acknowledge, FIXTURES_AT - 8_000)
    })
    afterEach(() => rig.close())

    it('of one refused stream quarantine it with the reason; the others are live within 10 s', async () => {
      const refused = streamOf(first, 'trade')
      let told: number | undefined
      let times = 0
      rig.reply = (request, names) => {
        if (!names.includes(refused)) return acknowledge(request)
        told ??= rig.clock.now()
        times++
        return refuse(request, refused)
      }
      const read = adapter.openReader()
      const spoken = messages.texts.map((text) => ({ text, message: read(text, rig.clock.now(), listing) }))
      // All but what the refused stream would have carried.
      const texts = spoken.filter(
        ({ message }) => message.kind !== 'events' || message.events.every(({ kind }) => kind !== 'trade'),
      )
      const due = new Set(
        texts.flatMap(({ message }) =>
          message.kind === 'events' ? message.events.map(({ kind, instrument }) => `${instrument} ${kind}`) : [],
        ),
      )
      for (const instrument of instruments) rig.feed.subscribe(instrument)
      while (told === undefined || rig.clock.now() - told < 9_000) {
        await rig.clock.pass(200, 50)
        await rig.send([])
      }
      await rig.send(texts.map(({ text }) => text))
      expect(rig.clock.now() - told).toBeLessThanOrEqual(10_000)
      const ours = ({ symbol, channel }: { symbol: string; channel: string }) =>
        symbol === first.symbol && channel === 'trade'
      expect(rig.feed.statuses().find(ours)).toMatchObject({
        state: 'stale',
        refusal: expect.stringContaining(REFUSAL),
      })
      expect(rig.feed.refused()).toContainEqual(
        expect.objectContaining({ channel: refused, reason: expect.stringContaining(REFUSAL), count: 1 }),
      )
      const others = rig.feed.statuses().filter((status) => !ours(status))
      expect(due.size).toBeGreaterThan(1)
      for (const { venue, symbol, channel, state, refusal } of others) {
        expect(refusal, `${symbol} ${channel}`).toBeUndefined()
        if (due.has(`${venue}:${symbol} ${channel}`)) expect(`${symbol} ${channel} ${state}`).toMatch(/ live$/)
      }
      // Once with others, once alone at most.
      expect(times).toBeLessThanOrEqual(2)
    })

    it('of a hole in the changes of a book are a Gap and a whole book again, never a broken one', async (context) => {
      if ('without' in book) {
        // The declaration is held to: no change of a book is ever told, and none is fetched.
        const read = adapter.openReader()
        const books = messages.texts.map((text) => read(text, rig.clock.now(), listing))
        for (const message of books) if (message.kind === 'book') expect(message.update.isSnapshot).toBe(true)
        context.skip(book.without)
        return
      }
      const exchangeBook = new ScriptedMarket(first)
      const stream = streamOf(first, 'orderBook')
      let asked = 0
      const whole = () => {
        asked++
        return book.whole(exchangeBook.whole())
      }
      const { restPath } = book
      if (restPath !== undefined) rig.venue.answer = ({ path }) => (path.endsWith(restPath) ? whole() : undefined)
      else rig.reply = (request, names) => [...acknowledge(request), ...(names.includes(stream) ? [whole()] : [])]
      const books = () => rig.events.filter((event): event is OrderBook => event.kind === 'orderBook')
      const step = async (isSent = true) => {
        rig.clock.advance(STEP_MS)
        const change = exchangeBook.move(rig.clock.now(), isSent ? [] : [MISSED])
        await rig.send(isSent ? [JSON.stringify(book.change(change))] : [])
      }
      const stepUntil = async (holds: () => boolean) => {
        for (let steps = 0; steps < 20 && !holds(); steps++) await step()
        expect(holds()).toBe(true)
      }
      rig.feed.subscribe(first)
      await rig.clock.pass(2_000, 50)
      await rig.send([])
      await stepUntil(() => books().length >= 2)
      await step()
      const lastWhole = rig.clock.now()
      const before = { asked, books: books().length }
      await step(false)
      await step()
      expect(books().length).toBe(before.books)
      await stepUntil(() => books().length > before.books)

      expect(asked).toBeGreaterThan(before.asked)
      expect(rig.errors.some(({ message }) => message.includes('the sequence broke'))).toBe(true)
      const next = books()[before.books]
      const holes = rig.events.filter((event) => event.kind === 'gap' && event.channel === 'orderBook')
      expect(holes).toMatchObject([{ instrument: first.id, from: lastWhole, to: next?.exchangeTime }])
      expect(next?.bids).toHaveLength(2)
      for (const published of books()) {
        const truth = exchangeBook.at(published.exchangeTime)
        expect({ bids: published.bids, asks: published.asks }).toEqual(truth)
      }
    })
  })

  function streamOf(instrument: Instrument, channel: 'trade' | 'orderBook'): string {
    const found = adapter.streamsOf(instrument).find(({ channels }) => channels.includes(channel))
    if (found === undefined) throw new Error(`${exchange}: no stream of ${channel}`)
    return found.name
  }
}

/** The book as the exchange has it: one level a side whose size is the position, and the levels added since. */
class ScriptedMarket {
  readonly #instrument: Instrument
  #now: ScriptedBook
  readonly #truth = new Map<number, Pick<OrderBook, 'bids' | 'asks'>>()

  constructor(instrument: Instrument) {
    this.#instrument = instrument
    this.#now = { symbol: instrument.symbol, position: 1_000, time: FIXTURES_AT - 8_000, ...sidesAt(1_000) }
    this.#remember()
  }

  whole(): ScriptedBook {
    return this.#now
  }

  /** To the next position; returns the change. */
  move(time: number, more: ScriptedBook['bids']): ScriptedBook {
    const { symbol, position, bids } = this.#now
    const next = { symbol, position: position + 1, time }
    const { bids: best, asks } = sidesAt(next.position)
    this.#now = { ...next, bids: [...best, ...bids.slice(1), ...more], asks }
    this.#remember()
    return { ...next, bids: [...best, ...more], asks }
  }

  at(time: number): Pick<OrderBook, 'bids' | 'asks'> | undefined {
    return this.#truth.get(time)
  }

  #remember(): void {
    const { time, bids, asks } = this.#now
    this.#truth.set(time, { bids: bids.map(this.#inBase), asks: asks.map(this.#inBase) })
  }

  readonly #inBase = ([price, size]: readonly [string, string]): BookLevel => {
    const canonical = Number(price) / this.#instrument.unitFactor
    return [canonical, baseSize(this.#instrument, Number(size), canonical)]
  }
}

function sidesAt(position: number): Pick<ScriptedBook, 'bids' | 'asks'> {
  return { bids: [['64000', String(position)]], asks: [['64001', String(position)]] }
}
