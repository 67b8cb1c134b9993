import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { closeBrowser } from './browser.ts'
import { FIRST_BIN, massOf, patchOf, REAL, SIMULATED, sliceOf } from './scripted-market.ts'
import { drawnOn, leaveAll, visit } from './visit.ts'

vi.setConfig({ testTimeout: 60_000 }) // software drawing on a shared machine
const STEP = 0.0005

/** Pixel at CSS coordinates of a canvas. */
function pixelOf(page: Page, selector: string, x: number, y: number): Promise<number[]> {
  return page.evaluate(
    ([name, left, top]) => {
      const canvas = document.querySelector(name)
      const context = canvas instanceof HTMLCanvasElement ? canvas.getContext('2d') : null
      return context ? [...context.getImageData(left * devicePixelRatio, top * devicePixelRatio, 1, 1).data] : []
    },
    [selector, x, y] as const,
  )
}

/** USD of the scripted map in the bins whose middles lie in a drawn bar's row of `bins` bins. */
function scriptedMass(price: number, bins: number): number {
  const row = Math.floor(Math.log(price) / STEP / bins) * bins - FIRST_BIN
  return Array.from({ length: bins }, (_, i) => massOf(row + i)).reduce((sum, mass) => sum + mass, 0)
}

afterEach(leaveAll)
afterAll(closeBrowser)

