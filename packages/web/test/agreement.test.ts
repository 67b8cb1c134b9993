import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { aggregateMaps, findClusters, type LiquidationMap, MapBuilder } from '@liqscope/engine'
import { readBars } from '@liqscope/feeds'
import type { Instrument, MarkPrice } from '@liqscope/market'
import { type MapJson, type MapSlice, type MarketUpdate, mapToJson } from '@liqscope/protocol'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { eventually, subscriber, withVenue } from '../../server/test/running.ts'
import { BTC, barAt, bars, MINUTE, START } from '../../server/test/scripted-market.ts'
import { formatChange, formatPrice, formatPriceRange, formatUsd } from '../src/format/number.ts'
import { closeBrowser, type Opened, openPage } from './browser.ts'
import { endCommands, serve } from './command.ts'

vi.setConfig({ testTimeout: 240_000 }) // six days of minutes are folded three times
/** Six recorded days of minutes. */
const FILE = resolve(process.env.LIQSCOPE_DATA ?? '../shared/data', 'binance-btcusdt-1m-2026-03-15-to-20.csv')
const COMMAND = fileURLToPath(new URL('../../cli/bin/liqscope.mjs', import.meta.url))
const DIST = fileURLToPath(new URL('../dist/', import.meta.url))
const MARKET = 'binance:BTCUSDT'

let opened: Opened | undefined
afterEach(async () => {
  await opened?.context.close()
  opened = undefined
  await endCommands()
})
afterAll(closeBrowser)

