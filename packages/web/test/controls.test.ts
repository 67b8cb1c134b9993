import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { closeBrowser } from './browser.ts'
import { patchOf, REAL, sliceOf } from './scripted-market.ts'
import { drawnOn, leaveAll, visit } from './visit.ts'

vi.setConfig({ testTimeout: 90_000 }) // software drawing on a shared machine
afterEach(leaveAll)
afterAll(closeBrowser)

/** What each part of the picture looks like, as a short hash: a control changes the parts it should, and only those. */
async function looks(page: Page): Promise<{ plot: string; side: string; panes: string }> {
  await page.mouse.move(5, 5)
  await page.waitForTimeout(350)
  return page.evaluate(() => {
    const hashOf = (canvases: Iterable<Element>) => {
      let hash = 5381
      for (const canvas of canvases) {
        if (!(canvas instanceof HTMLCanvasElement) || canvas.width === 0) continue
        const text = canvas.toDataURL()
        for (let i = 0; i < text.length; i++) hash = (hash * 33 + text.charCodeAt(i)) | 0
      }
      return String(hash)
    }
    const all = [...document.querySelectorAll('.plot canvas')]
    // The library stacks two canvases a pane; the plot's come first.
    return {
      plot: hashOf(all.slice(0, 2)),
      panes: hashOf(all.slice(2)),
      side: hashOf(document.querySelectorAll('canvas.side:not(.over)')),
    }
  })
}

describe('each control changes what it should and nothing else', () => {
  it('the unit writes bands onto the profile and leaves the chart alone', async () => {
    const { page } = await visit(REAL)
    const before = await looks(page)
    await page.getByRole('button', { name: 'USD', exact: true }).click()
    const after = await looks(page)
    expect(after.side).not.toBe(before.side)
    expect({ ...after, side: '' }).toEqual({ ...before, side: '' })
    await expect.poll(() => page.url()).toContain('unit=usd')
  })

  it('the threshold hides weak cells and fades weak bars; no bar moves', async () => {
    const { page } = await visit(REAL)
    const [before, bars] = [await looks(page), (await drawnOn(page)).bars]
    await page.getByRole('slider', { name: 'Hide below strength' }).fill('45')
    const after = await looks(page)
    expect(after.plot).not.toBe(before.plot)
    expect(after.side).not.toBe(before.side)
    expect(after.panes).toBe(before.panes)
    expect((await drawnOn(page)).bars).toEqual(bars)
  })

  it('a leverage group that is left out shortens the bars by its share, without asking the server', async () => {
    const { page } = await visit(REAL)
    const [before, bars] = [await looks(page), (await drawnOn(page)).bars]
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.getByRole('button', { name: 'Shorts ≤10×, show or hide' }).click()
    const after = await looks(page)
    const left = (await drawnOn(page)).bars
    for (const [i, bar] of left.entries()) expect(bar.notional / bars[i]!.notional).toBeCloseTo(0.6, 6) // 1 - 0.4
    expect(after.side).not.toBe(before.side)
    expect({ ...after, side: '' }).toEqual({ ...before, side: '' })
    expect(asked.filter((url) => !url.includes('health'))).toEqual([])
    await page.getByRole('button', { name: 'Longs ≤10×, show or hide' }).click()
    await expect.poll(async () => (await drawnOn(page)).bars).toEqual(bars)
  })

  it('the heat ramp repaints the heat alone, the side colours the sides alone', async () => {
    const { page } = await visit(REAL)
    const before = await looks(page)
    await page.getByRole('button', { name: 'Layers and settings' }).click()
    await page.getByRole('button', { name: 'Inferno' }).click()
    const heat = await looks(page)
    expect(heat.plot).not.toBe(before.plot)
    expect({ ...heat, plot: '' }).toEqual({ ...before, plot: '' })
    await page.getByRole('button', { name: 'Orange, blue' }).click()
    expect((await looks(page)).side).not.toBe(heat.side)
  })

  it('an overlay is drawn over the candles, a pane comes below them, and both go again', async () => {
    const { page } = await visit(REAL)
    const before = await looks(page)
    await page.getByRole('button', { name: 'Layers and settings' }).click()
    await page.getByRole('checkbox', { name: 'VWAP of the day' }).check()
    const overlaid = await looks(page)
    expect(overlaid.plot).not.toBe(before.plot)
    expect({ ...overlaid, plot: '' }).toEqual({ ...before, plot: '' })
    await page.getByRole('checkbox', { name: 'VWAP of the day' }).uncheck()
    expect(await looks(page)).toEqual(before)
    const panes = await page.locator('.readout').count()
    await page.getByRole('checkbox', { name: 'CVD, in range' }).check()
    await expect.poll(() => page.locator('.readout').count()).toBe(panes + 1)
    expect(await page.locator('.readouts').textContent()).toContain('CVD')
    await page.getByRole('checkbox', { name: 'CVD, in range' }).uncheck()
    await expect.poll(() => page.locator('.readout').count()).toBe(panes)
  })

  it('a fixed scale stays when the view moves, the relative one follows it', async () => {
    const { page } = await visit(REAL)
    const legend = () => page.getByTestId('legend').textContent()
    const scale = page.getByRole('combobox', { name: 'What 100 is' })
    await scale.selectOption('fixed')
    await expect.poll(() => page.url()).toContain('scale=fixed:')
    const fixed = await legend()
    const side = (await page.locator('canvas.side').first().boundingBox())!
    await page.mouse.move(side.x + 60, side.y + 40)
    await page.mouse.wheel(0, -700)
    await page.waitForTimeout(300)
    expect(await legend()).toBe(fixed)
  })

  it('a calendar file stands on the chart and can be forgotten; a wrong one is refused with a reason', async () => {
    const { page } = await visit(REAL)
    const before = await looks(page)
    await page.getByRole('button', { name: 'Layers and settings' }).click()
    const choose = (text: string) =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name: 'fed.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) })
    await choose(
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nDTSTART:20260319T100000Z\r\nSUMMARY:CPI\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
    )
    await page.getByText('1 events of fed.ics').waitFor()
    const shown = await looks(page)
    expect(shown.plot).not.toBe(before.plot)
    await choose('not a calendar')
    await page.getByText('Not read:').waitFor()
    expect(await looks(page)).toEqual(shown)
    await page.getByRole('button', { name: 'Forget it' }).click()
    expect(await looks(page)).toEqual(before)
  })

  it('another language changes the words and the numbers, and the page keeps its picture', async () => {
    const { page, errors } = await visit(REAL)
    await page.getByRole('button', { name: 'Layers and settings' }).click()
    await page.getByRole('combobox', { name: 'Language' }).selectOption('de')
    await page.getByRole('heading', { name: 'Ebenen und Einstellungen' }).waitFor()
    expect(await page.getByTestId('mark-price').textContent()).toContain('71.184,2')
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await page.waitForFunction(() => (window.liqscopeDrawn?.bars.length ?? 0) > 40)
    expect(errors).toEqual([])
  })

  it("times follow the device's zone when that is chosen", async () => {
    const { page } = await visit(REAL)
    expect(await page.locator('.as-of').first().textContent()).toContain('UTC')
    await page.getByRole('button', { name: 'Layers and settings' }).click()
    await page.getByRole('button', { name: 'as this device' }).click()
    await expect.poll(() => page.locator('.as-of').first().textContent()).toMatch(/20:00 UTC\+5:30/)
  })
})

