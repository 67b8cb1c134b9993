import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MarketsSchema } from '@liqscope/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barRows, barsCsv } from './bars.ts'
import { addressOf, buildOnce, run, start, stop } from './command.ts'

let folder = ''
let bars = ''
beforeAll(() => {
  buildOnce()
  folder = mkdtempSync(join(tmpdir(), 'liqscope-serve-'))
  bars = join(folder, 'binance-btcusdt.csv')
  writeFileSync(bars, barsCsv(barRows(300)))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('liqscope serve --bars', () => {
  it('serves the file, answers `map --url` with the numbers of `map --bars`, and ends on SIGTERM with 0', async () => {
    const child = start(['serve', '--bars', bars, '--no-sim', '--port', '0'])
    try {
      const url = await addressOf(child)
      const { markets } = MarketsSchema.parse(await (await fetch(`${url}/api/v1/markets`)).json())
      expect(markets.map(({ id }) => id)).toEqual(['binance:BTCUSDT'])
      const served = await run(['map', '--url', url, '--market', 'BTC', '--json'])
      expect(served.stderr).toBe('')
      const { basis: _, skill: __, ...fromServer } = JSON.parse(served.stdout) // only a server keeps a running score
      const direct = await run(['map', '--bars', bars, '--json'])
      expect(fromServer).toEqual(JSON.parse(direct.stdout))
      const unknown = await run(['map', '--url', url, '--market', 'BTX', '--json'])
      expect(unknown).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/nearest names: .*BTC/),
      })
    } finally {
      const { code, ms } = await stop(child, 'SIGTERM')
      expect(code).toBe(0)
      expect(ms).toBeLessThan(10_000)
    }
  })

  it('refuses a bad file with line and column before it serves anything', async () => {
    const bad = join(folder, 'bad.csv')
    writeFileSync(bad, barsCsv(barRows(300)).replace(/,63,(?=[^\n]*\n$)/, ',x,'))
    const { code, stdout, stderr } = await run(['serve', '--bars', bad, '--no-sim', '--port', '0'])
    expect(stderr).toMatch(/line 301, column taker_buy_volume: "x" is not a number/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('says that a port is busy and offers the flag', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => busy.once('listening', resolve))
    const address = busy.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, stdout, stderr } = await run(['serve', '--bars', bars, '--no-sim', '--port', String(port)])
    busy.close()
    expect(stderr).toMatch(new RegExp(`port ${port} .*busy.*--port`))
    expect(stderr).not.toMatch(/^\s+at /m)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})

describe('liqscope serve', () => {
  it('that reaches no exchange says so in one line a person can read', async () => {
    const env = {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent('globalThis.fetch=()=>Promise.reject(new Error("offline"))')}`,
    }
    const child = start(['serve', '--no-sim', '--port', '0'], { env })
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const url = await addressOf(child)
    await expect.poll(() => stderr, { timeout: 15_000 }).toMatch(/^liqscope: binance does not answer: .*offline/m)
    const outcome = await run(['map', '--url', url])
    expect(outcome).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/no market yet/) })
    expect((await stop(child, 'SIGTERM')).code).toBe(0)
    expect(stderr).not.toMatch(/^\s+at |\{/m)
  })

  it('on an address that is not here offers the flags', async () => {
    const { code, stdout, stderr } = await run(['serve', '--no-live', '--host', '192.0.2.1', '--port', '0'])
    expect(stderr).toMatch(/cannot listen on 192\.0\.2\.1 .*EADDRNOTAVAIL.*give another with --host/)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  it('that is told to stop while it starts ends with 0', async () => {
    const rows = barRows(300_000)
    const large = join(folder, 'large.csv')
    writeFileSync(large, barsCsv(rows))
    const child = start(['serve', '--bars', large, '--no-sim', '--port', '0'])
    const ended = new Promise((resolve) => child.on('close', resolve))
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})

describe('liqscope demo', () => {
  it('serves a simulated market alone and ends on SIGINT with 0', async () => {
    const child = start(['demo', '--port', '0', '--seed', '7'])
    try {
      const url = await addressOf(child)
      await expect
        .poll(async () => MarketsSchema.parse(await (await fetch(`${url}/api/v1/markets`)).json()).markets, {
          timeout: 15_000,
          interval: 200,
        })
        .not.toEqual([])
      const { markets } = MarketsSchema.parse(await (await fetch(`${url}/api/v1/markets`)).json())
      expect(markets.every(({ simulated, venue }) => simulated && venue === 'sim')).toBe(true)
    } finally {
      expect((await stop(child, 'SIGINT')).code).toBe(0)
    }
  })
})

it('a server that is not there is a network failure, exit 4', async () => {
  const { code, stdout, stderr } = await run(['map', '--url', 'http://127.0.0.1:9', '--market', 'BTC'])
  expect(stderr).toMatch(/does not answer/)
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
})