/** What `liqscope map ... --json` prints. */
async function printed(...args: string[]): Promise<MapJson> {
  const child = spawn(process.execPath, [COMMAND, 'map', ...args, '--json'], {
    env: { ...process.env, LIQSCOPE_BUILD: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let text = ''
  for await (const chunk of child.stdout) text += String(chunk)
  return JSON.parse(text)
}

/** The map of a JSON snapshot on the socket. */
async function streamed(url: string, market: string): Promise<MarketUpdate> {
  const client = subscriber(url)
  client.socket.on('open', () => client.send({ op: 'subscribe', market, encoding: 'json' }))
  return client.snapshot()
}

async function asked(url: string, market: string): Promise<MapJson> {
  return (await fetch(`${url}/api/v1/map?market=${encodeURIComponent(market)}`)).json()
}

const NUMBERS = ['at', 'price', 'gridStep', 'leverageGroups', 'bins', 'cumulative', 'clusters', 'openInterest'] as const
/** What all of them must say alike. `skill` and `basis` are the server's alone. */
const numbersOf = (map: MapJson) => Object.fromEntries([...NUMBERS, 'shares' as const].map((name) => [name, map[name]]))

const SIDES = ['long', 'short', 'longLow', 'longHigh', 'shortLow', 'shortHigh'] as const

function expectSlice(slice: MapSlice, map: LiquidationMap): void {
  expect([slice.at, slice.price, slice.step, slice.firstBin, slice.bins]).toEqual([
    map.at,
    map.price,
    map.step,
    map.firstBin,
    map.bins,
  ])
  for (const name of SIDES) expect(Array.from(slice[name])).toEqual(Array.from(map[name]))
  expect(Array.from(slice.byLeverage)).toEqual(Array.from(map.byLeverage))
  expect(Array.from(slice.byVenue ?? [])).toEqual(Array.from(map.byVenue ?? []))
}

const total = (values: Float64Array, from: number, to: number) =>
  values.subarray(Math.max(0, from), Math.max(0, to)).reduce((sum, value) => sum + value, 0)

/** What the page must print of a row of `size` bins that begins at bin `from` of the map. */
function rowTexts(map: LiquidationMap, side: 'long' | 'short', from: number, size: number) {
  const [first, end] = [Math.max(0, from), Math.min(map.bins, from + size)]
  const cumulative = side === 'short' ? total(map.short, 0, end) : total(map.long, first, map.bins)
  return {
    usd: formatUsd(total(map[side], first, end)),
    band: `${formatUsd(total(map[`${side}Low`], first, end))} – ${formatUsd(total(map[`${side}High`], first, end))}`,
    cumulative: formatUsd(cumulative),
    edges: [first, end].map((bin) => Math.exp((map.firstBin + bin) * map.step)) as [number, number],
  }
}

/** Every row of the table, and a row of each side under the pointer, to the last printed digit. */
async function expectPage(url: string, market: string, map: LiquidationMap): Promise<void> {
  opened = await openPage()
  const { page } = opened
  await page.goto(`${url}/?market=${market}`)
  await page.getByTestId('legend').filter({ hasText: '100 = ' }).waitFor({ timeout: 60_000 })

  const drawn = await page.evaluate(() => window.liqscopeDrawn!.bars)
  const size = Math.round(Math.abs(Math.log(drawn[1]!.price / drawn[0]!.price)) / map.step)
  const canvas = (await page.locator('canvas.side').first().boundingBox())!
  for (const side of ['short', 'long'] as const) {
    const own = drawn.filter((bar) => bar.side === side)
    const bar = own.toSorted((a, b) => b.notional - a.notional)[3]!
    await page.mouse.move(canvas.x + 40, canvas.y + bar.y + bar.height / 2)
    const tip = page.locator('.tip')
    await tip.waitFor()
    const from = Math.floor(Math.log(bar.price) / map.step / size) * size - map.firstBin
    const row = rowTexts(map, side, from, size)
    await expect.poll(() => tip.locator('dd').allTextContents()).toEqual(expect.arrayContaining([row.usd, row.band]))
    const price = Number((await tip.locator('h4 span').first().textContent())!.replaceAll(',', ''))
    expect(price).toBeGreaterThanOrEqual(row.edges[0])
    expect(price).toBeLessThanOrEqual(row.edges[1])
    const bin = Math.floor(Math.log(price) / map.step) - map.firstBin
    const before = side === 'short' ? total(map.short, 0, bin) : total(map.long, bin + 1, map.bins)
    expect(await tip.locator('dd').nth(3).textContent()).toBe(formatUsd(before))
    expect(await tip.locator('h4 span').last().textContent()).toContain(formatChange(price / map.price - 1))
  }

  await page.mouse.move(5, 5)
  await page.keyboard.press('t')
  await page.locator('.picture-table tbody tr').first().waitFor()
  const rows = await page.locator('.picture-table tbody tr').evaluateAll((all) =>
    all.map((row) => ({
      side: row.querySelector('td')!.className,
      cells: [...row.children].map((cell) => cell.textContent),
    })),
  )
  expect(rows.length).toBeGreaterThan(60)
  // 0.001 of ln(price) is two bins.
  const tableSize = 2
  const firstRow = Math.floor(map.firstBin / tableSize) * tableSize - map.firstBin
  const said = new Map(rows.map(({ side, cells }) => [`${side} ${cells[0]}`, cells]))
  let compared = 0
  for (let from = firstRow; from < map.bins; from += tableSize)
    for (const side of ['long', 'short'] as const) {
      const { usd, band, cumulative, edges } = rowTexts(map, side, from, tableSize)
      const cells = said.get(`${side} ${formatPriceRange(...edges, 0.1)}`)
      if (cells === undefined) continue
      expect(cells.slice(4)).toEqual([usd, band, cumulative])
      compared++
    }
  expect(compared).toBe(rows.length)
  expect(await page.getByTestId('mark-price').textContent()).toContain(formatPrice(map.price, 0.1))
}

describe('library, command, REST, socket, tooltip and table say the same', () => {
  it('of six days of real minutes', async (context) => {
    if (!existsSync(FILE)) return context.skip(`no recorded data at ${FILE} (set LIQSCOPE_DATA)`)
    const builder = new MapBuilder({ instrument: BTC.id })
    for await (const event of readBars(FILE, { instrument: BTC.id })) builder.apply(event)
    const map = builder.map()!
    const library = numbersOf(JSON.parse(JSON.stringify(mapToJson(map, findClusters(map), false))))

    const address = await serve('serve', '--bars', FILE, '--market', MARKET, '--speed', '0', '--no-sim')
    const [fromFile, fromServer, rest, socket] = await Promise.all([
      printed('--bars', FILE, '--market', MARKET),
      printed('--url', address, '--market', MARKET),
      asked(address, MARKET),
      streamed(address, MARKET),
    ])
    for (const told of [fromFile, fromServer, rest]) expect(numbersOf(told)).toEqual(library)
    expectSlice(socket.map!, map)
    expect(socket.clusters).toEqual(library.clusters)
    await expectPage(address, MARKET, map)
  })

  it('of a sum over three venues, and of two of them', async () => {
    const { url, maps } = await threeVenues()
    for (const [market, members] of [
      ['all:BTC', maps],
      ['all:BTC@okx,gate', maps.slice(1)],
    ] as const) {
      const parts = members.map((one) => ({ map: one, weight: 1 }))
      const map = aggregateMaps(parts, {
        market: market as LiquidationMap['market'],
        reference: members[0]!.price,
        below: 0.19,
        above: 0.19,
      })
      const library = numbersOf(JSON.parse(JSON.stringify(mapToJson(map, findClusters(map), false))))
      const [fromServer, rest, socket] = await Promise.all([
        printed('--url', url, '--market', market),
        asked(url, market),
        streamed(url, market),
      ])
      expect(numbersOf(rest)).toEqual(library)
      expect(numbersOf(fromServer)).toEqual(library)
      expectSlice(socket.map!, map)
      expect(socket.shares).toEqual(library.shares)
      await expectPage(url, market, map)
      await opened?.context.close()
    }
  })
})

const OKX: Instrument = { ...BTC, id: 'okx:BTC-USDT-SWAP', venue: 'okx', symbol: 'BTC-USDT-SWAP' }
const GATE: Instrument = { ...BTC, id: 'gate:BTC_USDT', venue: 'gate', symbol: 'BTC_USDT' }
const COUNT = 600
const BASIS = new Map([
  [BTC.id, 1],
  [OKX.id, 1.002],
  [GATE.id, 0.9985],
])

function historyOf(instrument: Instrument) {
  const factor = BASIS.get(instrument.id)!
  return bars(instrument, COUNT).map((bar) => ({
    ...bar,
    open: bar.open * factor,
    high: bar.high * factor,
    low: bar.low * factor,
    close: bar.close * factor,
    openInterest: (bar.openInterest ?? 0) / (1 + Math.abs(factor - 1) * 900),
  }))
}

/** Three live venues whose every event is known, that stand still once they have spoken. */
async function threeVenues() {
  const listed = [BTC, OKX, GATE]
  const server = await withVenue(listed, historyOf, { webRoot: DIST })
  await eventually(
    () => server.feed.subscribed.length,
    (count) => count === 3,
  )
  const mark = (instrument: Instrument): MarkPrice => ({
    kind: 'markPrice',
    instrument: instrument.id,
    exchangeTime: START + COUNT * MINUTE,
    receivedTime: START + COUNT * MINUTE,
    price: barAt(BTC, COUNT - 1).close * BASIS.get(instrument.id)!,
  })
  server.feed.emit(...listed.map(mark))
  await eventually(
    () => asked(server.url, 'all:BTC'),
    (map) => map.shares?.length === 3 && map.shares.every(({ weight }) => weight === 1),
  )
  const maps = listed.map((instrument) => {
    const builder = new MapBuilder({ instrument: instrument.id })
    for (const bar of historyOf(instrument)) builder.apply(bar)
    builder.apply(mark(instrument))
    return builder.map()!
  })
  return { url: server.url, maps }
}
