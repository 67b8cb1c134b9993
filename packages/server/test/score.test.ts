import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FrozenMap, SweptBar } from '@liqscope/engine'
import type { Bar } from '@liqscope/market'
import { ScoreSchema } from '@liqscope/protocol'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { DataFolder } from '../src/data-folder.ts'
import { MarketState } from '../src/market/market-state.ts'
import { ScoreJournal } from '../src/score/journal.ts'
import { checkJournals } from '../src/score/journal-check.ts'
import type { JournalRecord } from '../src/score/journal-lines.ts'
import { Scores } from '../src/score/scores.ts'
import { started } from './running.ts'
import { BTC, bars, FILE, MINUTE, SIM, START, stream } from './scripted-market.ts'

const quiet = pino({ level: 'silent' })
const HOUR = 60 * MINUTE

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'liqscope-scores-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const swept = (i: number): SweptBar => ({
  time: START + i * MINUTE,
  intervalMs: MINUTE,
  open: 100,
  high: 101,
  low: 99,
  close: 100,
  size: 10,
  ...(i % 2 === 0 ? { forced: { long: 1, short: 0 } } : {}),
})
const frozen = (i: number): FrozenMap => ({
  market: BTC.id,
  time: START + i * MINUTE,
  price: 100,
  model: { name: 'x', version: '1', weights: 'prior' },
  step: 5e-4,
  firstBin: 9200,
  long: [1, 2],
  short: [3, 4],
  spread: { phi: 1, kappa: 1 },
})

async function written(): Promise<string[]> {
  const journal = new ScoreJournal(dir, BTC.id, quiet)
  await journal.read(() => undefined)
  const hashes: string[] = []
  for (let i = 0; i < 4; i++) {
    journal.append({ kind: 'bar', bar: swept(i) })
    hashes.push(journal.append({ kind: 'map', map: frozen(i + 1) }))
  }
  journal.append({ kind: 'gap', from: START, to: START + MINUTE })
  await journal.close()
  return hashes
}

async function read(): Promise<{ records: JournalRecord[]; damaged: number; torn: number; next: string }> {
  const journal = new ScoreJournal(dir, BTC.id, quiet)
  const records: JournalRecord[] = []
  const state = await journal.read((record) => records.push(record))
  const next = journal.append({ kind: 'map', map: frozen(9) })
  await journal.close()
  return { records, next, ...state }
}

const path = () => join(dir, readdirSync(dir)[0]!)

describe('the journal', () => {
  it('gives back what was written, and its hashes go on from there', async () => {
    const hashes = await written()
    const { records, damaged, torn, next } = await read()
    expect({ damaged, torn }).toEqual({ damaged: 0, torn: 0 })
    expect(records.filter(({ kind }) => kind === 'bar').map((one) => 'bar' in one && one.bar)).toEqual(
      [0, 1, 2, 3].map(swept),
    )
    expect(records.flatMap((one) => (one.kind === 'map' ? [one.hash] : []))).toEqual(hashes)
    expect(records.at(-1)).toEqual({ kind: 'gap', from: START, to: START + MINUTE })
    const again = await read()
    expect(again.records.flatMap((one) => (one.kind === 'map' ? [one.hash] : [])).at(-1)).toBe(next)
    expect(again.damaged).toBe(0)
  })

  it('leaves out a last line that was cut off, and writes on after it', async () => {
    await written()
    appendFileSync(path(), '{"bar":[17735328')
    const { records, torn, damaged } = await read()
    expect({ torn, damaged, count: records.length }).toEqual({ torn: 16, damaged: 0, count: 9 })
    expect((await read()).records).toHaveLength(10)
  })

  it('cut at any byte, as by a kill, keeps every whole line and is whole again after the next', async () => {
    await written()
    const file = path()
    const bytes = readFileSync(file)
    const linesIn = (end: number) => bytes.subarray(0, end).toString('latin1').split('\n').length - 1
    for (let end = bytes.length; end >= 0; end -= 5) {
      writeFileSync(file, bytes.subarray(0, end))
      const { records, damaged } = await read()
      expect({ end, damaged, records: records.length }).toEqual({
        end,
        damaged: 0,
        records: Math.max(0, linesIn(end) - 1),
      })
      expect((await read()).damaged, `after ${end} bytes`).toBe(0)
    }
  }, 30_000)

  it.each<[string, (text: string) => string]>([
    ['a forced order taken out', (text) => text.replace('100,10,1,0]', '100,10,0,0]')],
    ['a map that says more', (text) => text.replace('"short":[3,4]', '"short":[30,4]')],
    ['a line taken out', (text) => text.split('\n').toSpliced(1, 1).join('\n')],
    ['a line that is no JSON', (text) => text.replace('{"bar":', '{"bar:')],
  ])('notices %s', async (_name, change) => {
    await written()
    const before = readFileSync(path(), 'utf8')
    const after = change(before)
    expect(after).not.toBe(before)
    writeFileSync(path(), after)
    expect((await read()).damaged).toBeGreaterThan(0)
  })

  it('goes on from month to month', async () => {
    const journal = new ScoreJournal(dir, BTC.id, quiet)
    await journal.read(() => undefined)
    journal.append({ kind: 'map', map: frozen(1) })
    journal.append({ kind: 'map', map: { ...frozen(1), time: START + 31 * 24 * HOUR } })
    await journal.close()
    expect(readdirSync(dir)).toEqual(['binance-BTCUSDT.2026-03.ndjson', 'binance-BTCUSDT.2026-04.ndjson'])
    const { records, damaged } = await read()
    expect({ damaged, count: records.length }).toEqual({ damaged: 0, count: 2 })
  })

  it('gives up storing, and not the score, when the disk cannot be written', async () => {
    const journal = new ScoreJournal(dir, BTC.id, quiet)
    await journal.read(() => undefined)
    rmSync(dir, { recursive: true })
    journal.append({ kind: 'bar', bar: swept(1) })
    await journal.close()
    expect(journal.failure).toContain('ENOENT')
  })
})

