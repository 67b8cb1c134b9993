import { Bot, type Context, GrammyError, HttpError, InputFile } from 'grammy'
import { MOST_CAPTION } from './channel/telegram.ts'

/** What a person asked the bot: `/map BTC` is command `map` with text `BTC`. */
export interface BotQuestion {
  readonly command: BotCommand
  readonly text: string
}

/** The bot's commands, as its menu in Telegram explains them. */
const BOT_COMMANDS = {
  map: 'the strongest places of a market: /map BTC',
  levels: 'all clusters of a market: /levels BTC',
  alerts: 'the alert rules and what they told last',
  mute: 'no messages for some minutes: /mute 60, /mute 0 ends it',
  status: 'what the exchanges deliver',
  help: 'this list',
} as const
type BotCommand = keyof typeof BOT_COMMANDS

/** Words, and a picture that belongs to them where one could be made. */
export interface BotAnswer {
  readonly text: string
  readonly picture?: Uint8Array
}

export interface TelegramBotOptions {
  readonly token: string
  /** The one chat that is answered, as its number or @name. Anybody can find a bot: everybody else is left unanswered. */
  readonly chat: string
  readonly answer: (question: BotQuestion) => Promise<BotAnswer>
  /** What went wrong, without the token. */
  readonly onProblem: (problem: string) => void
  /** Another server than Telegram's, for tests. */
  readonly apiRoot?: string
}

/** Telegram's longest message. */
const MOST = 4096
/** Telegram is asked again after a failure, ms. */
const RETRY_MS = 30_000

/** Answers one chat by long polling: no port of ours is open to the internet. Tries for ever until `close()`. */
export function startTelegramBot(options: TelegramBotOptions): { close(): Promise<void> } {
  const { token, chat, answer, onProblem, apiRoot } = options
  const bot = new Bot(token, apiRoot === undefined ? {} : { client: { apiRoot } })
  bot.use(async (context, next) => {
    const { id, username } = context.chat ?? {}
    if (chat === String(id) || (username !== undefined && chat === `@${username}`)) await next()
  })
  for (const command of Object.keys(BOT_COMMANDS) as BotCommand[])
    bot.command(command, async (context) => {
      await reply(
        context,
        command === 'help' ? { text: help() } : await answer({ command, text: context.match.trim() }),
      )
    })
  bot.command('start', (context) => context.reply(help()))
  bot.on('message:text', (context) => context.reply(`I know these:\n${help()}`))
  bot.catch(({ error }) => onProblem(reasonOf(error)))
  let closed = false
  const run = async () => {
    while (!closed) {
      try {
        await bot.api.setMyCommands(
          Object.entries(BOT_COMMANDS).map(([command, description]) => ({ command, description })),
        )
        await bot.start({ allowed_updates: ['message'], drop_pending_updates: true })
      } catch (error) {
        if (closed) return
        onProblem(reasonOf(error))
        await waiting(RETRY_MS, () => closed)
      }
    }
  }
  const running = run()
  return {
    async close() {
      closed = true
      if (bot.isRunning()) await bot.stop().catch(() => undefined)
      await running
    },
  }
}

/** Under a picture there is room for less: what is longer comes before it. A picture that is refused is left out. */
async function reply(context: Context, { text, picture }: BotAnswer): Promise<void> {
  const points = [...text]
  const isCaption = picture !== undefined && points.length <= MOST_CAPTION
  if (!isCaption) await context.reply(points.slice(0, MOST).join(''))
  if (picture === undefined) return
  try {
    await context.replyWithPhoto(new InputFile(picture, 'map.png'), isCaption ? { caption: text } : {})
  } catch (error) {
    if (!(error instanceof GrammyError)) throw error
    if (isCaption) await context.reply(text)
  }
}

function help(): string {
  return Object.entries(BOT_COMMANDS)
    .map(([command, description]) => `/${command}: ${description}`)
    .join('\n')
}

/** Errors of the library hold the address, and with it the token: only their kind is told. */
function reasonOf(error: unknown): string {
  if (error instanceof GrammyError) return `Telegram answered ${error.error_code}`
  if (error instanceof HttpError) return 'Telegram was not reached'
  return error instanceof Error ? error.name : 'unknown'
}

async function waiting(ms: number, isOver: () => boolean): Promise<void> {
  for (let waited = 0; waited < ms && !isOver(); waited += 100) await new Promise((resolve) => setTimeout(resolve, 100))
}