describe('the page', () => {
  it('opens without an error and says market, price and age of the data', async () => {
    const { page, errors } = await visit(REAL)
    expect(await page.title()).toBe('BTC/USDT · liqscope')
    expect(await page.getByTestId('mark-price').textContent()).toContain('71,184.2')
    expect(await page.locator('.as-of').first().textContent()).toContain('UTC')
    expect(await page.getByTestId('legend').textContent()).toMatch(/^100 = \$[\d.]+[KM] per 0\.05 %$/)
    expect(errors).toEqual([])
  })

  it('draws each bar of the profile where the map says, as long as its USD, in the colour of its side', async () => {
    const { page } = await visit(REAL)
    const { bars, full } = await drawnOn(page)
    expect(bars.length).toBeGreaterThan(40)
    const longest = Math.max(...bars.map(({ width }) => width))
    // The axis is linear in ln(price): two bars fix it, all others have to lie on it.
    const [first, last] = [bars[0]!, bars.at(-1)!]
    const middle = (bar: (typeof bars)[number]) => bar.y + (bar.height + 1) / 2
    const slope = (middle(last) - middle(first)) / (Math.log(last.price) - Math.log(first.price))
    for (const bar of bars) {
      expect(bar.side).toBe(bar.price > REAL.price ? 'short' : 'long')
      expect(bar.notional / scriptedMass(bar.price, 1)).toBeCloseTo(1, 5)
      expect(Math.abs(bar.width / longest - bar.notional / full)).toBeLessThan(0.01)
      expect(
        Math.abs(middle(first) + slope * (Math.log(bar.price) - Math.log(first.price)) - middle(bar)),
      ).toBeLessThan(1.1)
    }
    const strongest = (side: string) =>
      bars.filter((bar) => bar.side === side).reduce((most, bar) => (bar.notional > most.notional ? bar : most))
    for (const side of ['short', 'long'] as const) {
      const { x, y, width, height } = strongest(side)
      const [red = 0, green = 0] = await pixelOf(page, 'canvas.side', x + width * 0.3, y + height / 2)
      if (side === 'short') expect(red).toBeGreaterThan(green + 40)
      else expect(green).toBeGreaterThan(red + 40)
    }
  })

  it('a patch moves the bars it names and no others', async () => {
    const { page, server } = await visit(REAL)
    const before = await drawnOn(page)
    server.send(patchOf(REAL, 2, { map: sliceOf(REAL.price, 240, 250, 2) }))
    await page.waitForFunction(
      (full) => (window.liqscopeDrawn?.bars.some((bar) => bar.notional > full) ?? false) || true,
      0,
    )
    await expect
      .poll(async () => {
        const after = await drawnOn(page)
        return after.bars.filter((bar, i) => Math.abs(bar.notional / (before.bars[i]?.notional ?? 0) - 2) < 1e-6).length
      })
      .toBe(10)
    const after = await drawnOn(page)
    const unmoved = after.bars.filter((bar, i) => bar.notional === before.bars[i]?.notional)
    expect(unmoved).toHaveLength(after.bars.length - 10)
  })

  it('a hole in the numbers of the patches asks for a new snapshot', async () => {
    const { page, server } = await visit(REAL)
    server.send(patchOf(REAL, 9, { price: 70_000 }))
    await expect.poll(() => server.heard).toContainEqual({ op: 'resync', market: REAL.id })
    server.send(patchOf(REAL, 2, { price: 71_190.5 }))
    await expect.poll(() => page.getByTestId('mark-price').textContent()).toContain('71,190.5')
  })

  it('draws the map as vertical bars, longs left of the price and shorts right of it', async () => {
    const { page, errors } = await visit(REAL, '?view=map')
    await page.waitForFunction(() => window.liqscopeDrawn?.kind === 'map')
    const { bars, full } = await drawnOn(page)
    const tallest = Math.max(...bars.map(({ height }) => height))
    const right = Math.max(...bars.filter(({ side }) => side === 'long').map(({ x, width }) => x + width))
    const left = Math.min(...bars.filter(({ side }) => side === 'short').map(({ x }) => x))
    expect(left).toBeGreaterThanOrEqual(right - 0.01)
    for (const bar of bars) expect(Math.abs(bar.height / tallest - bar.notional / full)).toBeLessThan(0.001)
    const { x, y, width, height } = bars.reduce((most, bar) => (bar.notional > most.notional ? bar : most))
    const [red = 0, green = 0] = await pixelOf(page, 'canvas.full', x + width / 2, y + height * 0.9)
    expect(red).toBeGreaterThan(green + 30)
    expect(errors).toEqual([])
  })

  it('marks a simulated market on the picture, in the notice, the name and the chip', async () => {
    const { page } = await visit(SIMULATED)
    expect(await page.getByTestId('notice').textContent()).toContain('SIMULATED')
    expect(await page.locator('.symbol').textContent()).toContain('SIM-BTC/USDT')
    expect(await page.locator('.chip').textContent()).toContain('sim')
    const violet = await page.evaluate(() => {
      const canvas = document.querySelector('.plot canvas')
      const context = canvas instanceof HTMLCanvasElement ? canvas.getContext('2d') : null
      if (!(canvas instanceof HTMLCanvasElement) || !context) return 0
      // Inside, away from the frame: the outlined word.
      const { data } = context.getImageData(40, 40, canvas.width - 80, canvas.height - 80)
      let count = 0
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 2]! > 150 && data[i]! > 110 && data[i + 1]! < data[i]! - 8) count++
      return count
    })
    expect(violet).toBeGreaterThan(300)
  })

  it('a real market carries no such mark', async () => {
    const { page } = await visit(REAL)
    expect(await page.locator('[data-simulated="true"]').count()).toBe(0)
    expect(await page.getByTestId('notice').count()).toBe(0)
  })

  it('looks frozen within 5 s of losing its server, says so, and comes back by itself', async () => {
    const { page, server } = await visit(REAL)
    server.refuse = true
    server.cut()
    const lost = Date.now()
    await page.locator('[data-frozen="true"]').waitFor()
    expect(Date.now() - lost).toBeLessThan(5_000)
    expect(await page.getByTestId('notice').textContent()).toContain('Not live')
    expect(await page.locator('.plot').evaluate((plot) => getComputedStyle(plot).filter)).toContain('grayscale')
    server.refuse = false
    await page.getByRole('button', { name: 'Retry now' }).click()
    await page.locator('[data-frozen="false"]').waitFor()
    expect(server.heard.filter((message) => JSON.stringify(message).includes('"subscribe"')).length).toBeGreaterThan(1)
  })

  it('a moving mouse draws the crosshair and its tooltip, not the picture', async () => {
    const { page } = await visit(REAL)
    const box = (await page.locator('.plot').boundingBox())!
    await page.mouse.move(box.x + 20, box.y + 50)
    await page.waitForTimeout(200)
    await page.evaluate(() => Reflect.set(window, 'before', window.liqscopeDrawn))
    for (let i = 1; i < 12; i++) await page.mouse.move(box.x + 40 * i, box.y + 60 + 9 * i)
    const tip = page.locator('.tip')
    await tip.waitFor()
    expect(await tip.textContent()).toMatch(/Strength.*of 100.*USD per 0\.05 %.*10–90 %.*Cumulative to here/)
    expect(await page.evaluate(() => Reflect.get(window, 'before') === window.liqscopeDrawn)).toBe(true)
    const [tipBox, x, y] = [(await tip.boundingBox())!, box.x + 440, box.y + 159]
    const covers = x > tipBox.x && x < tipBox.x + tipBox.width && y > tipBox.y && y < tipBox.y + tipBox.height
    expect(covers).toBe(false)
  })
})

describe('the mouse', () => {
  it('scales prices by dragging their axis, and a double click there resets', async () => {
    const { page } = await visit(REAL)
    const rows = async () => (await drawnOn(page)).bars.map(({ price, y }) => `${price.toFixed(2)} ${y}`).join()
    const before = await rows()
    const side = (await page.locator('canvas.side').first().boundingBox())!
    const x = side.x + side.width - 20
    await page.mouse.move(x, side.y + 100)
    await page.mouse.down()
    await page.mouse.move(x, side.y + 220, { steps: 4 })
    await page.mouse.up()
    await expect.poll(rows).not.toBe(before)
    await page.mouse.dblclick(x, side.y + 150)
    await expect.poll(rows).toBe(before)
  })

  it('zooms the map at the cursor with the wheel, and Alt+R resets', async () => {
    const { page } = await visit(REAL, '?view=map')
    const widths = async () => (await drawnOn(page)).bars.length
    await page.waitForFunction(() => window.liqscopeDrawn?.kind === 'map')
    const before = await widths()
    const box = (await page.locator('canvas.full').first().boundingBox())!
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2)
    await page.mouse.wheel(0, -400)
    await expect.poll(widths).not.toBe(before)
    await page.keyboard.press('Alt+r')
    await expect.poll(widths).toBe(before)
  })
})