describe('scores of markets', () => {
  it('are kept by one process at a time, and what a killed one left behind is taken over', async () => {
    const first = new Scores(new DataFolder(dir), systemClock, quiet)
    expect((await first.ofMarket(BTC)).json().stored).toBe(true)
    writeFileSync(join(dir, 'lock'), `${process.ppid}\n`)
    const second = new Scores(new DataFolder(dir), systemClock, quiet)
    const json = (await second.ofMarket(BTC)).json()
    expect(json.stored).toBe(false)
    expect(json.notes.join(' ')).toContain('another liqscope')
    await second.close()
    writeFileSync(join(dir, 'lock'), '999999999\n')
    const third = new Scores(new DataFolder(dir), systemClock, quiet)
    expect((await third.ofMarket(BTC)).json().stored).toBe(true)
    await Promise.all([first.close(), third.close()])
  })

  it('of a simulated market are never stored', async () => {
    const scores = new Scores(new DataFolder(dir), systemClock, quiet)
    expect((await scores.ofMarket(SIM)).json()).toMatchObject({ simulated: true, stored: false })
    await scores.close()
    expect(readdirSync(dir)).toEqual([])
  })

  it('survive a restart, and a map is only frozen while its hour has just ended', async () => {
    let now = START
    const clock = { ...systemClock, now: () => now }
    const closed = (score: Awaited<ReturnType<Scores['ofMarket']>>, i: number) => {
      now = START + (i + 1) * MINUTE + 1000
      const bar: Bar = { ...bars(BTC, 1)[0]!, exchangeTime: START + i * MINUTE }
      score.closed({ bar, swept: bar, size: 10, map: () => undefined })
    }
    const scores = new Scores(new DataFolder(dir), clock, quiet)
    const score = await scores.ofMarket(BTC)
    for (let i = 0; i < 90; i++) closed(score, i)
    await scores.close()
    const restarted = new Scores(new DataFolder(dir), clock, quiet)
    const again = await restarted.ofMarket(BTC)
    expect(again.score.time).toBe(START + 90 * MINUTE)
    now = START + 10 * HOUR
    let asked = 0
    const bar: Bar = { ...bars(BTC, 1)[0]!, exchangeTime: START + 119 * MINUTE }
    again.closed({ bar, swept: bar, size: 10, map: () => void asked++ as undefined })
    expect(asked).toBe(0)
    await restarted.close()
  })
})

