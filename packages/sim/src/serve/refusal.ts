import type { RestReply } from './dialect.ts'

/** A request the venue refuses, in its own words. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reply: RestReply

  constructor(status: number, body: object | string, headers: Readonly<Record<string, string>> = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    super(`${status} ${text}`)
    this.reply = { status, body: text, headers }
  }
}
