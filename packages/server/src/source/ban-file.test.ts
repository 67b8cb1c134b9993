import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openBanFile } from './ban-file.ts'

const NOW = 1_790_000_000_000
const URL = 'https://fapi.binance.com'
const log = pino({ level: 'silent' })
let folder: string
const open = (now = NOW) => openBanFile(join(folder, 'state', 'bans.json'), () => now, log)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqscope-bans-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('a ban survives a restart, and is never shortened', () => {
  open().remember(URL, NOW + 120_000)
  open().remember(URL, NOW + 60_000)
  expect(open().until(URL)).toBe(NOW + 120_000)
  expect(open().until('https://www.okx.com')).toBe(0)
  expect(readdirSync(join(folder, 'state'))).toEqual(['bans.json'])
})

it('bans that are over are forgotten when the next one comes', () => {
  open().remember(URL, NOW + 120_000)
  open(NOW + 200_000).remember('https://www.okx.com', NOW + 900_000)
  expect(open(NOW + 200_000).until(URL)).toBe(0)
})

it.each(['', '{', '[]', '{"a":"b"}', '{"https://fapi.binance.com":1e300}'])('a file of %j bans nothing', (text) => {
  open().remember(URL, NOW + 1_000)
  writeFileSync(join(folder, 'state', 'bans.json'), text)
  expect(open().until(URL)).toBe(0)
})

it('a deadline beyond three days is a clock that was wrong', () => {
  open().remember(URL, NOW + 400 * 86_400_000)
  expect(open().until(URL)).toBe(0)
})
