import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barRows, barsCsv, START } from './bars.ts'
import { buildOnce, run } from './command.ts'

const MINUTE = 60_000
const CONTRACT = [
  'bars',
  'trainUntil',
  'model',
  'devianceExplained',
  'skillOver',
  'massRatio',
  'bandCoverage',
  'touchLift',
  'ageTouchLift',
  'farTouchLift',
]
const RIVALS = ['constant', 'range', 'freshness', 'freshnessLeg', 'fixedTiers', 'recentLiquidations', 'shuffledMap']

let folder = ''
let bars = ''
beforeAll(() => {
  buildOnce()
  folder = mkdtempSync(join(tmpdir(), 'liqscope-score-'))
  bars = join(folder, 'binance-btcusdt-1m.csv')
  writeFileSync(bars, barsCsv(barRows(3000)))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('liqscope score', () => {
  it('prints every figure of the contract with its interval', async () => {
    const trainUntil = new Date(START + 2000 * MINUTE).toISOString()
    const { code, stdout } = await run(['score', '--bars', bars, '--train-until', trainUntil, '--json'])
    expect(code).toBe(0)
    const json = JSON.parse(stdout)
    expect(Object.keys(json)).toEqual(expect.arrayContaining(CONTRACT))
    expect(json).toMatchObject({ market: 'binance:BTCUSDT', bars: 3000, trainUntil, testBars: 1000, online: true })
    expect(Object.keys(json.devianceExplained)).toEqual(['1m', '5m', '30m', '60m', '240m'])
    expect(Object.keys(json.touchLift)).toEqual(['1h', '4h', '24h'])
    expect(Object.keys(json.skillOver).sort()).toEqual([...RIVALS].sort())
    for (const rival of RIVALS)
      for (const figure of Object.values(json.skillOver[rival]))
        expect(figure).toMatchObject({ value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) })
  }, 60_000)

  it('prints a table for people, and what is missing', async () => {
    const path = join(folder, 'bare.csv')
    const rows = barRows(3000).map((row) => row.split(',').toSpliced(5, 3, '', '', '').join(','))
    writeFileSync(path, barsCsv(rows))
    const { code, stdout } = await run(['score', '--bars', path, '--frozen'])
    expect(code).toBe(0)
    expect(stdout).toContain('skill over freshness + one leg')
    expect(stdout).toContain('keep what they learned')
    expect(stdout).toContain('note: No open interest: there is no volume either')
  }, 60_000)

  it('leaves out rows that are wrong, and says how many and why', async () => {
    const path = join(folder, 'repeated.csv')
    const rows = barRows(3000)
    writeFileSync(path, barsCsv([...rows.slice(0, 500), rows[499]!, ...rows.slice(500)]))
    const { code, stdout } = await run(['score', '--bars', path, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ bars: 3000 })
    expect(JSON.parse(stdout).notes.join(' ')).toContain('1 row was left out as wrong')
  }, 60_000)

  it.each([
    ['a time after the file', ['--train-until', '2030-01-01T00:00:00Z'], 'leaves nothing to test'],
    ['a time before the file', ['--train-until', '2010-01-01T00:00:00Z'], 'leaves nothing to train on'],
  ])(
    'has null for what cannot be measured, and the reason: %s',
    async (_name, flags, reason) => {
      const { code, stdout } = await run(['score', '--bars', bars, '--json', ...flags])
      expect(code).toBe(0)
      const json = JSON.parse(stdout)
      expect(json.skillOver.freshness['60m']).toEqual({ value: null, low: null, high: null })
      expect(json.notes.join(' ')).toContain(reason)
    },
    60_000,
  )

  it('writes a page that holds every figure and asks nothing of a network', async () => {
    const page = join(folder, 'score.html')
    const trainUntil = new Date(START + 2000 * MINUTE).toISOString()
    const { code } = await run(['score', '--bars', bars, '--train-until', trainUntil, '--html', page])
    expect(code).toBe(0)
    const html = readFileSync(page, 'utf8')
    const sha256 = createHash('sha256').update(readFileSync(bars)).digest('hex')
    for (const words of [sha256, trainUntil, 'Skill over the strongest rivals', 'Is what it expects what comes?'])
      expect(html).toContain(words)
    for (const part of ['Skill over time', 'Per side and venue', 'Crash days', 'Lift, beside', 'Limits', '<svg'])
      expect(html).toContain(part)
    expect(html).toContain("default-src 'none'")
    expect(html).not.toMatch(/<script|https?:|url\(| style="| on[a-z]+="|NaN|undefined|Infinity/)
    const style = html.slice(html.indexOf('<style>') + '<style>'.length, html.indexOf('</style>'))
    expect(html).toContain(createHash('sha256').update(style).digest('base64'))
    const { stdout } = await run(['score', '--bars', bars, '--train-until', trainUntil, '--json'])
    const skill: number = JSON.parse(stdout).skillOver.freshness['5m'].value
    expect(html).toContain(Math.abs(skill).toFixed(2))
  }, 60_000)

  it('writes a page for a file that cannot be scored, with the reason', async () => {
    const page = join(folder, 'short.html')
    const path = join(folder, 'a<b>.csv')
    writeFileSync(path, barsCsv(barRows(5)))
    const { code } = await run(['score', '--bars', path, '--html', page])
    expect(code).toBe(0)
    const html = readFileSync(page, 'utf8')
    expect(html).toContain('Nothing could be measured')
    expect(html).toContain('5 sound bars are too few')
    expect(html).not.toContain('a<b>')
  }, 60_000)

  it('says so when the page cannot be written', async () => {
    const { code, stderr } = await run(['score', '--bars', bars, '--html', join(folder, 'no', 'such', 'folder.html')])
    expect(code).toBe(2)
    expect(stderr).toContain('cannot write the report')
  }, 60_000)

  it('ends with 2 and says what is wrong with a time that is none', async () => {
    const { code, stderr } = await run(['score', '--bars', bars, '--train-until', 'soon'])
    expect(code).toBe(2)
    expect(stderr).toContain('train-until')
  })
})
