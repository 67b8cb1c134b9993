import { type Channel, cut } from './channel.ts'

const MOST = 2000

/** A Discord webhook. Mentions in a text are not obeyed. */
export function discordChannel(name: string, { url }: { url: string }): Channel {
  return {
    name,
    kind: 'discord',
    post: ({ title, lines }) => ({
      url,
      body: JSON.stringify({
        content: cut([`**${escaped(title)}**`, ...lines.map(escaped)].join('\n'), MOST),
        allowed_mentions: { parse: [] },
      }),
    }),
  }
}

function escaped(text: string): string {
  return text.replace(/[\\*_~`|>#]/g, '\\$&')
}
