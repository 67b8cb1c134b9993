import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core'

/** The drawing is software: the machine that tests has no GPU. Never `--single-process`: it crashes. */
const FLAGS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-dev-shm-usage',
]

let launched: Promise<Browser> | undefined
/** Where the browser from npm was unpacked, some 200 MB; goes with it. */
let unpacked: string | undefined

/**
 * One browser for all suites of a process: `CHROME_PATH` when set, else the one npm brought.
 *
 * @throws when neither can be started; the message names what was tried.
 */
export function openBrowser(): Promise<Browser> {
  launched ??= launch()
  return launched
}

export async function closeBrowser(): Promise<void> {
  const browser = await launched?.catch(() => undefined)
  launched = undefined
  await browser?.close()
  if (unpacked) rmSync(unpacked, { recursive: true, force: true })
  unpacked = undefined
}

async function launch(): Promise<Browser> {
  const own = process.env.CHROME_PATH
  if (own) return playwright.launch({ executablePath: own, args: FLAGS })
  // Both have to be set before the package is read: it unpacks its libraries only where it believes to be on Lambda,
  // and into the temporary folder, which two runs at once must not share.
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x'
  unpacked = mkdtempSync(join(tmpdir(), 'liqscope-browser-'))
  process.env.TMPDIR = unpacked
  // Its own font list names folders of Lambda only; a form control that asks for a system font then kills the browser.
  if (existsSync('/etc/fonts/fonts.conf')) process.env.FONTCONFIG_PATH = '/etc/fonts'
  const { default: chromium } = await import('@sparticuz/chromium')
  const executablePath = await chromium.executablePath()
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}; set CHROME_PATH to one`)
  return playwright.launch({ executablePath, args: FLAGS })
}

export interface Opened {
  readonly context: BrowserContext
  readonly page: Page
  /** Everything the page logged as an error, or threw. */
  readonly errors: string[]
}

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'dark' | 'light'
}

/** A fresh page of its own context, English, UTC or not: the product shows UTC anywhere. */
export async function openPage(options: PageOptions = {}): Promise<Opened> {
  const { width = 1440, height = 900, theme = 'dark' } = options
  const browser = await openBrowser()
  const context = await browser.newContext({
    locale: 'en-US',
    timezoneId: 'Asia/Kolkata',
    viewport: { width, height },
    hasTouch: width < 600,
  })
  await context.addInitScript(
    (value) => localStorage.setItem('liqscope.preference', JSON.stringify({ theme: value })),
    theme,
  )
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  return { context, page, errors }
}