describe('keys', () => {
  it('switch the view, move the threshold, open table, help, symbols and close', async () => {
    const { page } = await visit(REAL)
    await page.keyboard.press('m')
    await page.waitForFunction(() => window.liqscopeDrawn?.kind === 'map')
    expect(page.url()).toContain('view=map')
    await page.keyboard.press('m')
    await page.waitForFunction(() => window.liqscopeDrawn?.kind === 'profile')
    await page.keyboard.press(']')
    expect(await page.locator('.slider output').first().textContent()).toBe('15')
    await page.keyboard.press('t')
    await page.getByRole('region', { name: 'Table of this view' }).waitFor()
    expect(await page.locator('.picture-table tbody tr').count()).toBeGreaterThan(20)
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys and help' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('e')
    const field = page.getByRole('combobox', { name: 'Symbol or command' })
    await field.waitFor()
    expect(await field.inputValue()).toBe('E')
    await field.fill('ETHUSTD')
    await page.getByText('No market is called that').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.url()).toContain('binance:ETHUSDT')
  })

  it('walk the chart with arrows and read out where they rest', async () => {
    const { page } = await visit(REAL)
    await page.getByRole('application').focus()
    await page.keyboard.press('ArrowLeft')
    for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp')
    await page.locator('.tip').waitFor()
    await expect
      .poll(() => page.getByTestId('announcement').textContent())
      .toMatch(/estimated shorts, strength \d+ of 100/)
    await page.keyboard.press('Escape')
    await page.locator('.tip').waitFor({ state: 'detached' })
  })
})

describe('a page anyone can use', () => {
  it.each([
    [360, 800, ''],
    [360, 800, '?view=map'],
    [768, 1024, ''],
    [768, 1024, '?view=map'],
    [1440, 900, ''],
  ])('%d x %d %s has no sideways scroll and cuts nothing off', async (width, height, query) => {
    const { page } = await visit(SIMULATED, query, { width, height })
    const beyond = await page.evaluate(() => {
      const hidden = (element: Element) => element.closest('.ranges, .chips, .bar, .vh, .tip') !== null
      return [...document.querySelectorAll('#root *')]
        .filter((element) => {
          const box = element.getBoundingClientRect()
          return box.width > 0 && !hidden(element) && (box.right > innerWidth + 0.5 || box.left < -0.5)
        })
        .map((element) => `${element.tagName}.${element.getAttribute('class')}`)
    })
    expect(beyond).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  })

  it('every control has a name, every table its headers, every picture a label', async () => {
    const { page } = await visit(REAL)
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('button, input, a[href]')]
        .filter((element) => {
          const label = element.closest('label')?.textContent ?? ''
          return `${element.textContent}${element.getAttribute('aria-label') ?? ''}${label}`.trim() === ''
        })
        .map((element) => element.outerHTML),
    )
    expect(nameless).toEqual([])
    const pictures = await page.evaluate(() =>
      [...document.querySelectorAll('[data-chart]')].map((e) => e.getAttribute('aria-label')),
    )
    expect(pictures).toHaveLength(1)
    expect(pictures[0]).toContain('Estimated liquidation heatmap')
    const headless = await page.evaluate(
      () => [...document.querySelectorAll('table.data')].filter((t) => t.querySelectorAll('th').length === 0).length,
    )
    expect(headless).toBe(0)
    const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('text keeps a contrast of 4.5 in both themes', async () => {
    for (const theme of ['dark', 'light'] as const) {
      const { page } = await visit(REAL, '', { theme })
      const weak = await page.evaluate(() => {
        const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
        const luminance = ([r = 0, g = 0, b = 0]: number[]) => {
          const [x = 0, y = 0, z = 0] = [r, g, b].map((c) =>
            c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
          )
          return 0.2126 * x + 0.7152 * y + 0.0722 * z
        }
        const backgroundOf = (element: Element | null): number[] => {
          if (!element) return [255, 255, 255]
          const background = channels(getComputedStyle(element).backgroundColor)
          return background.length < 4 || background[3]! > 0.99 ? background : backgroundOf(element.parentElement)
        }
        return [...document.querySelectorAll('#root *')]
          .filter((e) => [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()))
          .filter((e) => e.getBoundingClientRect().width > 1)
          .map((e) => {
            const [a, b] = [luminance(channels(getComputedStyle(e).color)), luminance(backgroundOf(e))]
            return { ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), text: e.textContent }
          })
          .filter(({ ratio }) => ratio < 4.5)
      })
      expect(weak, theme).toEqual([])
    }
  })
})
