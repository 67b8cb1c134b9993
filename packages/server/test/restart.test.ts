import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bar } from '@liqscope/market'
import { MapSchema } from '@liqscope/protocol'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ForcedMemory } from '../src/score/forced-memory.ts'
import { ScoreJournal } from '../src/score/journal.ts'
import { eventually, withVenue } from './running.ts'
import { BTC, bars, MINUTE, START } from './scripted-market.ts'

const HOURS = 40
const END = START + HOURS * 60 * MINUTE

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'liqscope-restart-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const history = bars(BTC, HOURS * 60)
const forcedOf = ({ high, low }: Bar, i: number) => ({
  long: i % 3 === 0 ? 200 * Math.log(high / low) : 0,
  short: i % 4 === 0 ? 200 * Math.log(high / low) : 0,
})

/** What a server that had watched all of it would have written down. */
async function watched(): Promise<void> {
  const journal = new ScoreJournal(join(dir, 'score'), BTC.id, pino({ level: 'silent' }))
  await journal.read(() => undefined)
  history.forEach((bar, i) => {
    const { exchangeTime: time, intervalMs, open, high, low, close } = bar
    journal.append({
      kind: 'bar',
      bar: { time, intervalMs, open, high, low, close, size: 80_000, forced: forcedOf(bar, i) },
    })
  })
  await journal.close()
}

async function mapAfterStart(options: { dataDir?: string }) {
  const { url, feed } = await withVenue([BTC], () => history, options)
  const trade = { kind: 'trade', instrument: BTC.id, exchangeTime: END + 1000, receivedTime: END + 1000 } as const
  feed.emit({ ...trade, tradeId: '1', price: 70_000, size: 1, side: 'buy' })
  return eventually(
    async () => MapSchema.safeParse(await (await fetch(`${url}/api/v1/map?market=${BTC.id}`)).json()),
    ({ success, data }) => success && Date.parse(data.at) >= END,
  )
}

describe('a server that is started again', () => {
  it('has learned from the forced orders that it saw before, which no exchange would tell it again', async () => {
    expect((await mapAfterStart({})).data?.model.weights).toBe('prior')
    await watched()
    const { data } = await mapAfterStart({ dataDir: dir })
    expect(data?.model.weights).toBe('fitted')
    expect(data?.model.notes.join(' ')).toContain("fitted to this market's forced orders")
  }, 30_000)
})

describe('what is remembered of forced orders', () => {
  const bar = history[5]!
  const seen = { ...bar, time: bar.exchangeTime, size: 1, forced: { long: 2, short: 0 } }

  it('fills a bar of the same time and length, and nothing else', () => {
    const memory = new ForcedMemory()
    memory.add(seen)
    expect(memory.from).toBe(bar.exchangeTime)
    expect(memory.fill(bar)).toEqual({ ...bar, longLiquidated: 2, shortLiquidated: 0 })
    expect(memory.fill({ ...bar, intervalMs: 2 * MINUTE })).not.toHaveProperty('longLiquidated')
    expect(memory.fill(history[6]!)).not.toHaveProperty('longLiquidated')
    expect(memory.fill({ ...bar, longLiquidated: 7 })).toMatchObject({ longLiquidated: 7, shortLiquidated: 0 })
  })

  it('says nothing of bars that a gap touches, or that did not know', () => {
    const memory = new ForcedMemory()
    memory.add(seen)
    memory.add({ ...seen, time: seen.time + MINUTE, forced: undefined as never })
    memory.miss(bar.exchangeTime + MINUTE - 1, bar.exchangeTime + MINUTE)
    expect(memory.fill(bar)).toEqual(bar)
    expect(memory.fill(history[6]!)).toEqual(history[6])
  })
})
