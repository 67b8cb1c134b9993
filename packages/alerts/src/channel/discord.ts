import { type Channel, cut } from './channel.ts'
import { multipart } from './multipart.ts'

const MOST = 2000

/** A Discord webhook. Mentions in a text are not obeyed. */
export function discordChannel(name: string, { url }: { url: string }): Channel {
  return {
    name,
    kind: 'discord',
    takesPicture: true,
    post: ({ title, lines }, picture) => {
      const payload = JSON.stringify({
        content: cut([`**${escaped(title)}**`, ...lines.map(escaped)].join('\n'), MOST),
        allowed_mentions: { parse: [] },
      })
      if (picture === undefined) return { url, body: payload }
      return { url, ...multipart({ payload_json: payload }, { field: 'files[0]', name: 'map.png', png: picture }) }
    },
  }
}

function escaped(text: string): string {
  return text.replace(/[\\*_~`|>#]/g, '\\$&')
}
