import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOnce, run } from './command.ts'

let folder = ''
beforeAll(() => {
  buildOnce()
  folder = mkdtempSync(join(tmpdir(), 'liqscope-cli-'))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('liqscope', () => {
  it('prints help with examples and exit statuses on stdout', async () => {
    const { code, stdout, stderr } = await run(['--help'])
    expect(code).toBe(0)
    expect(stderr).toBe('')
    for (const word of ['serve', 'demo', 'map', 'record', 'replay', 'score', 'doctor', 'Examples:', 'Exit status:'])
      expect(stdout).toContain(word)
  })

  it.each(['serve', 'demo', 'map', 'record', 'replay', 'score', 'doctor'])(
    'prints help with examples for %s',
    async (command) => {
      const { code, stdout } = await run([command, '--help'])
      expect(code).toBe(0)
      expect(stdout).toContain('Examples:')
    },
  )

  it('prints its version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  it.each<[args: string[], says: RegExp]>([
    [['map', '--bar', 'x.csv'], /Did you mean --bars\?/],
    [['mpa'], /Did you mean map\?/],
    [['map'], /--bars FILE/],
    [['map', '--url', 'localhost'], /write it like http:/],
    [['map', '--bars', 'x.csv', '--at', 'noon'], /write it like 2026-03-18T12:00:00Z/],
    [['map', '--bars', 'x.csv', '--window', '120'], /too wide/],
    [['map', '--bars', 'x.csv', '--url', 'http://127.0.0.1:1'], /cannot be used with/],
    [['map', '--bars', 'x.csv', '--market', 'nasdaq:AAPL'], /not a venue we know/],
    [['replay'], /--bars/],
    [['replay', 'capture', '--bars', 'x.csv'], /not both/],
    [['replay', '/nowhere'], /cannot be read/],
    [['record'], /--out/],
    [['record', '--out', '/nowhere', '--sim', '--symbols', 'XYZ'], /the simulator has no "XYZ"/],
    [['replay', '--bars', 'x.csv', '--every', 'hour'], /write it like 90s/],
    [['serve', '--port', '70000'], /0 to 65535/],
    [['serve', '--no-live', '--no-sim'], /nothing to serve/],
    [['serve', '--symbols', 'a/b/c'], /unknown symbol/],
    [['serve', '--speed', '-1'], /not a number above 0/],
  ])('%j is wrong usage: it says what to do, prints no result and exits with 2', async (args, says) => {
    const { code, stdout, stderr } = await run(args)
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('liqscope doctor --venues', () => {
  it('says of each channel of simulated venues what came, as JSON and with its status', async () => {
    const { code, stdout } = await run(['doctor', '--venues', 'okx,hyperliquid', '--sim', '--json'])
    const { simulated, venues, exitStatus } = JSON.parse(stdout)
    expect({ simulated, exitStatus, code }).toEqual({ simulated: true, exitStatus: 0, code: 0 })
    expect(venues.map(({ exchange, reached }: { exchange: string; reached: boolean }) => [exchange, reached])).toEqual([
      ['okx', true],
      ['hyperliquid', true],
    ])
    for (const { channels } of venues) expect(channels.length).toBeGreaterThanOrEqual(6)
    expect(venues[0].openInterest).toMatchObject([{ symbol: 'BTC-USDT-SWAP', agrees: true }])
  }, 60_000)
})

describe('settings', () => {
  const portOf = async (args: string[], env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await run(['doctor', '--no-network', '--json', ...args], { env, cwd: folder })
    if (code === 3) return stdout + stderr
    const report: { findings: { check: string; detail: string }[] } = JSON.parse(stdout)
    return report.findings.find(({ check }) => check === 'port')?.detail
  }

  it('obey flags before the environment, the environment before the file, the file before defaults', async () => {
    const config = join(folder, 'some.yaml')
    writeFileSync(config, 'server:\n  port: 18701\n  host: 127.0.0.1\n')
    expect(await portOf([])).toMatch(/^8787 on 127.0.0.1/)
    expect(await portOf(['--config', config])).toMatch(/^18701 on/)
    expect(await portOf(['--config', config], { LIQSCOPE_PORT: '18702' })).toMatch(/^18702 on/)
    expect(await portOf(['--config', config], { LIQSCOPE_PORT: '18702', LIQSCOPE__SERVER__PORT: '18703' })).toMatch(
      /^18703/,
    )
    expect(await portOf(['--config', config, '--port', '18704'], { LIQSCOPE_PORT: '18702' })).toMatch(/^18704/)
    writeFileSync(join(folder, 'liqscope.yaml'), 'server: { port: 18705 }\n')
    expect(await portOf([])).toMatch(/^18705/)
    rmSync(join(folder, 'liqscope.yaml'))
  })

  it.each<[yaml: string, env: Record<string, string>, says: RegExp]>([
    ['server:\n  prot: 1\n', {}, /unknown setting server\.prot \(.*line 2\); did you mean server\.port/],
    ['sever:\n  port: 1\n', {}, /unknown setting sever\.port .* did you mean server\.port/],
    ['server:\n  port: many\n', {}, /server\.port must be a port from 0 to 65535, not "many" \(.*line 2\)/],
    ['server: [1, 2]\n', {}, /unknown setting server/],
    ['- 1\n', {}, /sections/],
    ['server: {port: 1\n', {}, /not valid YAML, line/],
    ['live:\n  symbols: []\n', {}, /live\.symbols must be a list/],
    ['', { LIQSCOPE__LIVE__ENABELD: '1' }, /live\.enabeld \(LIQSCOPE__LIVE__ENABELD\); did you mean live\.enabled/],
    ['', { LIQSCOPE_PORT: 'x' }, /server\.port must be .* \(LIQSCOPE_PORT\)/],
  ])('%j %j is refused with its place, exit 3', async (yaml, env, says) => {
    const config = join(folder, 'wrong.yaml')
    writeFileSync(config, yaml)
    const { code, stderr, stdout } = await run(['serve', '--config', config], { env })
    expect(stderr).toMatch(says)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  })

  it('in a file that is not there are refused', async () => {
    expect(await run(['serve', '--config', join(folder, 'none.yaml')])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no such file'),
    })
  })
})

describe('doctor', () => {
  it('finds wrong settings and exits with 3', async () => {
    const config = join(folder, 'wrong.yaml')
    writeFileSync(config, 'server: { prot: 1 }\n')
    const { code, stdout } = await run(['doctor', '--no-network', '--config', config])
    expect(stdout).toMatch(/failure +settings +unknown setting server\.prot/)
    expect(code).toBe(3)
  })

  it('finds a busy port and offers the flag', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => busy.once('listening', resolve))
    const address = busy.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, stdout } = await run(['doctor', '--no-network', '--port', String(port)])
    expect(stdout).toMatch(
      new RegExp(`failure +port +${port} on 127\\.0\\.0\\.1 is in use; give another with --port N`),
    )
    expect(code).toBe(1)
    busy.close()
  })

  it.each([
    ['Promise.reject(new TypeError("fetch failed"))', 4, /Binance +does not answer/],
    ['Promise.resolve(new Response("", { status: 451 }))', 4, /Binance +refuses this address \(HTTP 451\)/],
    ['Promise.resolve(new Response("{}"))', 0, /Binance +answers in \d+ ms/],
  ])('when asking a venue is %s it exits with %i', async (answer, status, says) => {
    const env = {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`globalThis.fetch=()=>${answer}`)}`,
    }
    const { code, stdout } = await run(['doctor', '--port', '0'], { env })
    expect(stdout).toMatch(says)
    expect(code).toBe(status)
  })
})
