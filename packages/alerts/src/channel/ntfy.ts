import { ascii, type Channel, cut } from './channel.ts'

const MOST = 4000

/** A topic of ntfy.sh or of an own server: `https://ntfy.sh/topic`. */
export function ntfyChannel(name: string, { url, token }: { url: string; token?: string }): Channel {
  return {
    name,
    kind: 'ntfy',
    post: ({ title, lines }) => ({
      url,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        title: cut(ascii(title), 200),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: cut(lines.join('\n'), MOST),
    }),
  }
}
