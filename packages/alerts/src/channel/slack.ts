import { type Channel, cut } from './channel.ts'

/** A section's longest text, characters. */
const MOST = 3000

/** A Slack incoming webhook. */
export function slackChannel(name: string, { url }: { url: string }): Channel {
  return {
    name,
    kind: 'slack',
    post: ({ title, lines }) => ({
      url,
      body: JSON.stringify({ text: cut([`*${escaped(title)}*`, ...lines.map(escaped)].join('\n'), MOST) }),
    }),
  }
}

/** The three signs that Slack asks to escape; everything else is taken as it is. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
