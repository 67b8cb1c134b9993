import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { isExchange, openFeed, type VenueFeed } from '@liqscope/feeds'
import type { Figure } from './figure.ts'
import type { LoopbackOrder } from './loopback-venues.ts'

/** How long the feeds may take to be subscribed, and how long is measured. */
const SUBSCRIBE_MS = 60_000
const MEASURE_MS = 20_000
/** p99 of the event loop's delay that a page beside it bears. */
const TOLERATED_MS = 50

const ORDER: LoopbackOrder = {
  symbols: Number(process.env.LIQSCOPE_BENCH_SYMBOLS ?? 100),
  speed: Number(process.env.LIQSCOPE_BENCH_SPEED ?? 5),
}

interface Address {
  readonly name: string
  readonly restUrl: string
  readonly wsUrl: string
}

/**
 * Six venues in a worker, their feeds in this thread: what one core bears end to end, from socket to checked event.
 * The load is what the simulator makes at the speed asked for, and is printed with what it cost.
 */
export async function* loopbackBench(): AsyncIterable<Figure> {
  const worker = new Worker(new URL('./loopback-venues.js', import.meta.url), { workerData: ORDER })
  const feeds: VenueFeed[] = []
  try {
    const addresses = await new Promise<readonly Address[]>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    let events = 0
    let errors = 0
    let streams = 0
    for (const { name, restUrl, wsUrl } of addresses) {
      if (!isExchange(name)) continue
      const feed = openFeed(name, {
        venue: 'sim',
        addresses: { restUrl, wsUrl, inverseRestUrl: restUrl, inverseWsUrl: wsUrl },
        listener: {
          onEvent: () => {
            events++
          },
          onError: () => {
            errors++
          },
          onStatus() {},
        },
      })
      feeds.push(feed)
      for (const instrument of await feed.instruments()) feed.subscribe(instrument)
    }
    const isOpen = ({ state }: { readonly state: string }): boolean => state !== 'connecting' && state !== 'offline'
    const deadline = Date.now() + SUBSCRIBE_MS
    const statuses = () => feeds.flatMap((feed) => feed.statuses())
    while (Date.now() < deadline && !statuses().every(isOpen)) await new Promise((resolve) => setTimeout(resolve, 500))
    streams = statuses().filter(isOpen).length
    const asked = statuses().length
    const delay = monitorEventLoopDelay({ resolution: 5 })
    const before = { events, errors, load: performance.eventLoopUtilization(), time: performance.now() }
    delay.enable()
    await new Promise((resolve) => setTimeout(resolve, MEASURE_MS))
    delay.disable()
    const seconds = (performance.now() - before.time) / 1000
    const what = `loopback, ${feeds.length} venues x ${ORDER.symbols} symbols at ${ORDER.speed}x`
    const rate = Math.round((events - before.events) / seconds)
    const p99 = delay.percentile(99) / 1e6
    yield {
      name: `${what}: channels open`,
      value: streams,
      unit: 'channels',
      ratio: streams / asked,
      against: 'asked for',
    }
    yield { name: `${what}: events`, value: rate, unit: 'events/s' }
    yield {
      name: `${what}: thread busy`,
      value: Math.round(1000 * performance.eventLoopUtilization(before.load).utilization) / 1000,
      unit: 'of one core',
    }
    yield {
      name: `${what}: event-loop delay p99`,
      value: Math.round(p99 * 10) / 10,
      unit: 'ms',
      ratio: Math.round((100 * p99) / TOLERATED_MS) / 100,
      against: `${TOLERATED_MS} ms`,
    }
    yield { name: `${what}: feed errors`, value: errors - before.errors, unit: 'errors' }
  } finally {
    await Promise.all(feeds.map((feed) => feed.close()))
    await worker.terminate()
  }
}
