import type { ServerOptions } from '@liqscope/server'
import { ConfigError } from './config-error.ts'

export type AlertSettings = NonNullable<NonNullable<ServerOptions['alerts']>['settings']>

interface Read {
  readonly text: (key: string, otherwise: string) => string
  readonly list: (key: string, otherwise: readonly string[]) => readonly string[]
}

const DIGESTS = { 'new-york': 'newYork', london: 'london', asia: 'asia' } as const

/** @throws {ConfigError} where half of a pair is missing or a session is unknown. Secrets are never in the message. */
export function alertSettings({ text, list }: Read): AlertSettings {
  const said = (key: string) => text(`alerts.${key}`, '') || undefined
  const token = said('telegram_token')
  const chat = said('telegram_chat')
  if ((token === undefined) !== (chat === undefined))
    throw new ConfigError('alerts.telegram_token and alerts.telegram_chat belong together: set both or neither')
  const [discord, slack, ntfy, webhook] = ['discord_url', 'slack_url', 'ntfy_url', 'webhook_url'].map(said)
  const [ntfyToken, secret, quiet] = ['ntfy_token', 'webhook_secret', 'quiet'].map(said)
  const digest = list('alerts.digest', []).map((name) => {
    const session = Object.entries(DIGESTS).find(([known]) => known === name)?.[1]
    if (session === undefined)
      throw new ConfigError(`alerts.digest knows ${Object.keys(DIGESTS).join(', ')}, not "${name}"`)
    return session
  })
  return {
    ...(token && chat ? { telegram: { token, chat } } : {}),
    ...(discord ? { discord: { url: discord } } : {}),
    ...(slack ? { slack: { url: slack } } : {}),
    ...(ntfy ? { ntfy: { url: ntfy, ...(ntfyToken ? { token: ntfyToken } : {}) } } : {}),
    ...(webhook ? { webhook: { url: webhook, ...(secret ? { secret } : {}) } } : {}),
    ...(quiet ? { quiet } : {}),
    ...(digest.length > 0 ? { digest } : {}),
  }
}
