import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { EXCHANGES, type Exchange, isExchange } from '@liqscope/feeds'
import { nearestNames } from '@liqscope/market'
import { ConfigError } from '../config/config-error.ts'

/** Beside other programs' state: `$XDG_STATE_HOME/liqscope/bans.json`, else below `~/.local/state`. */
export function bansFile(): string {
  const state = process.env.XDG_STATE_HOME
  return join(
    state !== undefined && isAbsolute(state) ? state : join(homedir(), '.local', 'state'),
    'liqscope',
    'bans.json',
  )
}

/** @throws {ConfigError} naming what is not an exchange that is understood */
export function exchangesOf(
  key: string,
  names: readonly string[],
  otherwise: readonly Exchange[],
): readonly Exchange[] {
  return names.length === 0
    ? otherwise
    : names.map((name) => {
        const exchange = name.toLowerCase()
        if (isExchange(exchange)) return exchange
        const nearest = nearestNames(name, EXCHANGES).join(' or ')
        throw new ConfigError(`${key} has "${name}", which is not an exchange we understand; did you mean ${nearest}?`)
      })
}

/** @throws {ConfigError} */
export function addressOf(text: string): string {
  if (/^0x[0-9a-f]{40}$/i.test(text)) return text
  throw new ConfigError(
    `live.hyperliquid_accounts has "${text}", which is not an address: write 0x and forty hexadecimal digits`,
  )
}
