import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../bin/liqscope.mjs', import.meta.url))
const builder = fileURLToPath(new URL('../../../scripts/build.mjs', import.meta.url))

/** A command that should have ended is ended, so that a failing test leaves no process behind. */
const ENDED_AFTER_MS = 60_000

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Builds what is stale, once before the tests of a file: they run the built command, as people do. */
export function buildOnce(): void {
  if (process.env.LIQSCOPE_BUILD === '0') return
  const { status, stderr } = spawnSync(process.execPath, [builder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the build failed:\n${stderr}`)
}

/** Starts `liqscope` as a process of its own. */
export function start(args: readonly string[], { env = {}, cwd }: RunOptions = {}): ChildProcess {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(LIQSCOPE|NO_COLOR|FORCE_COLOR|NODE_OPTIONS|VITEST|NODE_ENV)/.test(name),
    ),
  )
  return spawn(process.execPath, [bin, ...args], {
    env: { ...clean, LIQSCOPE_BUILD: '0', LIQSCOPE__DATA__DIR: join(tmpdir(), 'liqscope-test-data'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: ENDED_AFTER_MS,
    ...(cwd === undefined ? {} : { cwd }),
  })
}

/** Runs `liqscope` to its end. */
export function run(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  const child = start(args, options)
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Resolves with the address `serve` prints; rejects when it ends before. */
export function addressOf(child: ChildProcess): Promise<string> {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const url = /http:\/\/\S+/.exec(text)?.[0]
      if (url !== undefined) resolve(url)
    })
    child.on('close', (code) => reject(new Error(`ended with ${code}: ${stderr}`)))
  })
}

/** Sends the signal and resolves with how the process ended and after how long. */
export function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<{ code: number | null; ms: number }> {
  const started = Date.now()
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, ms: Date.now() - started }))
    child.kill(signal)
  })
}
