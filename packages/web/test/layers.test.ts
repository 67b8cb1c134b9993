import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { closeBrowser } from './browser.ts'
import { REAL } from './scripted-market.ts'
import { leaveAll, visit } from './visit.ts'

vi.setConfig({ testTimeout: 60_000 })
afterEach(leaveAll)
afterAll(closeBrowser)

/** Violet pixels of the plot that are no heat: what is a scenario, or simulated. */
function violet(page: Page): Promise<number> {
  return page.evaluate(() => {
    let found = 0
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.plot canvas')) {
      if (canvas.width < 200 || canvas.height < 200) continue
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3]! > 200 && data[i + 2]! > 200 && data[i]! > 140 && data[i + 1]! < data[i]!) found++
    }
    return found
  })
}

/** Pixels of the strip at the right edge that are light and without hue. */
function strip(page: Page): Promise<number> {
  return page.evaluate(() => {
    let found = 0
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.plot canvas')) {
      if (canvas.width < 200 || canvas.height < 200) continue
      const { data } = canvas.getContext('2d')!.getImageData(canvas.width - 9, 0, 6, canvas.height)
      for (let i = 0; i < data.length; i += 4)
        if (data[i]! > 100 && Math.abs(data[i]! - data[i + 2]!) < 40 && Math.abs(data[i]! - data[i + 1]!) < 25) found++
    }
    return found
  })
}

const head = { market: REAL.id, simulated: false, at: '2026-03-19T14:30:07.000Z', price: REAL.price }

it('gradient zones are off until they are asked for, and their null result stands beside the switch', async () => {
  const { page } = await visit(REAL)
  await page.route('**/api/v1/clusters*', (route) =>
    route.fulfill({
      json: {
        ...head,
        clusters: [],
        events: [],
        leverageGroups: [],
        gradient: { firstBin: 0, step: 0.0005, width: 10, values: [] },
        zones: [{ kind: 'blackHole', side: 'short', low: 71_600, high: 72_400, index: 78, distance: 0.006 }],
      },
    }),
  )
  const before = await strip(page)
  await page.getByRole('button', { name: 'Layers and settings' }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.textContent()).toContain('did not predict volatility beyond HAR: +0.02 [−0.02, 0.05]')
  const box = dialog.getByRole('checkbox', { name: 'Gradient zones' })
  expect(await box.isChecked()).toBe(false)
  await box.check()
  await page.keyboard.press('Escape')
  await expect.poll(() => strip(page), { timeout: 10_000 }).toBeGreaterThan(before + 100)
  await expect.poll(() => new URL(page.url()).searchParams.get('over')).toBe('events,gradient')
})

describe('the cascade on the chart', () => {
  it('is there while its panel is open, violet and dashed, and gone with it', async () => {
    const { page } = await visit(REAL)
    const quantiles = (low: number, high: number) => ({ low, median: (low + high) / 2, high })
    await page.route('**/api/v1/cascade*', (route) =>
      route.fulfill({
        json: {
          ...head,
          kind: 'answer',
          side: 'long',
          trigger: 70_600,
          shock: 0,
          onTheWay: 1e6,
          end: 70_100,
          endBand: quantiles(69_900, 70_300),
          forced: 5e6,
          forcedBand: quantiles(3e6, 8e6),
          insured: 0,
          rounds: [{ price: 70_300, sold: 1e6, insured: 0, triggered: 5e5 }],
          roundsBand: quantiles(1, 3),
          multiplier: 1.5,
          multiplierBand: quantiles(1.2, 1.9),
          ranOut: 0,
          tipping: [],
          reached: [],
          bins: [{ price: 70_500, forced: 1e6, depth: 2e6, observed: true, waiting: 0 }],
          basis: {
            liquidity: 'book',
            bookNotional: 1e7,
            bookReach: 0.01,
            capture: { factor: 1, low: 1, high: 1, source: 'complete' },
            lawScale: 1,
            refill: 0.5,
            partialShare: 1,
            draws: 1000,
            seed: 1,
            notes: [],
          },
        },
      }),
    )
    expect(await violet(page)).toBeLessThan(20)
    await page.getByRole('tab', { name: 'Cascade' }).click()
    await expect.poll(() => violet(page), { timeout: 10_000 }).toBeGreaterThan(400)
    await page.getByRole('tab', { name: 'Clusters' }).click()
    await expect.poll(() => violet(page), { timeout: 10_000 }).toBeLessThan(20)
  })
})
