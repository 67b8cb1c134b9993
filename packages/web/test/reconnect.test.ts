import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MapJson } from '@liqscope/protocol'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { closeBrowser, type Opened, openPage } from './browser.ts'
import { endCommands, serve, serveOn, writeBars } from './command.ts'
import { patchOf, REAL, sliceOf } from './scripted-market.ts'
import { leastSeen, watchPicture } from './steady.ts'
import { drawnOn, leaveAll, visit } from './visit.ts'

vi.setConfig({ testTimeout: 120_000 })
afterEach(leaveAll)
afterAll(closeBrowser)

/** No frame without bars, without heat, or with a sentence in the picture's place. */
async function expectSteady(page: Page): Promise<void> {
  await expect.poll(async () => (await leastSeen(page)).frames).toBeGreaterThan(5)
  const least = await leastSeen(page)
  expect(least.bars).toBeGreaterThan(10)
  expect(least.colours).toBeGreaterThan(10)
  expect(least.sentences).toBe(0)
}

const strongest = async (page: Page) => Math.max(...(await drawnOn(page)).bars.map(({ notional }) => notional))

describe('a connection that breaks', () => {
  it('goes on with the next patch: nothing is read again and no frame is empty', async () => {
    const { page, server } = await visit(REAL)
    const before = await strongest(page)
    await watchPicture(page)
    server.missed = [patchOf(REAL, 2, { map: sliceOf(REAL.price, 0, 400, 2) })]
    const reads = server.reads
    server.cut()
    await expect.poll(async () => (await strongest(page)) / before, { timeout: 10_000 }).toBeCloseTo(2, 5)
    expect(server.heard).toContainEqual(expect.objectContaining({ op: 'subscribe', since: { epoch: 'one', seq: 1 } }))
    expect(server.reads).toBe(reads)
    await expectSteady(page)
  })

  it('to a server that started anew is answered by a snapshot, and no frame is empty', async () => {
    const { page, server } = await visit(REAL)
    await watchPicture(page)
    const reads = server.reads
    server.epoch = 'two'
    server.cut()
    await expect.poll(() => server.reads, { timeout: 10_000 }).toBeGreaterThan(reads)
    expect(server.heard.at(-1)).not.toHaveProperty('since')
    await page.waitForTimeout(500)
    await expectSteady(page)
  })

  it('or is open and dead looks frozen, and goes on where it was', async () => {
    const { page, server } = await visit(REAL)
    await watchPicture(page)
    server.stall = true
    await page.locator('[data-frozen="true"]').waitFor({ timeout: 10_000 })
    server.missed = [patchOf(REAL, 2, { map: sliceOf(REAL.price, 0, 400, 3) })]
    server.stall = false
    const before = await strongest(page)
    await page.locator('[data-frozen="false"]').waitFor({ timeout: 20_000 })
    await expect.poll(async () => (await strongest(page)) / before, { timeout: 10_000 }).toBeCloseTo(3, 5)
    await expectSteady(page)
  })

  it('because the device is offline says so, and says it no more when it is back', async () => {
    const { page, context, server } = await visit(REAL)
    await watchPicture(page)
    server.refuse = true
    await context.setOffline(true)
    server.cut()
    await page.getByTestId('notice').filter({ hasText: 'Offline' }).waitFor({ timeout: 10_000 })
    await context.setOffline(false)
    server.refuse = false
    await page.getByTestId('notice').waitFor({ state: 'detached', timeout: 30_000 })
    await expectSteady(page)
  })
})

it('a venue that stopped greys the picture and is named; it comes back with its data', async () => {
  const { page, server } = await visit(REAL)
  await watchPicture(page)
  server.tellStatus('stale')
  await page.getByTestId('notice').filter({ hasText: 'Binance stopped' }).waitFor({ timeout: 5_000 })
  expect(await page.locator('.app').getAttribute('data-frozen')).toBe('true')
  expect(await page.locator('.chip.late').textContent()).toContain('stale')
  server.tellStatus('live')
  await page.locator('[data-frozen="false"]').waitFor({ timeout: 5_000 })
  await expectSteady(page)
})

describe('a server that is stopped and started again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liqscope-restart-'))
  let opened: Opened | undefined
  afterEach(async () => {
    await opened?.context.close()
    await endCommands()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('finds the page as it was: frozen meanwhile, live after, never empty', async () => {
    const file = join(folder, 'bars.csv')
    writeBars(file)
    const args = ['--bars', file, '--market', 'binance:BTCUSDT', '--speed', '0', '--no-sim']
    const address = await serve('serve', ...args)
    opened = await openPage()
    const { page } = opened
    await page.goto(address)
    await page.getByTestId('legend').filter({ hasText: '100 = ' }).waitFor({ timeout: 60_000 })
    await watchPicture(page)
    await endCommands()
    await page.locator('[data-frozen="true"]').waitFor({ timeout: 10_000 })
    // Another moment of the file: what is then drawn came from the second run.
    const later = ['--at', '2026-03-18T12:00:00Z']
    await serveOn(Number(new URL(address).port), 'serve', ...args, ...later)
    await page.locator('[data-frozen="false"]').waitFor({ timeout: 30_000 })
    const map: MapJson = await (await fetch(`${address}/api/v1/map?market=binance:BTCUSDT`)).json()
    await expect
      .poll(() => page.getByTestId('mark-price').textContent(), { timeout: 10_000 })
      .toContain(Math.floor(map.price).toLocaleString('en-US'))
    await expectSteady(page)
  })
})
