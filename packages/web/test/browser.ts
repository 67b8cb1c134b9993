import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openBrowser as launch, type OpenedBrowser } from '../../../scripts/open-browser.mjs'

let launched: Promise<OpenedBrowser> | undefined

/** One browser for all suites of a process. */
async function openBrowser(): Promise<Browser> {
  launched ??= launch()
  return (await launched).browser
}

export async function closeBrowser(): Promise<void> {
  const opened = await launched?.catch(() => undefined)
  launched = undefined
  await opened?.close()
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
  /** The same letters on every machine and nothing that moves: for pictures that are compared. */
  readonly isStill?: boolean
}

/** A fresh page of its own context, English, UTC or not: the product shows UTC anywhere. */
export async function openPage(options: PageOptions = {}): Promise<Opened> {
  const { width = 1440, height = 900, theme = 'dark', isStill = false } = options
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
  if (isStill) await context.addInitScript(sameLetters, ['400', '500'].map(fontFile))
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  return { context, page, errors }
}

function fontFile(weight: string): { weight: string; base64: string } {
  const path = createRequire(import.meta.url).resolve(`@fontsource/roboto/files/roboto-latin-${weight}-normal.woff2`)
  return { weight, base64: readFileSync(path).toString('base64') }
}

/** In the page, before its own scripts. Neither needs what the page's policy refuses. */
function sameLetters(fonts: readonly { weight: string; base64: string }[]): void {
  for (const { weight, base64 } of fonts) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    document.fonts.add(new FontFace('Still', bytes, { weight }))
  }
  for (const font of document.fonts) void font.load()
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(':root { --font: Still, sans-serif !important } * { transition: none !important }')
  document.adoptedStyleSheets = [sheet]
}
