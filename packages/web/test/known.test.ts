import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { closeBrowser } from './browser.ts'
import { REAL, SHOWING } from './scripted-market.ts'
import { drawnOn, leaveAll, visit } from './visit.ts'

vi.setConfig({ testTimeout: 60_000 }) // software drawing on a shared machine

afterEach(leaveAll)
afterAll(closeBrowser)

it('draws known positions as outlines beside the estimate, and says their share and the longest', async () => {
  const { page, errors } = await visit(SHOWING)
  await page.waitForFunction(() => (window.liqscopeDrawn?.known?.drawn ?? 0) > 0)
  expect((await drawnOn(page)).known).toEqual({ full: 24e6, drawn: 3 })
  expect(await page.getByTestId('known').textContent()).toBe(
    'Observed, not estimated: 3 positions of 1234 accounts at Hyperliquid, drawn as outlines at the liquidation prices ' +
      'the exchange prints, the longest $24M. They are 23.0 % of all positions there, counted on both sides.',
  )
  expect(errors).toEqual([])
})

it('draws none where the exchange shows none', async () => {
  const { page } = await visit(REAL)
  expect((await drawnOn(page)).known).toEqual({ full: 0, drawn: 0 })
  expect(await page.getByTestId('known').count()).toBe(0)
})
