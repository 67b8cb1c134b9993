import { type MapJson, MarketsSchema } from '@liqscope/protocol'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type {} from '../src/app/drawn.ts'
import { closeBrowser, type Opened, openPage } from './browser.ts'
import { endCommands, serve } from './command.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 }) // three markets are generated, then a browser starts

let address: string
let opened: Opened
beforeAll(async () => {
  address = await serve('demo', '--venues', 'binance,okx,gate')
  opened = await openPage()
  await opened.page.goto(address)
  await opened.page.locator('.venue').nth(2).waitFor({ timeout: 120_000 })
  // While history is folded, figures come in one by one.
  await vi.waitFor(async () => expect(await notYetLive()).toEqual([]), { timeout: 120_000, interval: 500 })
  await opened.page.getByTestId('legend').filter({ hasText: '100 = ' }).waitFor({ timeout: 60_000 })
})
/** Markets whose history is still being folded, or whose open interest is not known yet. */
async function notYetLive(): Promise<string[]> {
  const { markets } = MarketsSchema.parse(await (await fetch(`${address}/api/v1/markets`)).json())
  return markets
    .filter(({ state, openInterestNotional }) => state === 'backfilling' || openInterestNotional === null)
    .map(({ id }) => id)
}

afterAll(async () => {
  await opened?.context.close()
  await endCommands()
  await closeBrowser()
})

const chip = (page: Page, name: string) =>
  page.getByRole('button', { name: new RegExp(`^${name}`) }).and(page.locator('.chip'))
const counted = (page: Page) => page.locator('.venue .chip[aria-pressed="true"] .venue-name').allTextContents()
const marketOf = (page: Page) => new URL(page.url()).searchParams.get('market')

/** The bars on screen, until they are those of this market: what it says over REST, row by row. */
async function drawsMapOf(page: Page, market: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const [response, drawn] = await Promise.all([
          fetch(`${address}/api/v1/map?market=${market}`),
          page.evaluate(() => window.liqscopeDrawn?.bars ?? []),
        ])
        const map: MapJson = await response.json()
        if (drawn.length < 3) return 1
        const perRow = Math.round(Math.abs(Math.log(drawn[1]!.price / drawn[0]!.price)) / map.gridStep)
        const rowOf = (price: number) => Math.floor(Math.log(price) / map.gridStep / perRow)
        const far = drawn.map((bar) => {
          const inRow = map.bins.filter(({ price }) => rowOf(price) === rowOf(bar.price))
          const told = inRow.reduce((sum, bin) => sum + bin[bar.side], 0)
          return Math.abs(bar.notional - told)
        })
        const all = drawn.reduce((sum, { notional }) => sum + notional, 0)
        return far.reduce((sum, one) => sum + one, 0) / all
      },
      { timeout: 30_000, interval: 400, message: `the picture is that of ${market}` },
    )
    .toBeLessThan(0.02) // the market moves between the two looks
}

describe('venues within the sum', () => {
  it('are taken out and in without a reload, and every number follows', async () => {
    const { page, errors } = opened
    await page.evaluate(() => Reflect.set(window, 'sameDocument', true))
    await drawsMapOf(page, 'sim:ALL-BTC')
    const openInterest = () => page.locator('.stat').filter({ hasText: 'Open interest' }).textContent()
    const whole = await openInterest()

    await chip(page, 'sim OKX').click()
    expect(await counted(page)).toEqual(['sim Binance', 'sim Gate'])
    await drawsMapOf(page, 'sim:ALL-BTC@binance,gate')
    await expect.poll(() => marketOf(page)).toBe('sim:ALL-BTC@binance,gate')
    await expect.poll(openInterest).not.toBe(whole)

    await chip(page, 'sim OKX').click()
    await drawsMapOf(page, 'sim:ALL-BTC')
    await expect.poll(() => marketOf(page)).toBe('sim:ALL-BTC')
    expect(await page.evaluate(() => Reflect.get(window, 'sameDocument'))).toBe(true)
    expect(errors).toEqual([])
  })

  it('are never none: the last one stays', async () => {
    const { page } = opened
    await chip(page, 'sim OKX').click()
    await chip(page, 'sim Gate').click()
    await drawsMapOf(page, 'sim:BTCUSDT@binance')
    expect(await chip(page, 'sim Binance').getAttribute('aria-disabled')).toBe('true')
    await chip(page, 'sim Binance').click({ force: true })
    expect(await counted(page)).toEqual(['sim Binance'])
    await expect.poll(() => page.getByTestId('announcement').textContent(), { timeout: 10_000 }).toContain('last venue')
    await page.getByRole('button', { name: 'sim, all venues' }).click()
    await drawsMapOf(page, 'sim:ALL-BTC')
  })

  it('stand alone after Alt and a press, or "only"', async () => {
    const { page } = opened
    await chip(page, 'sim Gate').click({ modifiers: ['Alt'] })
    expect(await counted(page)).toEqual(['sim Gate'])
    await page.getByRole('button', { name: 'sim OKX only' }).click()
    expect(await counted(page)).toEqual(['sim OKX'])
    await drawsMapOf(
      page,
      ((await (await fetch(`${address}/api/v1/map?market=sim:ALL-BTC@okx`)).json()) as MapJson).market,
    )
    await page.getByRole('button', { name: 'sim, all venues' }).click()
    await drawsMapOf(page, 'sim:ALL-BTC')
  })

  it('leave the picture on screen while the other sum is on its way', async () => {
    const { page } = opened
    await page.evaluate(() => {
      const seen: number[] = []
      Reflect.set(window, 'seenBars', seen)
      const look = () => {
        seen.push(document.querySelector('.picture-state') ? -1 : (window.liqscopeDrawn?.bars.length ?? 0))
        if (seen.length < 2_000) requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })
    await chip(page, 'sim OKX').click()
    await drawsMapOf(page, 'sim:ALL-BTC@binance,gate')
    const seen = await page.evaluate(() => Reflect.get(window, 'seenBars') as number[])
    expect(seen.length).toBeGreaterThan(5)
    expect(Math.min(...seen)).toBeGreaterThan(3)
  })

  it('come with the link, and the split of a row names those alone', async () => {
    const { page } = opened
    await page.goto(`${address}/?market=sim:ALL-BTC@binance,okx`)
    await page.getByTestId('legend').filter({ hasText: '100 = ' }).waitFor({ timeout: 60_000 })
    await expect.poll(() => counted(page)).toEqual(['sim Binance', 'sim OKX'])
    await drawsMapOf(page, 'sim:ALL-BTC@binance,okx')
    const side = (await page.locator('canvas.side').first().boundingBox())!
    await page.mouse.move(side.x + 30, side.y + side.height * 0.25)
    const tip = page.locator('.tip')
    await tip.waitFor()
    const names = await tip.locator('.split-names').last().textContent()
    expect(names).not.toContain('Gate')
    expect(names).toMatch(/sim (Binance|OKX) \d+ %/)
  })
})
