import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlertsSchema } from '@liqscope/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, buildOnce, run, start, stop } from './command.ts'

let folder = ''
beforeAll(() => {
  buildOnce()
  folder = mkdtempSync(join(tmpdir(), 'liqscope-restart-'))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A name that no resolver answers: the message stays undelivered without a word leaving this machine. */
const NOWHERE = { LIQSCOPE__ALERTS__WEBHOOK_URL: 'https://hook.invalid/x' }

async function served<T>(
  use: (alerts: () => Promise<ReturnType<typeof AlertsSchema.parse>>, url: string) => Promise<T>,
) {
  const child = start(['serve', '--no-live', '--port', '0', '--data', folder], { env: NOWHERE })
  try {
    const url = await addressOf(child)
    const alerts = async () => AlertsSchema.parse(await (await fetch(`${url}/api/v1/alerts`)).json())
    return await use(alerts, url)
  } finally {
    await stop(child, 'SIGKILL')
  }
}

/** Ids of parcels that were handed to the outbox, in order. */
function queued(): string[] {
  return readFileSync(join(folder, 'alerts', 'alert-outbox.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ op }) => op === 'queued')
    .map(({ id }) => id)
}

describe('alerts of a server that is killed', () => {
  it('are there again: the rule, what was not delivered, and nothing told twice', async () => {
    const condition = { kind: 'approach', within: 0.2 }
    const told = await served(async (alerts, url) => {
      expect(await alerts()).toMatchObject({ isKept: true, notes: [], rules: [] })
      const rule = { id: 'mine', market: 'sim:BTCUSDT', condition, channels: ['webhook'], cooldownMs: 6e5 }
      const body = JSON.stringify(rule)
      const headers = { 'content-type': 'application/json' }
      const put = async () => (await fetch(`${url}/api/v1/alerts/rules`, { method: 'PUT', headers, body })).status
      await expect.poll(put, { timeout: 40_000 }).toBe(200) // once the market is there
      await expect.poll(async () => (await alerts()).channels[0]?.waiting, { timeout: 30_000 }).toBeGreaterThan(0)
      return (await alerts()).told
    }) // killed with SIGKILL
    expect(told.length).toBeGreaterThan(0)
    const before = queued()
    await served(async (alerts, url) => {
      const { rules, channels } = await alerts()
      expect(rules).toMatchObject([{ id: 'mine', market: 'sim:BTCUSDT', condition, channels: ['webhook'] }])
      expect(channels).toMatchObject([{ name: 'webhook', waiting: before.length, sent: 0, dropped: 0 }])
      // The same clusters are still near: they were told, and the cooldown goes on.
      const map = async () => (await fetch(`${url}/api/v1/map?market=sim:BTCUSDT`)).status
      await expect.poll(map, { timeout: 40_000 }).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      expect((await alerts()).told).toEqual([])
      expect((await alerts()).channels[0]?.lastProblem).toMatch(/not reached/)
    })
    expect(queued()).toEqual(before)
    expect(new Set(before).size).toBe(before.length)
  }, 120_000)

  it('are not overwritten where the stored rules cannot be read: the command says which file', async () => {
    const path = join(folder, 'alerts', 'alert-rules.json')
    writeFileSync(path, '{"rules": 7')
    const { code, stdout, stderr } = await run(['serve', '--no-live', '--port', '0', '--data', folder])
    expect(stderr).toMatch(/alert-rules\.json cannot be read; correct it or move it away/)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(readFileSync(path, 'utf8')).toBe('{"rules": 7')
  })
})
