import { createHmac } from 'node:crypto'
import type { Channel } from './channel.ts'

/**
 * A program of your own. It gets JSON `{id, at, title, lines, facts}` with the header `idempotency-key`, and, when a
 * secret is set, `x-liqscope-signature: sha256=<hex HMAC of the body>`.
 */
export function webhookChannel(name: string, { url, secret }: { url: string; secret?: string }): Channel {
  return {
    name,
    kind: 'webhook',
    post: (message) => {
      const body = JSON.stringify(message)
      return {
        url,
        headers: {
          'idempotency-key': message.id.length <= 200 ? encodeURIComponent(message.id) : hashOf(message.id),
          ...(secret === undefined
            ? {}
            : { 'x-liqscope-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }),
        },
        body,
      }
    },
  }
}

function hashOf(text: string): string {
  return createHmac('sha256', 'id').update(text).digest('hex')
}
