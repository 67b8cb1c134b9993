import type { Message } from '../message.ts'
import type { Post } from '../sender.ts'

/** Where messages go. Its settings hold secrets, so nothing but `name` and `kind` ever leaves it. */
export interface Channel {
  readonly name: string
  readonly kind: 'telegram' | 'discord' | 'slack' | 'ntfy' | 'webhook'
  /** Whether a picture may be sent with a message. */
  readonly takesPicture?: boolean
  /** The request that delivers a message, with a PNG where the channel takes one. */
  post(message: Message, picture?: Uint8Array): Post
}

/** Text cut to what a service takes, with a mark that it was. */
export function cut(text: string, most: number): string {
  const points = [...text]
  return points.length <= most ? text : `${points.slice(0, most - 1).join('')}…`
}

/** Headers carry ASCII: anything else is replaced by its nearest sign or left out. */
export function ascii(text: string): string {
  return text
    .replaceAll('\u2212', '-')
    .replaceAll('–', '-')
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '')
}
