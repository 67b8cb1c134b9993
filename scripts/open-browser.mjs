// Starts the browser that tests and benchmarks drive: `CHROME_PATH` when set, else the one npm brought.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium as playwright } from 'playwright-core'

/** Never `--single-process`: it crashes. */
const FLAGS = ['--no-sandbox', '--disable-dev-shm-usage']
/** The machine that tests has no GPU. Emulated, as tests have it: each canvas command goes through a software OpenGL. */
const EMULATED_GPU = [
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
]
/** What a browser does by itself on a machine without a GPU: canvases are drawn by the CPU. */
const NO_GPU = ['--disable-gpu']

/** Throws when none can be started; the message names what was tried. `close` also removes what was unpacked. */
export async function openBrowser({ emulatesGpu = true } = {}) {
  const args = [...FLAGS, ...(emulatesGpu ? EMULATED_GPU : NO_GPU)]
  const own = process.env.CHROME_PATH
  if (own) {
    const browser = await playwright.launch({ executablePath: own, args })
    return { browser, close: () => browser.close() }
  }
  // Both have to be set before the package is read: it unpacks its libraries only where it believes to be on Lambda,
  // and into the temporary folder (some 200 MB), which two runs at once must not share.
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x'
  const unpacked = mkdtempSync(join(tmpdir(), 'liqscope-browser-'))
  process.env.TMPDIR = unpacked
  // Its own font list names folders of Lambda only; a form control that asks for a system font then kills the browser.
  if (existsSync('/etc/fonts/fonts.conf')) process.env.FONTCONFIG_PATH = '/etc/fonts'
  const { default: chromium } = await import('@sparticuz/chromium')
  const executablePath = await chromium.executablePath()
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}; set CHROME_PATH to one`)
  const browser = await playwright.launch({ executablePath, args })
  return {
    browser,
    async close() {
      await browser.close()
      rmSync(unpacked, { recursive: true, force: true })
    },
  }
}
