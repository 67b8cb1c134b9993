import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { closeBrowser } from './browser.ts'
import { REAL, SIMULATED } from './scripted-market.ts'
import { leaveAll, visit } from './visit.ts'

vi.setConfig({ testTimeout: 90_000 })
afterEach(leaveAll)
afterAll(closeBrowser)

/**
 * Reference pictures of the scripted market. `LIQSCOPE_PICTURES=write` makes them anew after a wanted change: look at
 * each before committing it. Their letters come with the tests, so that they are the same on every machine.
 */
const FOLDER = fileURLToPath(new URL('./pictures/', import.meta.url))
const WRITES = process.env.LIQSCOPE_PICTURES === 'write'
/** A channel may differ by this much (edges are smoothed by the machine), */
const CHANNEL_TOLERANCE = 24
/** and this share of the pixels by more: a moved panel or another colour of a bar is far above it. */
const PIXEL_TOLERANCE = 0.004

const VIEWS = [
  ['heatmap-desktop-dark', 1440, 900, 'dark', ''],
  ['heatmap-desktop-light', 1440, 900, 'light', ''],
  ['heatmap-tablet-dark', 768, 1024, 'dark', ''],
  ['heatmap-tablet-light', 768, 1024, 'light', ''],
  ['heatmap-phone-dark', 360, 800, 'dark', ''],
  ['heatmap-phone-light', 360, 800, 'light', ''],
  ['map-desktop-dark', 1440, 900, 'dark', '?view=map&unit=usd'],
  ['map-phone-light', 360, 800, 'light', '?view=map'],
  ['past-desktop-dark', 1440, 900, 'dark', '?at=2026-03-19T10:00Z&over=vwap,ema,atr,sessions'],
] as const

/** The picture once nothing moves in it any more. */
async function still(page: Page): Promise<Buffer> {
  await page.mouse.move(3, 3)
  await page.waitForTimeout(800)
  return page.screenshot()
}

describe('each picture is as it was looked at', () => {
  it.each(VIEWS)('%s', async (name, width, height, theme, query) => {
    const { page } = await visit(name.includes('phone') ? SIMULATED : REAL, query, {
      width,
      height,
      theme,
      isStill: true,
    })
    const now = await still(page)
    const path = `${FOLDER}${name}.png`
    if (WRITES) {
      mkdirSync(FOLDER, { recursive: true })
      writeFileSync(path, now)
      return
    }
    expect(existsSync(path), `${path} is missing: run with LIQSCOPE_PICTURES=write and look at it`).toBe(true)
    const { share, box } = await difference(page, readFileSync(path), now)
    if (share > PIXEL_TOLERANCE) writeFileSync(`${FOLDER}${name}.now.png`, now)
    expect(share, `changed around ${box}; ${name}.now.png is what it looks like now`).toBeLessThan(PIXEL_TOLERANCE)
  })
})

it('a visible change is found, and none where there is none', async () => {
  const { page } = await visit(REAL, '', { isStill: true })
  const before = await still(page)
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('[data-theme] .rail { background: #402020 }')
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  })
  const { share } = await difference(page, before, await page.screenshot())
  expect(share).toBeGreaterThan(PIXEL_TOLERANCE)
  expect((await difference(page, before, before)).share).toBe(0)
})

/** Compares two PNGs in the browser: it decodes them anyway. The share of pixels that differ, and where. */
function difference(page: Page, a: Buffer, b: Buffer): Promise<{ share: number; box: string }> {
  return page.evaluate(
    async ([left, right, tolerance]) => {
      const pixelsOf = async (base64: string) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!
        context.drawImage(image, 0, 0)
        return context.getImageData(0, 0, image.width, image.height)
      }
      const [one, two] = await Promise.all([pixelsOf(left), pixelsOf(right)])
      if (one.width !== two.width || one.height !== two.height) return { share: 1, box: 'another size' }
      let changed = 0
      const edge = { left: one.width, top: one.height, right: 0, bottom: 0 }
      for (let i = 0; i < one.data.length; i += 4) {
        const differs = [0, 1, 2].some((c) => Math.abs(one.data[i + c]! - two.data[i + c]!) > tolerance)
        if (!differs) continue
        changed++
        const [x, y] = [(i / 4) % one.width, Math.floor(i / 4 / one.width)]
        edge.left = Math.min(edge.left, x)
        edge.right = Math.max(edge.right, x)
        edge.top = Math.min(edge.top, y)
        edge.bottom = Math.max(edge.bottom, y)
      }
      return { share: (4 * changed) / one.data.length, box: JSON.stringify(edge) }
    },
    [a.toString('base64'), b.toString('base64'), CHANNEL_TOLERANCE] as const,
  )
}
