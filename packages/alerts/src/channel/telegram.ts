import { type Channel, cut } from './channel.ts'
import { multipart } from './multipart.ts'

/** Telegram's longest text message and longest text under a picture, characters. */
const MOST = 4096
export const MOST_CAPTION = 1024

/** A chat of a bot. `token` as BotFather gives it; `chat` a number or @name. A text too long for a caption goes alone. */
export function telegramChannel(name: string, { token, chat }: { token: string; chat: string }): Channel {
  return {
    name,
    kind: 'telegram',
    takesPicture: true,
    post: ({ title, lines }, picture) => {
      const text = [title, ...lines].join('\n')
      const api = `https://api.telegram.org/bot${token}`
      // Without parse_mode the text is taken as it is: nothing to escape.
      if (picture === undefined || [...text].length > MOST_CAPTION)
        return {
          url: `${api}/sendMessage`,
          body: JSON.stringify({ chat_id: chat, text: cut(text, MOST), disable_notification: false }),
        }
      return {
        url: `${api}/sendPhoto`,
        ...multipart({ chat_id: chat, caption: text }, { field: 'photo', name: 'map.png', png: picture }),
      }
    },
  }
}
