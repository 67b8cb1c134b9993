import type { Channel } from './channel/channel.ts'
import { discordChannel } from './channel/discord.ts'
import { ntfyChannel } from './channel/ntfy.ts'
import { slackChannel } from './channel/slack.ts'
import { telegramChannel } from './channel/telegram.ts'
import { webhookChannel } from './channel/webhook.ts'
import type { Session } from './local-time.ts'

/** What a person sets up. Tokens and addresses are secrets: they are read here and go into requests, nowhere else. */
export interface AlertSettings {
  readonly telegram?: { readonly token: string; readonly chat: string }
  readonly discord?: { readonly url: string }
  readonly slack?: { readonly url: string }
  readonly ntfy?: { readonly url: string; readonly token?: string }
  readonly webhook?: { readonly url: string; readonly secret?: string }
  /** `22:00-07:00 Europe/Berlin`. */
  readonly quiet?: string
  readonly digest?: readonly Session[]
}

export function channelsOf({ telegram, discord, slack, ntfy, webhook }: AlertSettings): Channel[] {
  return [
    ...(telegram ? [telegramChannel('telegram', telegram)] : []),
    ...(discord ? [discordChannel('discord', discord)] : []),
    ...(slack ? [slackChannel('slack', slack)] : []),
    ...(ntfy ? [ntfyChannel('ntfy', ntfy)] : []),
    ...(webhook ? [webhookChannel('webhook', webhook)] : []),
  ]
}
