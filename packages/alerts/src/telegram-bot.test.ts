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
async function telegram(texts: readonly { chat: number; text: string }[], fails = false, refusesPhotos = false) {
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
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const method = request.url?.split('/').at(-1) ?? ''
      const body = bodyOf(Buffer.concat(parts), request.headers['content-type'] ?? '')
      calls.push({ method, body })
      const say = (result: unknown) => response.end(JSON.stringify({ ok: true, result }))
      response.setHeader('content-type', 'application/json')
      if (method === 'sendPhoto' && refusesPhotos)
        response.end(JSON.stringify({ ok: false, error_code: 400, description: 'PHOTO_INVALID' }))
      else if (fails) response.end(JSON.stringify({ ok: false, error_code: 401, description: 'Unauthorized' }))
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

/** What came in: fields as text, files as their bytes. The library writes the form, so it is only taken apart here. */
function bodyOf(bytes: Buffer, type: string): Record<string, unknown> {
  if (bytes.length === 0) return {}
  const boundary = /boundary=(\S+)/.exec(type)?.[1]
  if (boundary === undefined) return JSON.parse(bytes.toString())
  const fields: Record<string, unknown> = {}
  for (const part of bytes.toString('latin1').split(`--${boundary}`)) {
    const [head = '', ...rest] = part.split('\r\n\r\n')
    const name = /name="?([^";\r]+)/.exec(head)?.[1]
    const value = Buffer.from(rest.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1')
    if (name !== undefined) fields[name] = head.includes('filename') ? value : value.toString()
  }
  return fields
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
      answer: async (question) => {
        questions.push(question)
        return { text: `answer ${questions.length}` }
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

  test.each([
    ['as its caption', 'short', false, ['sendPhoto short']],
    [
      'before it where it is too long for a caption',
      'x'.repeat(1_025),
      false,
      [`sendMessage ${'x'.repeat(1_025)}`, 'sendPhoto'],
    ],
    ['alone where the picture is refused', 'short', true, ['sendPhoto short', 'sendMessage short']],
  ])('sends the words of a picture %s', async (_, text, refuses, expected) => {
    const { calls, apiRoot } = await telegram([{ chat: 42, text: '/map' }], false, refuses)
    const picture = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 0x2d, 0x2d])
    open.push(
      startTelegramBot({
        token: TOKEN,
        chat: '42',
        answer: async () => ({ text, picture }),
        onProblem: () => {},
        apiRoot,
      }),
    )
    const sent = () => calls.filter(({ method }) => method.startsWith('send'))
    await until(() => (sent().length >= expected.length ? true : undefined))
    const said = sent().map(({ method, body }) => `${method} ${body.caption ?? body.text ?? ''}`.trim())
    expect(said).toEqual(expected)
    const photos = sent().filter(({ method }) => method === 'sendPhoto')
    expect(Object.values(photos[0]!.body).some((value) => Buffer.isBuffer(value) && value.equals(picture))).toBe(true)
  })

  test('says what went wrong without the token, and can be closed while it waits', async () => {
    const { apiRoot } = await telegram([], true)
    const problems: string[] = []
    const bot = startTelegramBot({
      token: TOKEN,
      chat: '42',
      answer: async () => ({ text: '' }),
      onProblem: (problem) => problems.push(problem),
      apiRoot,
    })
    await until(() => problems[0])
    expect(problems).toEqual(['Telegram answered 401'])
    await bot.close()
  })
})
