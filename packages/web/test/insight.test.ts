import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { formatPriceShort, formatShare, formatUsd } from '../src/format/number.ts'
import { closeBrowser, openPage } from './browser.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
const COMMAND = fileURLToPath(new URL('../../cli/bin/liqscope.mjs', import.meta.url))
const MINUTE = 60_000
const START = Date.UTC(2026, 2, 18)

let folder: string
let file: string
const running: ChildProcess[] = []

function command(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { ...process.env, LIQSCOPE_BUILD: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  return child
}

async function json(...args: string[]) {
  const child = command(...args, '--json')
  let text = ''
  for await (const chunk of child.stdout!) text += String(chunk)
  return JSON.parse(text)
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqscope-insight-'))
  file = join(folder, 'binance-btcusdt-1m.csv')
  const price = (i: number) =>
    70_000 * (1 + 0.02 * Math.sin(i / 240) + 0.004 * Math.sin(i / 31) + 0.001 * Math.sin(i / 7))
  const rows = Array.from({ length: 2_000 }, (_, i) => {
    const [open, close] = [price(i), price(i + 1)]
    const volume = 60 + 40 * Math.abs(Math.sin(i / 13))
    const figures = [
      open,
      Math.max(open, close) * 1.0006,
      Math.min(open, close) * 0.9994,
      close,
      volume,
      volume / 2,
      80_000,
    ]
    return [START + i * MINUTE, ...figures.map((x) => x.toFixed(3)), '', ''].join()
  })
  const header =
    'open_time_ms,open,high,low,close,volume,taker_buy_volume,open_interest,long_liquidated,short_liquidated'
  writeFileSync(file, `${[header, ...rows].join('\n')}\n`)
})
afterAll(async () => {
  for (const child of running) child.kill()
  await closeBrowser()
  rmSync(folder, { recursive: true, force: true })
})

it('clusters, cascade and stop are the same numbers from the file, over REST, by the command and on the page', async () => {
  const server = command('serve', '--port', '0', '--bars', file, '--speed', '0', '--no-sim')
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    server.stdout!.on('data', (chunk) => {
      said += String(chunk)
      const address = /http:\/\/[\d.]+:\d+/.exec(said)?.[0]
      if (address) resolve(address)
    })
    server.on('exit', () => reject(new Error(said)))
  })
  const rest = async (path: string) => (await fetch(`${url}/api/v1/${path}`)).json()
  const asked = [
    ['clusters', ['clusters'], 'clusters?market=BTC'],
    ['cascade', ['cascade', '--liquidity', 'law', '--seed', '5'], 'cascade?market=BTC&liquidity=law&seed=5'],
    ['stop', ['tool', 'stop', '--side', 'short'], 'tools/stop?market=BTC&side=short'],
    ['volatility', ['tool', 'volatility', '--horizon', '8h'], 'tools/volatility?market=BTC&horizonMs=8h'],
  ] as const
  for (const [name, args, path] of asked) {
    const ofFile = await json(...args, '--bars', file)
    const ofServer = await json(...args, '--market', 'BTC', '--url', url)
    expect(ofServer, name).toEqual(await rest(path))
    expect(ofFile, name).toEqual(ofServer)
  }
  const stop = await rest('tools/stop?market=BTC&side=long')
  const { page, context, errors } = await openPage()
  await page.goto(url)
  // By keyboard alone: from the first tab to the tools, and into the tiles.
  await page.locator('#tab-clusters').focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect
    .poll(() => page.locator('#tool-stop').textContent(), { timeout: 20_000 })
    .toContain(stop.kind === 'answer' ? formatPriceShort(stop.stop, 0.1) : 'No signal')
  await page.locator('#tool-stop').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  const volatility = await rest('tools/volatility?market=BTC')
  await expect.poll(() => page.locator('#tool-answer').textContent()).toContain(formatShare(volatility.range, 2))
  await page.locator('#tab-cascade').click()
  await page.getByText('No order book is known').waitFor()
  await page.getByRole('button', { name: /square-root law instead/ }).click()
  const cascade = await rest('cascade?market=BTC&liquidity=law')
  await expect
    .poll(() => page.locator('.answer').textContent(), { timeout: 10_000 })
    .toContain(formatPriceShort(cascade.end, 0.1))
  expect(await page.locator('#panel').textContent()).toContain(formatUsd(cascade.forced))
  await page.getByLabel(/Price (falls|rises) to/).fill('abc')
  await page
    .getByText(/to:|number|Invalid/i)
    .first()
    .waitFor()
  expect(errors.filter((error) => !/status of 400/.test(error))).toEqual([])
  await context.close()
})
