import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type BotQuestion, startTelegramBot } from './telegram-bot.ts'

const TOKEN = '1:CANARY-token'
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

interface Call {
  readonly method: string
  readonly body: Record<string, unknown>
}

/** Telegram's bot interface, as much of it as a bot needs: updates handed out once, calls kept. */
async function telegram(texts: readonly { chat: number; text: string }[], fails = false) {
  const calls: Call[] = []
  let updates = texts.map(({ chat, text }, i) => ({
    update_id: i + 1,
    message: {
      message_id: i + 1,
      date: 0,
      chat: { id: chat, type: 'private' },
      from: { id: chat, is_bot: false, first_name: 'a' },
      text,
      entities: text.startsWith('/') ? [{ type: 'bot_command', offset: 0, length: text.split(' ')[0]!.length }] : [],
    },
  }))
  const server: Server = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const method = request.url?.split('/').at(-1) ?? ''
      const body = text === '' ? {} : JSON.parse(text)
      calls.push({ method, body })
      const say = (result: unknown) => response.end(JSON.stringify({ ok: true, result }))
      response.setHeader('content-type', 'application/json')
      if (fails) response.end(JSON.stringify({ ok: false, error_code: 401, description: 'Unauthorized' }))
      else if (method === 'getMe') say({ id: 1, is_bot: true, first_name: 'liqscope', username: 'liqscope_bot' })
      else if (method === 'getUpdates') {
        const now = updates
        updates = []
        setTimeout(() => say(now), now.length > 0 ? 0 : 50)
      } else say(true)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
  return { calls, apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function until<T>(find: () => T | undefined): Promise<T> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; ) {
    const found = find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('never happened')
}

describe('the Telegram bot', () => {
  test('answers its own chat and nobody else', async () => {
    const { calls, apiRoot } = await telegram([
      { chat: 66, text: '/map BTC' },
      { chat: 42, text: '/map BTC' },
      { chat: 42, text: '/mute 60' },
      { chat: 42, text: 'hello' },
    ])
    const questions: BotQuestion[] = []
    const bot = startTelegramBot({
      token: TOKEN,
      chat: '42',
      answer: (question) => {
        questions.push(question)
        return `answer ${questions.length}`
      },
      onProblem: () => undefined,
      apiRoot,
    })
    open.push(bot)
    const sent = () => calls.filter(({ method }) => method === 'sendMessage').map(({ body }) => body)
    await until(() => (sent().length >= 3 ? true : undefined))
    expect(questions).toEqual([
      { command: 'map', text: 'BTC' },
      { command: 'mute', text: '60' },
    ])
    expect(sent().map(({ chat_id }) => chat_id)).toEqual([42, 42, 42])
    expect(
      sent()
        .slice(0, 2)
        .map(({ text }) => text),
    ).toEqual(['answer 1', 'answer 2'])
    expect(sent()[2]?.text).toContain('/levels')
    expect(calls.find(({ method }) => method === 'setMyCommands')).toBeDefined()
  })

  test('says what went wrong without the token, and can be closed while it waits', async () => {
    const { apiRoot } = await telegram([], true)
    const problems: string[] = []
    const bot = startTelegramBot({
      token: TOKEN,
      chat: '42',
      answer: () => '',
      onProblem: (problem) => problems.push(problem),
      apiRoot,
    })
    await until(() => problems[0])
    expect(problems).toEqual(['Telegram answered 401'])
    await bot.close()
  })
})
