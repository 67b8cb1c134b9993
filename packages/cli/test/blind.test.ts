import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barRows, barsCsv, START } from './bars.ts'
import { buildOnce, run } from './command.ts'

const DATA = process.env.LIQSCOPE_DATA ?? '../shared/data'
const recordedBars = resolve(DATA, 'hourly-btc-2025-03-06-to-2026-02-12.csv.gz')
const recordedPositions = resolve(DATA, 'hyperliquid-positions-2026-02-04-to-12.csv.gz')
const HEADER =
  'snapshot_time,account,account_value_usd,coin,side,size,entry_price,leverage,position_value_usd,unrealized_pnl_usd,liquidation_price,source'
const MAPS = ['overlap', 'wassersteinBp', 'massWithin', 'precision', 'recall']

let folder = ''
let bars = ''
let positions = ''
beforeAll(() => {
  buildOnce()
  folder = mkdtempSync(join(tmpdir(), 'liqscope-blind-'))
  bars = fileOf('binance-btcusdt-1m.csv', barsCsv(barRows(600)))
  positions = fileOf('positions.csv', positionsCsv(START + 300 * 60_000, START + 500 * 60_000))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Twenty accounts with one position each, at 1 % to 20 % from 70,000, seen at these times. */
function positionsCsv(...times: readonly number[]): string {
  const rows = times.flatMap((time) =>
    Array.from({ length: 20 }, (_, i) => {
      const side = i % 2 === 0 ? 'long' : 'short'
      const price = 70_000 * (1 + ((side === 'long' ? -1 : 1) * (i + 1)) / 100)
      return `${new Date(time).toISOString()},${i},100000,BTC,${side},${i + 1},70000,10,${70_000 * (i + 1)},0,${price},trader`
    }),
  )
  return `${[HEADER, ...rows].join('\n')}\n`
}

describe('liqscope blind', () => {
  it('prints every figure of the contract as JSON', async () => {
    const { code, stdout } = await run(['blind', '--bars', bars, '--positions', positions, '--coin', 'btc', '--json'])
    expect(code).toBe(0)
    const answer = JSON.parse(stdout)
    expect(answer).toMatchObject({ coin: 'BTC', market: 'binance:BTCUSDT', snapshots: 2, window: 0.2 })
    for (const map of [answer.model, answer.forced, answer.halves, ...Object.values(answer.rivals)])
      expect(Object.keys(map)).toEqual(expect.arrayContaining(MAPS))
    expect(Object.keys(answer.rivals)).toEqual(['uniform', 'comb', 'freshness', 'fixedTiers', 'mirrored'])
    expect(Object.keys(answer.model.overlap)).toEqual(['value', 'low', 'high'])
    expect(Object.keys(answer.model.massWithin)).toEqual(['2', '5', '10', '20'])
    // 110 long and 100 short of 80,000: 1 + 3 + .. + 19 and 2 + 4 + .. + 20.
    expect(answer.coverage.long.value).toBeCloseTo(100 / 80_000, 4)
    expect(answer.coverage.short.value).toBeCloseTo(110 / 80_000, 4)
    expect(answer.truth.massWithin['20'].value).toBeCloseTo(1, 6)
    expect(answer.liquidationPrices.positions).toBe(40)
    expect(stdout).not.toMatch(/NaN|Infinity/)
  })

  it('prints a table for people, and notes', async () => {
    const { code, stdout, stderr } = await run(['blind', '--bars', bars, '--positions', positions, '--coin', 'BTC'])
    expect(code).toBe(0)
    expect(stdout).toContain('fixed leverage tiers')
    expect(stdout).toContain('printed liquidation prices against our formula')
    expect(stderr).toContain('600 bars of 1m')
  })

  it('compares every n-th snapshot when told', async () => {
    const args = ['blind', '--bars', bars, '--positions', positions, '--coin', 'BTC', '--every', '2', '--json']
    expect(JSON.parse((await run(args)).stdout).snapshots).toBe(1)
  })

  it('does not see bars after a snapshot', async () => {
    const cut = fileOf('binance-btcusdt-cut.csv', barsCsv(barRows(500)))
    const whole = await run(['blind', '--bars', bars, '--positions', positions, '--coin', 'BTC', '--json'])
    const early = await run(['blind', '--bars', cut, '--positions', positions, '--coin', 'BTC', '--json'])
    expect(JSON.parse(early.stdout).model).toEqual(JSON.parse(whole.stdout).model)
  })

  it('says what is wrong with its input, and exits with 2', async () => {
    const none = await run(['blind', '--bars', bars])
    expect(none.code).toBe(2)
    expect(none.stderr).toContain('--positions FILE --coin BTC')
    const coin = await run(['blind', '--bars', bars, '--positions', positions, '--coin', 'BTX'])
    expect(coin.code).toBe(2)
    expect(coin.stderr).toContain('it has no position in "BTX"; it has BTC')
    const later = fileOf('later.csv', positionsCsv(START + 86_400_000))
    const apart = await run(['blind', '--bars', bars, '--positions', later, '--coin', 'BTC'])
    expect(apart.code).toBe(2)
    expect(apart.stderr).toContain('have no time in common')
    const swapped = await run(['blind', '--bars', positions, '--positions', bars, '--coin', 'BTC'])
    expect(swapped.code).toBe(2)
    expect(swapped.stderr).toMatch(/line 1, column snapshot_time: the header lacks this column/)
    const every = await run(['blind', '--bars', bars, '--positions', positions, '--coin', 'BTC', '--every', '0'])
    expect(every.code).toBe(2)
  })

  it('compares with the simulated market, whose every position is known', async () => {
    const { code, stdout } = await run(['blind', '--sim', '--days', '0.5', '--seed', '3', '--json'])
    expect(code).toBe(0)
    const answer = JSON.parse(stdout)
    expect(answer).toMatchObject({ source: 'simulation', market: 'sim:BTCUSDT' })
    expect(answer.notes[0]).toContain('SIMULATED')
    // Makers' and traders' positions together are the open interest; it is published every five minutes.
    expect(answer.coverage.both.value).toBeCloseTo(1, 1)
    expect(answer.model.overlap.value).toBeGreaterThan(0.5)
    const { groups, truth, estimate, unknown } = answer.leverageMix
    expect(groups).toEqual(['≤10×', '25×', '50×', '100×'])
    for (const shares of [truth, estimate]) expect(shares.reduce((a: number, b: number) => a + b)).toBeCloseTo(1, 9)
    expect(unknown).toBeGreaterThan(0)
  }, 60_000)

  it('comes nearer to recorded positions than a map of distances or of freshness', async (context) => {
    if (!existsSync(recordedBars) || !existsSync(recordedPositions))
      return context.skip(`no recorded data in ${resolve(DATA)} (set LIQSCOPE_DATA)`)
    const { code, stdout } = await run([
      'blind',
      '--bars',
      recordedBars,
      '--positions',
      recordedPositions,
      '--coin',
      'BTC',
      '--every',
      '4',
      '--json',
    ])
    expect(code).toBe(0)
    const { model, rivals, coverage, liquidationPrices } = JSON.parse(stdout)
    expect(coverage.short.value).toBeGreaterThan(0.2)
    expect(rivals.uniform.lead.wassersteinBp.low).toBeGreaterThan(0)
    expect(rivals.freshness.lead.wassersteinBp.low).toBeGreaterThan(0)
    expect(model.wassersteinBp.value).toBeLessThan(350)
    expect(liquidationPrices.either.within1Percent).toBeGreaterThan(0.7)
  }, 60_000)
})
