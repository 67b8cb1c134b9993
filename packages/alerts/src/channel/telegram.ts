import { type Channel, cut } from './channel.ts'

/** Telegram's longest text message, characters. */
const MOST = 4096

/** A chat of a bot. `token` as BotFather gives it; `chat` a number or @name. */
export function telegramChannel(name: string, { token, chat }: { token: string; chat: string }): Channel {
  return {
    name,
    kind: 'telegram',
    post: ({ title, lines }) => ({
      url: `https://api.telegram.org/bot${token}/sendMessage`,
      // Without parse_mode the text is taken as it is: nothing to escape.
      body: JSON.stringify({
        chat_id: chat,
        text: cut([title, ...lines].join('\n'), MOST),
        disable_notification: false,
      }),
    }),
  }
}