describe('a journal in the hands of somebody else', () => {
  it('gives the very figures that the server published, and changes by nothing', async () => {
    let now = START
    const scores = new Scores(new DataFolder(dir), { ...systemClock, now: () => now }, quiet)
    const score = await scores.ofMarket(BTC)
    const state = new MarketState(BTC)
    state.beginScore(score)
    bars(BTC, 60 * 36).forEach((bar, i) => {
      now = bar.exchangeTime + MINUTE + 1000
      const size = 10 * Math.log(bar.high / bar.low)
      state.apply({ ...bar, longLiquidated: i % 3 === 0 ? size : 0, shortLiquidated: i % 4 === 0 ? size : 0 })
    })
    await scores.close()
    const before = readFileSync(join(dir, 'score', readdirSync(join(dir, 'score'))[0]!), 'utf8')
    const [check] = await checkJournals(dir)
    expect(check).toMatchObject({
      market: BTC.id,
      bars: 2160,
      maps: 36,
      gaps: 0,
      damaged: 0,
      uncovered: 0,
      from: START,
    })
    expect(check!.hash).toBe(score.json().snapshots[0]!.hash)
    expect(check!.horizons).toEqual(score.json().horizons)
    expect(check!.horizons[0]!.figures).not.toBeNull()
    expect(readFileSync(join(dir, 'score', check!.files[0]!), 'utf8')).toBe(before)
  }, 30_000)

  it('says where it was changed, and what is no journal', async () => {
    await written()
    const text = readFileSync(path(), 'utf8')
    writeFileSync(path(), text.replace('100,10,1,0]', '100,10,0,0]'))
    expect((await checkJournals(path()))[0]).toMatchObject({
      damaged: 1,
      firstDamage: { file: 'binance-BTCUSDT.2026-03.ndjson', line: 3 },
    })
    writeFileSync(path(), 'time,open\n1,2\n')
    await expect(checkJournals(dir)).rejects.toThrow('is no journal')
    await expect(checkJournals(join(dir, 'nothing'))).rejects.toThrow('cannot read')
    rmSync(path())
    await expect(checkJournals(dir)).rejects.toThrow('holds no journal')
  })
})

describe('/api/v1/score', () => {
  /** Bars whose forced orders are a part of what they swept. */
  const history = bars(FILE, 60 * 40).map(
    (bar, i): Bar => ({
      ...bar,
      longLiquidated: i % 3 === 0 ? 10 * Math.log(bar.high / bar.low) : 0,
      shortLiquidated: i % 4 === 0 ? 10 * Math.log(bar.high / bar.low) : 0,
    }),
  )

  it('scores a file in its own time, and says the same wherever it is asked', async () => {
    const { url } = await started({ bars: { instrument: FILE, events: () => stream(history) } })
    const score = ScoreSchema.parse(await (await fetch(`${url}/api/v1/score?market=${FILE.id}`)).json())
    expect(score).toMatchObject({ market: FILE.id, basis: 'replay', frozen: 40, stored: false, since: START + HOUR })
    const [hour, , day] = score.horizons
    expect(hour!.scored).toBeGreaterThanOrEqual(24)
    expect(hour!.figures!.skillOver.freshness.value).not.toBeNull()
    expect(day).toMatchObject({ verdict: 'notEnoughYet', figures: null })
    expect(score.snapshots[0]!.hash).toMatch(/^[0-9a-f]{64}$/)
    const { markets } = await (await fetch(`${url}/api/v1/markets`)).json()
    expect(markets[0].skill).toEqual(score.skill)
    expect((await (await fetch(`${url}/api/v1/map?market=${FILE.id}`)).json()).skill).toEqual(score.skill)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain(`liqscope_score_frozen_maps{market="${FILE.id}"} 40`)
    const again = await started({ bars: { instrument: FILE, events: () => stream(history) } })
    expect(await (await fetch(`${again.url}/api/v1/score?market=${FILE.id}`)).json()).toEqual(score)
  }, 30_000)

  it('is described in the OpenAPI document, and an unknown market is 404', async () => {
    const { url } = await started({ bars: { instrument: FILE, events: () => stream(history.slice(0, 100)) } })
    const document = await (await fetch(`${url}/openapi.json`)).json()
    expect(document.paths).toHaveProperty('/api/v1/score')
    expect((await fetch(`${url}/api/v1/score?market=NOPE`)).status).toBe(404)
  })
})
