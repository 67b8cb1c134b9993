import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { closeBrowser } from './browser.ts'
import { REAL } from './scripted-market.ts'
import { drawnOn, leaveAll, visit } from './visit.ts'

vi.setConfig({ testTimeout: 60_000 })
afterEach(leaveAll)
afterAll(closeBrowser)

it('a finger that rests on the map of a phone reads prices; one that moves at once moves the picture', async () => {
  const { page, context } = await visit(REAL, '?view=map', { width: 360, height: 800 })
  const client = await context.newCDPSession(page)
  const box = (await page.locator('canvas.full').first().boundingBox())!
  const [x, y] = [box.x + box.width * 0.4, box.y + box.height * 0.5]
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: number) =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints: at === undefined ? [] : [{ x: at, y }] })
  const firstBar = async () => (await drawnOn(page)).bars[0]!.price
  const tip = page.locator('.tip')
  const before = await firstBar()

  await touch('touchStart', x)
  await tip.waitFor({ timeout: 3_000 })
  const read = await tip.locator('h4 span').first().textContent()
  await touch('touchMove', x + 60)
  await expect.poll(() => tip.locator('h4 span').first().textContent()).not.toBe(read)
  expect(await firstBar()).toBe(before)
  await touch('touchEnd')
  expect(await tip.count()).toBe(1)

  await touch('touchStart', x)
  for (const step of [20, 40, 60, 80]) await touch('touchMove', x + step)
  await expect.poll(firstBar).not.toBe(before)
  expect(await tip.count()).toBe(0)
  await touch('touchEnd')
})