describe('the past', () => {
  it('shows the column known then; what comes in meanwhile changes nothing until one is back', async () => {
    const { page, server } = await visit(REAL)
    const now = (await drawnOn(page)).bars
    for (let i = 0; i < 3; i++) await page.keyboard.press(',')
    await page.getByTestId('notice').filter({ hasText: 'as it was known at 19 Mar 14:20' }).waitFor()
    // The words come with the state, the picture with a later frame: wait until it rests.
    let then = now
    const isAtRest = async () => {
      const before = then
      then = (await drawnOn(page)).bars
      return (
        then !== now && JSON.stringify(then) !== JSON.stringify(now) && JSON.stringify(then) === JSON.stringify(before)
      )
    }
    await expect.poll(isAtRest, { interval: 300 }).toBe(true)
    server.send(patchOf(REAL, 2, { map: sliceOf(REAL.price, 240, 250, 3) }))
    await page.waitForTimeout(600)
    expect((await drawnOn(page)).bars).toEqual(then)
    await expect.poll(() => page.url()).toContain('at=2026-03-19T14:20Z')
    await page.keyboard.press('.')
    await page.getByTestId('notice').filter({ hasText: '14:25' }).waitFor()
    await page.getByRole('button', { name: 'Back to now' }).click()
    await expect.poll(() => page.getByTestId('notice').count()).toBe(0)
    const grown = async () =>
      (await drawnOn(page)).bars.filter((bar, i) => bar.notional > 2.9 * (now[i]?.notional ?? 0)).length
    await expect.poll(grown).toBe(10)
  })

  it('plays and pauses with the space bar, and bands nobody kept are not invented', async () => {
    const { page } = await visit(REAL)
    await page.keyboard.press('Space')
    const moment = () => page.getByTestId('moment').textContent()
    const first = await moment()
    await expect.poll(moment).not.toBe(first)
    await page.keyboard.press('Space')
    await page.keyboard.press('t')
    const band = page.locator('.picture-table tbody tr').first().locator('td').nth(4)
    expect(await band.textContent()).toBe('–')
  })
})

