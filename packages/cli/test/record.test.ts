import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOnce, run, start, stop } from './command.ts'

let folder = ''
beforeAll(() => {
  buildOnce()
  folder = mkdtempSync(join(tmpdir(), 'liqscope-record-'))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const lines = (text: string) => text.trimEnd().split('\n')

describe('liqscope record and replay', () => {
  it('records simulated venues until Ctrl+C, closes the file whole, and plays it back the same each time', async () => {
    const out = join(folder, 'capture')
    const child = start(['record', '--sim', '--venues', 'binance,gate', '--history', '1h', '--out', out, '--json'])
    let stdout = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    await new Promise<void>((resolve) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('recording SIMULATED')) setTimeout(resolve, 8_000)
      })
    })
    expect((await stop(child, 'SIGINT')).code).toBe(0)
    const recorded = JSON.parse(stdout)
    expect(recorded).toMatchObject({ simulated: true, files: 1, waits: 0 })
    expect(recorded.records).toBeGreaterThan(50)

    const replayed = await run(['replay', out, '--json'])
    expect(replayed.stderr).not.toMatch(/not whole|not recorded/)
    const steps = lines(replayed.stdout).map((line) => JSON.parse(line))
    const last = steps.pop()
    const { channels } = recorded
    const counted = (rows: { market: string; channel: string; messages: number; state: string }[]) =>
      rows.map(({ market, channel, messages, state }) => ({ market, channel, messages, state }))
    expect(counted(last.channels)).toEqual(counted(channels))
    expect(last).toMatchObject({ strays: 0, about: { by: expect.stringMatching(/^liqscope \d/) } })
    expect(new Set(steps.map(({ market }) => market))).toEqual(
      new Set(['sim:BTCUSDT@binance', 'sim:BTC_USDT@gate', 'sim:ALL-BTC']),
    )
    expect(steps.every(({ simulated, price }) => simulated && price > 0)).toBe(true)

    const [first, second] = [await run(['replay', out, '--events']), await run(['replay', out, '--events'])]
    expect(first.stdout).toBe(second.stdout)
    expect(lines(first.stdout).length).toBeGreaterThan(120)
    const [file = ''] = readdirSync(out)
    expect((await run(['replay', join(out, file), '--events'])).stdout).toBe(first.stdout)
  }, 90_000)

  it('says that a folder cannot be written, before it connects', async () => {
    const path = join(folder, 'file')
    writeFileSync(path, '')
    const { code, stderr } = await run(['record', '--venues', 'binance', '--out', join(path, 'x')])
    expect(stderr).toMatch(/a part of this path is a file; give another folder/)
    expect(code).toBe(2)
  })
})
