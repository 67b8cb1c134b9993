import { type Browser, errors, type Page } from 'playwright-core'
import { openBrowser } from '../../scripts/open-browser.mjs'
import type { Figure } from './figure.ts'
import { type Cells, type ScriptedPage, serveScripted } from './web/scripted-page.ts'

/** The sizes the page is built for: a screen of three days, and the largest a wall of screens shows. */
const SIZES: readonly Cells[] = [
  { columns: 500, rows: 300 },
  { columns: 2_000, rows: 800 },
]
/** Updates a second, as the server sends them. */
const LIVE_HZ = 4
/** A wheel in and out and a drag to and fro, each this long or this many inputs: a slow picture takes fewer. */
const INPUT_MS = 3_000
const INPUTS = 120
const VIEW = { width: 1440, height: 900 }
/** Inside the plot of each page. Asking a page where its plot is takes a slow one half a minute. */
const POINTER = { x: 420, y: 320 }
/** What a rival may take to draw at all; ECharts needs longer for the larger size. */
const DRAWN_WITHIN_MS = 60_000
/** and what a whole run may take. */
const RUN_MS = 90_000
const CLOSE_MS = 5_000
const MEMORY_HZ = 40
const MEMORY_MS = 30_000

interface Frames {
  readonly median: number // ms
  readonly p95: number
}

/** The page in a real browser, drawn by the CPU: frames of pan and zoom beside rivals, first map, memory. */
export async function* webBench(): AsyncIterable<Figure> {
  // An emulated GPU takes ten times as long as the CPU alone, and no reader of the page has one.
  const { browser, close } = await openBrowser({ emulatesGpu: false })
  try {
    for (const cells of SIZES) yield* sizeFigures(browser, cells)
    yield* firstMap(browser)
    yield* memory(browser)
  } finally {
    await close()
  }
}

async function* sizeFigures(browser: Browser, cells: Cells): AsyncIterable<Figure> {
  const served = await serveScripted(cells)
  const name = `${cells.columns} x ${cells.rows}`
  try {
    const ours = await framesOf(browser, served, '/', 'liqscopeDrawn')
    const series = await framesOf(browser, served, '/rival/lightweight.html', 'rivalDrawn')
    const echarts = await framesOf(browser, served, '/rival/echarts.html', 'rivalDrawn')
    if (!ours) throw new Error(`the page did not draw ${name} cells`)
    for (const [rival, frames] of [
      ['a plain custom series of lightweight-charts', series],
      ['ECharts', echarts],
    ] as const)
      yield {
        name: `web: pan and zoom, ${name} cells, ${LIVE_HZ} updates/s, p95 frame`,
        value: ours.p95,
        unit: 'ms',
        ...(frames
          ? { ratio: round(ours.p95 / frames.p95), against: `${rival}: ${frames.p95} ms` }
          : { against: `${rival}: not through within ${RUN_MS / 1000} s` }),
      }
    yield { name: `web: pan and zoom, ${name} cells, median frame`, value: ours.median, unit: 'ms' }
  } finally {
    await served.close()
  }
}

/** Frames of a drag to and fro and of a wheel in and out, with updates coming in. Undefined when it never drew. */
async function framesOf(
  browser: Browser,
  served: ScriptedPage,
  path: string,
  drawn: string,
): Promise<Frames | undefined> {
  const page = await pageOf(browser)
  try {
    return await within(RUN_MS, measured(page, served, path, drawn))
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error
    return undefined
  } finally {
    served.live(0)
    // A page that is busy for minutes does not close by itself; the browser ends it with the run.
    await within(CLOSE_MS, page.context().close())
  }
}

async function measured(page: Page, served: ScriptedPage, path: string, drawn: string): Promise<Frames> {
  await page.goto(`${served.url}${path}`)
  await page.waitForFunction(`window.${drawn} !== undefined`, undefined, { timeout: DRAWN_WITHIN_MS })
  served.live(LIVE_HZ)
  await page.waitForTimeout(1_500)
  const { x, y } = POINTER
  await page.evaluate(RECORD_FRAMES)
  await page.mouse.move(x, y)
  await inputs((i) => page.mouse.wheel(0, i % 30 < 15 ? -60 : 60))
  await page.mouse.down()
  await inputs((i) => page.mouse.move(x + 120 * Math.sin(i / 8), y + 40 * Math.sin(i / 11)))
  await page.mouse.up()
  const frames: number[] = await page.evaluate('window.stopFrames()')
  return summary(frames)
}

/** What a promise gives within a time; undefined when it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  promise.catch(() => undefined) // one that fails after its time is nobody's any more
  const value = await Promise.race([promise, late])
  clearTimeout(timer)
  return value
}

async function inputs(send: (i: number) => Promise<void>): Promise<void> {
  const end = Date.now() + INPUT_MS
  for (let i = 0; i < INPUTS && Date.now() < end; i++) await send(i)
}

/** In the page: the time between animation frames until stopped. As text, so that the compiler adds nothing to it. */
const RECORD_FRAMES = `
  const frames = []
  let last
  let runs = true
  const frame = (now) => {
    if (last !== undefined) frames.push(now - last)
    last = now
    if (runs) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  window.stopFrames = () => { runs = false; return frames }
`

async function* firstMap(browser: Browser): AsyncIterable<Figure> {
  const served = await serveScripted(SIZES[0]!)
  const times: number[] = []
  try {
    for (let run = 0; run < 5; run++) {
      const page = await pageOf(browser)
      await page.goto(served.url)
      times.push(
        await page.evaluate(
          `new Promise((done) => { const look = () => (window.liqscopeDrawn?.bars.length ?? 0) > 0 ? done(performance.now()) : requestAnimationFrame(look); look() })`,
        ),
      )
      await page.context().close()
    }
  } finally {
    await served.close()
  }
  yield { name: 'web: first map after navigation, cold cache', value: Math.round(median(times)), unit: 'ms' }
}

/** Heap left after collection, before and after a run of updates at ten times the server's pace. */
async function* memory(browser: Browser): AsyncIterable<Figure> {
  const served = await serveScripted(SIZES[0]!)
  const page = await pageOf(browser)
  try {
    await page.goto(served.url)
    await page.waitForFunction('window.liqscopeDrawn !== undefined')
    const client = await page.context().newCDPSession(page)
    const used = async () => {
      await client.send('HeapProfiler.collectGarbage')
      return (await client.send('Runtime.getHeapUsage')).usedSize / 2 ** 20
    }
    served.live(MEMORY_HZ)
    await page.waitForTimeout(10_000) // caches fill once
    const [before, sentBefore] = [await used(), served.sent()]
    await page.waitForTimeout(MEMORY_MS)
    const [after, sent] = [await used(), served.sent() - sentBefore]
    yield {
      name: `web: heap growth over ${sent} updates at ${MEMORY_HZ}/s`,
      value: round(after - before),
      unit: 'MiB',
      ratio: round(after / before),
      against: `heap before: ${round(before)} MiB`,
    }
  } finally {
    await page.context().close()
    await served.close()
  }
}

async function pageOf(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', viewport: VIEW })
  return context.newPage()
}

function summary(frames: readonly number[]): Frames {
  const sorted = [...frames].sort((a, b) => a - b)
  return { median: round(median(sorted)), p95: round(sorted[Math.floor(0.95 * sorted.length)] ?? 0) }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
