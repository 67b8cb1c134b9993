import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOnce, run } from './command.ts'

let dir = ''
let file = ''

/** A journal as anyone could write it who read how it is made: two bars and a map. */
beforeAll(() => {
  buildOnce()
  dir = mkdtempSync(join(tmpdir(), 'liqscope-verify-'))
  mkdirSync(join(dir, 'score'))
  file = join(dir, 'score', 'binance-BTCUSDT.2026-03.ndjson')
  const start = Date.UTC(2026, 2, 15)
  const map = {
    market: 'binance:BTCUSDT',
    time: start + 120_000,
    price: 100,
    step: 5e-4,
    firstBin: 9200,
    long: [1],
    short: [2],
    spread: { phi: 1, kappa: 1 },
  }
  const bars = [0, 1].map((i) => JSON.stringify([start + i * 60_000, 60_000, 100, 101, 99, 100, 10, 1, 0]))
  const hash = [...bars, JSON.stringify(map)].reduce(
    (head, payload) => createHash('sha256').update(`${head}\n${payload}`).digest('hex'),
    '',
  )
  const lines = [
    '{"journal":[1,"binance:BTCUSDT",""]}',
    ...bars.map((bar) => `{"bar":${bar}}`),
    `{"hash":"${hash}","map":${JSON.stringify(map)}}`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('liqscope verify', () => {
  it('finds a folder as it was written, and computes its score again', async () => {
    const { code, stdout } = await run(['verify', dir])
    expect(code).toBe(0)
    expect(stdout).toContain('binance:BTCUSDT: 1 file, 1 frozen map, 2 bars, 0 gaps')
    expect(stdout).toContain('every line is as it was written')
    expect(stdout).toMatch(/^24 +0 .*not enough yet$/m)
    const [json] = JSON.parse((await run(['verify', file, '--json'])).stdout)
    expect(json).toMatchObject({ maps: 1, damaged: 0, firstDamage: null, from: '2026-03-15T00:00:00.000Z' })
    expect(json.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('ends with 1 where a forced order was changed, and says from which line on', async () => {
    const changed = join(dir, 'changed.2026-03.ndjson')
    writeFileSync(changed, readFileSync(file, 'utf8').replace('100,10,1,0]', '100,10,9,0]'))
    const { code, stdout, stderr } = await run(['verify', changed])
    expect(code).toBe(1)
    expect(stdout).toContain('BROKEN')
    expect(stderr).toContain('binance:BTCUSDT from changed.2026-03.ndjson line 4 on')
  })

  it('says what is no journal', async () => {
    const { code, stderr } = await run(['verify', join(dir, 'nothing')])
    expect(code).toBe(2)
    expect(stderr).toMatch(/cannot read .*nothing/)
    expect(stderr).not.toMatch(/\n\s+at |--host/)
  })
})
