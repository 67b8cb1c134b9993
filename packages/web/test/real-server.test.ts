import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MapJson } from '@liqscope/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type {} from '../src/app/drawn.ts'
import { closeBrowser, type Opened, openPage } from './browser.ts'
import { endCommands, serve, writeBars } from './command.ts'

vi.setConfig({ testTimeout: 120_000 }) // a server starts, then a browser, on a shared machine
let folder: string
let file: string
let opened: Opened | undefined

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqscope-page-'))
  file = join(folder, 'bars.csv')
  writeBars(file)
})
afterEach(async () => {
  await opened?.context.close()
  await endCommands()
})
afterAll(async () => {
  await closeBrowser()
  rmSync(folder, { recursive: true, force: true })
})

describe('the page on the real server', () => {
  it('draws the bars that /api/v1/map says, and logs no error', async () => {
    const address = await serve('serve', '--bars', file, '--market', 'binance:BTCUSDT', '--speed', '0', '--no-sim')
    opened = await openPage()
    const { page, errors } = opened
    await page.goto(address)
    await page.waitForFunction(() => (window.liqscopeDrawn?.bars.length ?? 0) > 20, undefined, { timeout: 30_000 })
    const response = await fetch(`${address}/api/v1/map?market=binance:BTCUSDT`)
    const map: MapJson = await response.json()
    await expect
      .poll(() => page.getByTestId('mark-price').textContent())
      .toContain(Math.floor(map.price).toLocaleString('en-US'))
    const bars = await page.evaluate(() => window.liqscopeDrawn?.bars ?? [])
    const longest = Math.max(...bars.map(({ width }) => width))
    const strongest = Math.max(...bars.map(({ notional }) => notional))
    const perRow = Math.round(Math.abs(Math.log(bars[1]!.price / bars[0]!.price)) / map.gridStep)
    for (const bar of bars) {
      const row = Math.floor(Math.log(bar.price) / map.gridStep / perRow)
      const inRow = map.bins.filter(({ price }) => Math.floor(Math.log(price) / map.gridStep / perRow) === row)
      const expected = inRow.reduce((sum, bin) => sum + bin[bar.side], 0)
      expect(bar.notional / expected).toBeCloseTo(1, 4)
      expect(Math.abs(bar.width / longest - expected / strongest)).toBeLessThan(0.01)
    }
    expect(errors).toEqual([])
  })

  it('plays the past of a file from where the strip is put, and the picture follows', async () => {
    const address = await serve('serve', '--bars', file, '--market', 'binance:BTCUSDT', '--speed', '0', '--no-sim')
    opened = await openPage()
    const { page, errors } = opened
    await page.goto(address)
    await page.getByRole('slider', { name: 'Moment shown' }).waitFor()
    await page.waitForFunction(() => (window.liqscopeDrawn?.bars.length ?? 0) > 20, undefined, { timeout: 30_000 })
    const clock = () => page.getByTestId('moment').textContent()
    const drawn = () => page.evaluate(() => JSON.stringify(window.liqscopeDrawn?.bars))
    const [end, now] = [await clock(), await drawn()]
    const track = (await page.locator('.track-hit').boundingBox())!
    await page.mouse.click(track.x + track.width * 0.6, track.y + track.height / 2)
    await expect.poll(clock).not.toBe(end)
    await expect.poll(drawn).not.toBe(now)
    const [first, then] = [await clock(), await drawn()]
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await expect.poll(clock, { timeout: 15_000 }).not.toBe(first)
    await expect.poll(drawn, { timeout: 15_000 }).not.toBe(then)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByRole('button', { name: 'Back to now' }).click()
    await expect.poll(clock).toBe(end)
    expect(errors).toEqual([])
  })

  it('moves with the clock of a file that the server plays, and that clock can be stopped', async () => {
    const address = await serve('serve', '--bars', file, '--market', 'binance:BTCUSDT', '--speed', '60', '--no-sim')
    opened = await openPage()
    const { page, errors } = opened
    await page.goto(address)
    await page.waitForFunction(() => (window.liqscopeDrawn?.bars.length ?? 0) > 10, undefined, { timeout: 30_000 })
    await page.getByRole('button', { name: 'Pause the file' }).click()
    await page.getByRole('button', { name: 'Play the file' }).waitFor()
    expect(errors).toEqual([])
  })

  it('shows the simulated market watermarked, and its patches move the bars', async () => {
    const address = await serve('serve', '--no-live')
    opened = await openPage()
    const { page, errors } = opened
    await page.goto(address)
    await page.locator('[data-simulated="true"]').waitFor({ timeout: 60_000 })
    await page.waitForFunction(() => (window.liqscopeDrawn?.bars.length ?? 0) > 10, undefined, { timeout: 60_000 })
    const drawn = await page.evaluate(() => JSON.stringify(window.liqscopeDrawn?.bars))
    await expect
      .poll(() => page.evaluate(() => JSON.stringify(window.liqscopeDrawn?.bars)), { timeout: 20_000 })
      .not.toBe(drawn)
    expect(await page.locator('.symbol').textContent()).toContain('SIM-')
    expect(errors).toEqual([])
  })
})
