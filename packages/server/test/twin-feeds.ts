import { type Exchange, openFeed, type VenueFeed } from '@liqscope/feeds'
import type { Instrument, MarketEvent } from '@liqscope/market'
import { DIALECTS, type SimVenue, type SimVenues, startSimVenues } from '@liqscope/sim'
import { FakeClock, seeded } from '../../feeds/test/fake-clock.ts'

export const STEP_MS = 100
/** A turn of the loop in which sockets deliver, after each step. */
const TURNS = 2
/** Simulated time in which a feed has to be whole again after the last fault. */
const LONGEST_REPAIR_MS = 120_000

/** A feed of the market, and what came out of it in the order of arrival. */
export interface Heard {
  readonly venue: SimVenue
  readonly feed: VenueFeed
  readonly instrument: Instrument
  readonly events: MarketEvent[]
}

/** The same market through the same adapter twice: undisturbed, and over a line on which things go wrong. */
export interface Twins {
  readonly exchange: Exchange
  readonly quiet: Heard
  readonly faulty: Heard
}

/** One simulated market, two venues of each exchange's dialect that serve it, and a feed of each, on one clock. */
export class TwinFeeds {
  private constructor(
    readonly clock: FakeClock,
    readonly twins: readonly Twins[],
    private readonly venues: SimVenues,
  ) {}

  static async open(exchanges: readonly Exchange[], seed: number, warmupMs: number): Promise<TwinFeeds> {
    const clock = new FakeClock(Date.UTC(2026, 10, 24, 13, 50))
    const venues = await startSimVenues({
      dialects: exchanges.flatMap((exchange) => [DIALECTS[exchange], DIALECTS[exchange]]),
      markets: 'same',
      seed,
      symbols: ['BTCUSDT'],
      warmupMs,
      now: () => clock.now(),
    })
    const twins: Twins[] = []
    const opened = new TwinFeeds(clock, twins, venues)
    for (const [i, exchange] of exchanges.entries())
      twins.push({
        exchange,
        quiet: await heard(exchange, venues.venues[2 * i], clock),
        faulty: await heard(exchange, venues.venues[2 * i + 1], clock),
      })
    await opened.whole()
    return opened
  }

  /** The coin's worth changes at once, log. */
  shock(logReturn: number): void {
    this.venues.venues[0]?.markets[0]?.shock(logReturn)
  }

  async run(ms: number, each?: (passed: number) => void, stepMs = STEP_MS): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      each?.(passed)
      this.clock.advance(stepMs)
      this.venues.step()
      for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
      if (passed % 2_000 === 0) await rest(2)
    }
  }

  /** Runs on until every feed is connected and holds nothing back, and what was sent has arrived. */
  async whole(): Promise<void> {
    const waiting = () =>
      this.twins.flatMap(({ exchange, quiet, faulty }) =>
        [quiet, faulty].flatMap(({ feed }) =>
          feed
            .statuses()
            .filter(({ state }) => state === 'connecting' || state === 'offline' || state === 'backfilling')
            .map(({ channel, state }) => `${exchange} ${channel} ${state}`),
        ),
      )
    for (let left = waiting(), passed = 0; left.length > 0; left = waiting()) {
      if (passed > LONGEST_REPAIR_MS) throw new Error(`never whole again: ${left.join(', ')}`)
      await this.run(500)
      await rest(5)
      passed += 500
    }
    // Every channel speaks once more, so that each gap has found its end.
    await this.run(2_200)
    await rest(30)
  }

  async close(): Promise<void> {
    await Promise.all(this.twins.flatMap(({ quiet, faulty }) => [quiet.feed.close(), faulty.feed.close()]))
    await this.venues.close()
  }
}

async function heard(exchange: Exchange, venue: SimVenue | undefined, clock: FakeClock): Promise<Heard> {
  if (venue === undefined) throw new Error(`no venue speaks for ${exchange}`)
  const { restUrl, wsUrl } = venue
  const events: MarketEvent[] = []
  const random = seeded(11)
  const feed = openFeed(exchange, {
    venue: 'sim',
    addresses: { restUrl, wsUrl, inverseRestUrl: restUrl, inverseWsUrl: wsUrl },
    clock,
    // Losses follow one another faster than on any real line: the full pause would leave no time in between.
    random: () => 0.05 * random(),
    listener: { onEvent: (event) => events.push(event), onError() {}, onStatus() {} },
  })
  const listing = await driven(clock, feed.instruments())
  const instrument = listing.find(({ base, kind }) => base === 'BTC' && kind === 'linear')
  if (instrument === undefined) throw new Error(`${exchange} lists no BTC`)
  feed.subscribe(instrument)
  return { venue, feed, instrument, events }
}

/** Lets time pass while something is awaited: requests are paced by the clock. */
export async function driven<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  const timer = setInterval(() => clock.advance(10), 5)
  try {
    return await promise
  } finally {
    clearInterval(timer)
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