describe('a link', () => {
  it('shows another browser the same picture: toggles, zoom and moment', async () => {
    const { page } = await visit(REAL)
    await page.getByRole('button', { name: 'Longs 25×, show or hide' }).click()
    await page.getByRole('slider', { name: 'Hide below strength' }).fill('30')
    const side = (await page.locator('canvas.side').first().boundingBox())!
    await page.mouse.move(side.x + 60, side.y + 120)
    await page.mouse.wheel(0, -500)
    await expect.poll(() => page.url()).toMatch(/hide=25&low=.*high=/)
    const [url, bars] = [new URL(page.url()), (await drawnOn(page)).bars]
    const other = await visit(REAL, url.search)
    await expect.poll(async () => (await drawnOn(other.page)).bars.length).toBe(bars.length)
    const theirs = (await drawnOn(other.page)).bars
    for (const [i, bar] of theirs.entries()) {
      expect(bar.price).toBeCloseTo(bars[i]!.price, 6)
      expect(Math.abs(bar.y - bars[i]!.y)).toBeLessThan(2)
    }
    expect(await other.page.locator('.slider output').first().textContent()).toBe('30')
  })

  it('the arrangement is there again on the next visit', async () => {
    const { page, server } = await visit(REAL)
    await page.getByRole('button', { name: 'USD', exact: true }).click()
    await expect.poll(() => page.url()).toContain('unit=usd')
    await page.goto(server.url)
    await page.waitForFunction(() => (window.liqscopeDrawn?.bars.length ?? 0) > 0)
    expect(await page.getByRole('button', { name: 'USD', exact: true }).getAttribute('aria-pressed')).toBe('true')
  })

  it('data of what is shown come as CSV with the rows that are drawn', async () => {
    const { page } = await visit(REAL, '?view=map')
    const { bars } = await drawnOn(page)
    await page.getByRole('button', { name: 'Share and download' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Map as CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^liqscope BTCUSDT binance map .*\.csv$/)
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk))
    const lines = Buffer.concat(chunks).toString().trim().split('\r\n').slice(1)
    expect(lines).toHaveLength(bars.length)
    const drawn = bars.map(({ notional }) => notional).sort((a, b) => a - b)
    const written = lines.map((line) => Number(line.split(',')[4])).sort((a, b) => a - b)
    for (const [i, usd] of written.entries()) expect(usd / drawn[i]!).toBeCloseTo(1, 9)
  })
})

describe('a socket that is open and dead', () => {
  it('looks frozen within 5 s of the last word', async () => {
    const { page, server } = await visit(REAL)
    server.stall = true
    const stalled = Date.now()
    await page.locator('[data-frozen="true"]').waitFor()
    // The last answered ping may lie 2 s back: counted from the stall it is 5 s and the page's own second of clock.
    expect(Date.now() - stalled).toBeLessThan(6_500)
    server.stall = false
    await page.locator('[data-frozen="false"]').waitFor({ timeout: 20_000 })
  })
})

describe('the keyboard alone', () => {
  it('reaches view, range, layers, a panel and the table, and comes back to the chart', async () => {
    const { page } = await visit(REAL)
    const command = async (words: string) => {
      await page.keyboard.press('Control+k')
      await page.locator('dialog.palette input').waitFor()
      await page.keyboard.type(words)
      await page.keyboard.press('Enter')
    }
    await command('view: map')
    await page.waitForFunction(() => window.liqscopeDrawn?.kind === 'map')
    await command('view: heatmap')
    await page.waitForFunction(() => window.liqscopeDrawn?.kind === 'profile')
    await command('range: 3d')
    await expect.poll(() => page.url()).toContain('range=3d')
    await command('panel: feeds')
    await page.getByRole('tab', { name: 'Feeds', selected: true }).waitFor()
    await command('overlay: vwap')
    await expect.poll(() => page.url()).toContain('over=vwap')
    await command('layers')
    await page.getByRole('heading', { name: 'Layers and settings' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.chart-body').focus()
    await page.keyboard.press('+')
    await expect.poll(() => page.url()).toContain('from=')
    await page.keyboard.press('Alt+r')
    await expect.poll(() => page.url()).not.toContain('from=')
    await page.keyboard.press('t')
    await page.getByRole('region', { name: 'Table of this view' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.picture-table').count()).toBe(0)
  })

  it('walks by Tab through every control on screen and never gets caught', async () => {
    const { page } = await visit(REAL)
    const seen = new Set<string>()
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press('Tab')
      const name = await page.evaluate(() => {
        const at = document.activeElement
        return !at || at === document.body
          ? ''
          : (at.getAttribute('aria-label') ?? at.textContent ?? '').trim() + at.tagName
      })
      if (name === '' && seen.size > 0) break
      seen.add(name)
    }
    for (const wanted of [
      '12hBUTTON',
      'HeatmapBUTTON',
      'USDBUTTON',
      'Share and downloadBUTTON',
      'ClustersBUTTON',
      'PlayBUTTON',
    ])
      expect([...seen]).toContain(wanted)
    const missed = await page.evaluate(() =>
      [...document.querySelectorAll('button, select, input, a[href]')]
        .filter((e) => e.getBoundingClientRect().width > 0 && !e.matches(':disabled, [tabindex="-1"]'))
        .map((e) => (e.getAttribute('aria-label') ?? e.textContent ?? '').trim() + e.tagName),
    )
    expect(missed.filter((name) => !seen.has(name))).toEqual([])
  })
})
