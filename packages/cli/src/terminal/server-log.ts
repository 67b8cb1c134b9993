import type { ServerOptions } from '@liqscope/server'
import { say } from '../output.ts'

type Logger = NonNullable<ServerOptions['logger']>

/** A venue that stays away is said once in this time, not at each attempt. */
const REPEAT_AFTER_MS = 600_000
const LONGEST_REASON = 160

/**
 * The server's warnings and errors as one line each for a person. LIQSCOPE_LOG=json leaves the server its own log:
 * one JSON object per line with everything in it.
 */
export function serverLog(): Logger | undefined {
  if (process.env.LIQSCOPE_LOG === 'json') return undefined
  const said = new Map<string, number>()
  const line = (first: unknown, second?: unknown): void => {
    const [details, message] =
      typeof first === 'string' ? [undefined, first] : [first, String(second ?? 'unexpected error')]
    const text = `${message}${reasonOf(details)}`
    const now = Date.now()
    if (now - (said.get(text) ?? Number.NEGATIVE_INFINITY) < REPEAT_AFTER_MS) return
    if (said.size > 1_000) said.clear()
    said.set(text, now)
    say(text)
  }
  const nothing = (): void => {}
  const logger: Logger = {
    level: 'warn',
    silent: nothing,
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: line,
    error: line,
    fatal: line,
    child: () => logger,
  }
  return logger
}

function reasonOf(details: unknown): string {
  const error = typeof details === 'object' && details !== null && 'err' in details ? details.err : details
  if (!(error instanceof Error)) return ''
  return `: ${error.message.replaceAll('\n', ' ').slice(0, LONGEST_REASON)}`
}
