import type { Bar, Gap, Instrument } from '@liqscope/market'
import { pino } from 'pino'
import { afterEach } from 'vitest'
import { type RunningServer, type ServerOptions, startServer } from '../src/index.ts'
import { ScriptedFeed } from './scripted-market.ts'
import { Subscriber } from './subscriber.ts'

/** What a test provokes is not printed. */
const quiet = pino({ level: 'silent' })
const opened: { close(): unknown }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

/** A server on a free port, closed after the test. No sim unless asked for. */
export async function started(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({ port: 0, sim: false, webRoot: '/nonexistent', logger: quiet, ...options })
  opened.push(server)
  return server
}

/** A server whose live venue is scripted, with its history folded. */
export async function withVenue(
  listed: readonly Instrument[],
  history: (instrument: Instrument) => Iterable<Bar | Gap>,
  options: ServerOptions = {},
): Promise<RunningServer & { feed: ScriptedFeed }> {
  let feed: ScriptedFeed | undefined
  const server = await started({
    live: {
      symbols: listed.map(({ id }) => id),
      backfillHours: 24,
      open: (listener) => {
        feed = new ScriptedFeed(listener, listed, history)
        return feed
      },
    },
    ...options,
  })
  if (!feed) throw new Error('the feed was not opened')
  return { ...server, feed }
}

export function subscriber(url: string, headers?: Record<string, string>): Subscriber {
  const client = new Subscriber(url, headers)
  opened.push({ close: () => client.socket.terminate() })
  return client
}

/** Asks until `isDone`. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  isDone: (answer: T) => boolean,
  ms = 10_000,
): Promise<T> {
  const deadline = Date.now() + ms
  for (;;) {
    const answer = await ask()
    if (isDone(answer)) return answer
    if (Date.now() > deadline) throw new Error(`never happened; last answer: ${JSON.stringify(answer)?.slice(0, 500)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
