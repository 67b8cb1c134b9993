import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../cli/bin/liqscope.mjs', import.meta.url))
const MINUTE = 60_000
const START = Date.UTC(2026, 2, 18)
const BARS = 1_500

const running: ChildProcess[] = []

/** The command as a person starts it, on a free port; resolves with the address it prints. */
export function serve(command: 'serve' | 'demo', ...args: string[]): Promise<string> {
  return serveOn(0, command, ...args)
}

/** The same on this port. */
export function serveOn(port: number, command: 'serve' | 'demo', ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [COMMAND, command, '--port', String(port), ...args], {
    env: { ...process.env, LIQSCOPE_BUILD: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const address = /http:\/\/[\d.]+:\d+/.exec(said)?.[0]
      if (address) resolve(address)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.on('exit', () => reject(new Error(`the server ended: ${said}`)))
  })
}

/** Ends every server of `serve`; resolves once they are gone. */
export async function endCommands(): Promise<void> {
  const ending = running.splice(0).map((child) => {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.kill()) return gone
    return undefined
  })
  await Promise.all(ending)
}

/** A day of bars on a slow wave, with some noise that every run repeats. */
export function writeBars(path: string): void {
  const price = (i: number) => 70_000 * (1 + 0.02 * Math.sin(i / 240) + 0.002 * Math.sin(i / 7))
  const rows = Array.from({ length: BARS }, (_, i) => {
    const [open, close] = [price(i), price(i + 1)]
    const [high, low] = [Math.max(open, close) * 1.0006, Math.min(open, close) * 0.9994]
    const volume = 60 + 40 * Math.abs(Math.sin(i / 13))
    const openInterest = 80_000 + 400 * Math.sin(i / 90)
    const figures = [open, high, low, close, volume, volume / 2, openInterest].map((x) => x.toFixed(3))
    return [START + i * MINUTE, ...figures, '', ''].join()
  })
  const header =
    'open_time_ms,open,high,low,close,volume,taker_buy_volume,open_interest,long_liquidated,short_liquidated'
  writeFileSync(path, `${[header, ...rows].join('\n')}\n`)
}
