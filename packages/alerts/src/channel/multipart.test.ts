import { describe, expect, test } from 'vitest'
import type { Message } from '../message.ts'
import type { Post } from '../sender.ts'
import { discordChannel } from './discord.ts'
import { telegramChannel } from './telegram.ts'

/** Holds what ends lines and parts in a form: it must come out as it went in. */
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 13, 10, 0x2d, 0x2d, 0, 255])
const MESSAGE: Message = { id: 'a', at: 0, title: 'binance:BTCUSDT: “near”', lines: ['70,500 − ok'], facts: {} }

async function formOf({ headers, body }: Post): Promise<FormData> {
  return new Response(typeof body === 'string' ? body : new Uint8Array(body), { headers: { ...headers } }).formData()
}

async function fileOf(form: FormData, field: string) {
  const file = form.get(field)
  if (!(file instanceof File)) throw new Error(`${field} is no file`)
  return { name: file.name, type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) }
}

describe('a picture in a form', () => {
  test('reaches Telegram with its caption, as another parser reads it', async () => {
    const post = telegramChannel('t', { token: '1:x', chat: '42' }).post(MESSAGE, PNG)
    expect(post.url).toBe('https://api.telegram.org/bot1:x/sendPhoto')
    const form = await formOf(post)
    expect([...form.keys()]).toEqual(['chat_id', 'caption', 'photo'])
    expect(form.get('caption')).toBe('binance:BTCUSDT: “near”\n70,500 − ok')
    expect(await fileOf(form, 'photo')).toEqual({ name: 'map.png', type: 'image/png', bytes: PNG })
  })

  test('is left out where the words are longer than a caption may be', () => {
    const lines = ['x'.repeat(1_100)]
    const post = telegramChannel('t', { token: '1:x', chat: '42' }).post({ ...MESSAGE, lines }, PNG)
    expect(post.url).toMatch(/sendMessage$/)
    expect(JSON.parse(String(post.body)).text).toHaveLength(1_100 + MESSAGE.title.length + 1)
  })

  test('reaches Discord beside its message, which still obeys no mention', async () => {
    const form = await formOf(discordChannel('d', { url: 'https://example.org/' }).post(MESSAGE, PNG))
    expect(JSON.parse(String(form.get('payload_json')))).toMatchObject({ allowed_mentions: { parse: [] } })
    expect((await fileOf(form, 'files[0]')).bytes).toEqual(PNG)
  })
})
