import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { closeBrowser } from './browser.ts'
import { REAL, SIMULATED } from './scripted-market.ts'
import { leaveAll, visit } from './visit.ts'

vi.setConfig({ testTimeout: 90_000 })
afterEach(leaveAll)
afterAll(closeBrowser)

/** What axe finds against WCAG 2.1 A and AA, one line each. */
async function violations(page: Page): Promise<string[]> {
  // Not as a script tag: the page's own policy refuses those, as it should.
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const engine: typeof axe = Reflect.get(window, 'axe')
    const { violations: found } = await engine.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    })
    return found.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html.slice(0, 160)}`))
  })
}

describe('WCAG 2.1 AA, as far as a program can tell', () => {
  it.each([
    ['dark', 1440, ''],
    ['light', 1440, '?view=map&unit=usd'],
    ['light', 768, ''],
    ['dark', 360, '?view=map'],
  ] as const)('%s at %d px %s has no violation', async (theme, width, query) => {
    const height = { 1440: 900, 768: 1024, 360: 800 }[width]
    const { page } = await visit(width === 360 ? SIMULATED : REAL, query, { theme, width, height })
    expect(await violations(page)).toEqual([])
  })

  it.each(['layers', 'share', 'help', 'table', 'palette'] as const)('the %s has no violation', async (what) => {
    const { page } = await visit(REAL)
    const names = { layers: 'Layers and settings', share: 'Share and download', help: 'Keys and help' }
    if (what === 'table') await page.keyboard.press('t')
    else if (what === 'palette') await page.keyboard.press('Control+k')
    else await page.getByRole('button', { name: names[what] }).click()
    await (what === 'table' ? page.locator('.picture-table') : page.locator('dialog[open]')).waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('the past has no violation', async () => {
    const { page } = await visit(REAL)
    await page.keyboard.press(',')
    await page.getByRole('button', { name: 'Back to now' }).waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('axe itself finds what is wrong: a button without a name', async () => {
    const { page } = await visit(REAL)
    await page.evaluate(() => document.querySelector('main')?.append(document.createElement('button')))
    expect((await violations(page)).join()).toContain('button-name')
  })
})
