import { appendFileSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Channel } from './channel/channel.ts'
import { Courier, type DeliveryOutcome } from './courier.ts'
import type { Message } from './message.ts'
import { Outbox } from './outbox.ts'
import { type Post, SendError } from './sender.ts'
import { FakeClock } from './testing/fake-clock.ts'

const CHANNEL: Channel = {
  name: 'mine',
  kind: 'webhook',
  post: ({ id }) => ({ url: 'https://example.org/', body: id }),
}

function message(id: string): Message {
  return { id, at: 0, title: `title ${id}`, lines: ['line'], facts: {} }
}

interface Given {
  /** What the receiver does with each try, in order; then it takes everything. */
  readonly answers?: readonly ('take' | 'fail' | 'refuse')[]
  readonly path?: string
  readonly isQuiet?: (now: number) => boolean
  readonly clock?: FakeClock
}

function courier({ answers = [], path, isQuiet, clock = new FakeClock() }: Given) {
  const sent: string[] = []
  const outcomes: DeliveryOutcome[] = []
  let tries = 0
  const send = async ({ body }: Post) => {
    const answer = answers[tries++] ?? 'take'
    if (answer === 'fail') throw new SendError('answered 503', true)
    if (answer === 'refuse') throw new SendError('answered 404', false)
    sent.push(String(body))
  }
  const one = new Courier({
    channels: [CHANNEL],
    outbox: new Outbox(path),
    send,
    clock,
    random: () => 0.5,
    onOutcome: (outcome) => outcomes.push(outcome),
    ...(isQuiet ? { isQuiet } : {}),
  })
  one.start()
  return { courier: one, clock, sent, outcomes, tries: () => tries }
}

const file = () => join(mkdtempSync(join(tmpdir(), 'liqscope-outbox-')), 'outbox.ndjson')

describe('a courier', () => {
  test('sends a picture where the channel takes one, and the words alone where it is refused or there is none', async () => {
    const outcomes: string[] = []
    const clock = new FakeClock()
    const one = new Courier({
      channels: [
        {
          ...CHANNEL,
          takesPicture: true,
          post: ({ id }, picture) => ({ url: 'https://example.org/', body: `${id} ${picture?.length ?? 'no'}` }),
        },
      ],
      outbox: new Outbox(),
      send: async ({ body }) => {
        outcomes.push(String(body))
        if (body === 'refused 3') throw new SendError('answered 400', false)
      },
      clock,
      random: () => 0.5,
      picture: async (market) => (market === 'sim:ETH' ? undefined : new Uint8Array(3)),
    })
    for (const [id, market] of [
      ['taken', 'sim:BTC'],
      ['refused', 'sim:BTC'],
      ['none', 'sim:ETH'],
    ] as const) {
      one.deliver({ ...message(id), market }, ['mine'])
      await clock.advance(2_000)
    }
    one.deliver(message('of no market'), ['mine'])
    await clock.advance(2_000)
    expect(outcomes).toEqual(['taken 3', 'refused 3', 'refused no', 'none no', 'of no market no'])
    expect(one.health()).toMatchObject([{ sent: 4, dropped: 0 }])
  })

  test('delivers what it is given, what comes together as one message', async () => {
    const { courier: one, clock, sent } = courier({})
    one.deliver(message('a'), ['mine'])
    one.deliver(message('b'), ['mine', 'unknown'])
    await clock.advance(2_000)
    one.deliver(message('c'), ['mine'])
    await clock.advance(2_000)
    expect(sent).toEqual(['a b', 'c'])
  })

  test('tries again, later and later, until it is taken', async () => {
    const { courier: one, clock, sent, tries } = courier({ answers: ['fail', 'fail', 'fail'] })
    one.deliver(message('a'), ['mine'])
    await clock.advance(1_500)
    expect(tries()).toBe(1)
    await clock.advance(2_500)
    expect(tries()).toBe(2)
    await clock.advance(12_500)
    expect([tries(), sent.length]).toEqual([3, 0])
    await clock.advance(75_000)
    expect(sent).toEqual(['a'])
    expect(one.health()).toMatchObject([{ waiting: 0, sent: 1, dropped: 0, lastProblem: 'answered 503' }])
  })

  test('drops what is refused for good, says so, and goes on', async () => {
    const { courier: one, clock, sent, outcomes } = courier({ answers: ['refuse'] })
    one.deliver(message('a'), ['mine'])
    await clock.advance(1_500)
    one.deliver(message('b'), ['mine'])
    await clock.advance(1_500)
    expect(sent).toEqual(['b'])
    expect(outcomes).toMatchObject([{ outcome: 'dropped', reason: 'answered 404' }, { outcome: 'sent' }])
  })

  test('drops after a day what nobody took', async () => {
    const { courier: one, clock, outcomes } = courier({ answers: new Array(500).fill('fail') })
    one.deliver(message('a'), ['mine'])
    await clock.advance(25 * 3_600_000)
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'dropped' })
    expect(one.health()).toMatchObject([{ waiting: 0, dropped: 1 }])
  })

  test('sends nothing in quiet hours, and everything together after them', async () => {
    const { courier: one, clock, sent } = courier({ isQuiet: (now) => now < 3_600_000 })
    for (const id of ['a', 'b', 'c']) {
      one.deliver(message(id), ['mine'])
      await clock.advance(600_000)
    }
    expect(sent).toEqual([])
    await clock.advance(3_600_000)
    expect(sent).toEqual(['a b c'])
  })

  test('never sends the same message twice, also over a restart', async () => {
    const path = file()
    const first = courier({ path })
    first.courier.deliver(message('a'), ['mine'])
    first.courier.deliver(message('a'), ['mine'])
    await first.clock.advance(2_000)
    expect(first.sent).toEqual(['a'])
    first.courier.close()
    const second = courier({ path, clock: first.clock })
    second.courier.deliver(message('a'), ['mine'])
    await second.clock.advance(10_000)
    expect(second.sent).toEqual([])
  })
})

describe('an outbox on disk', () => {
  test('loses nothing to a crash at any byte, and sends nothing twice that was written down as sent', async () => {
    const path = file()
    const { courier: one, clock } = courier({ path })
    for (const id of ['a', 'b', 'c', 'd']) {
      one.deliver(message(id), ['mine'])
      if (id === 'b') await clock.advance(2_000)
    }
    const whole = readFileSync(path, 'utf8') // a, b, done a, done b, c, d
    const lines = whole.split('\n')
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (bytes) => {
        const torn = file()
        appendFileSync(torn, whole.slice(0, bytes))
        const complete = whole.slice(0, bytes).split('\n').slice(0, -1).length
        // A cut that takes the newline alone leaves a whole entry.
        const kept = lines.slice(
          0,
          complete + Number(lines[complete] !== '' && whole.slice(0, bytes).endsWith(lines[complete] ?? '\0')),
        )
        const queued = kept.filter((line) => line.includes('"queued"')).length
        const done = kept.filter((line) => line.includes('"done"')).length
        const again = courier({ path: torn })
        await again.clock.advance(2_000)
        const delivered = again.sent
          .join(' ')
          .split(' ')
          .filter((id) => id !== '')
        expect(delivered.length).toBe(queued - done)
      }),
      { numRuns: 60 },
    )
  })

  test('is written anew when it grew, readable by its owner alone', () => {
    const path = file()
    const outbox = new Outbox(path, 20)
    for (let i = 0; i < 100; i++) {
      outbox.queue({ id: `m${i}`, channel: 'mine', message: message(`m${i}`), queuedAt: 0 })
      // Two days later nobody has to know any more what was done.
      outbox.finish(`m${i}`, 'sent', i * 3_600_000)
    }
    outbox.queue({ id: 'last', channel: 'mine', message: message('last'), queuedAt: 0 })
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(60)
    expect(statSync(path).mode & 0o077).toBe(0)
    expect(new Outbox(path).pending().map(({ id }) => id)).toEqual(['last'])
  })

  test('lines that are no entries are passed over', () => {
    const path = file()
    appendFileSync(path, 'null\n{"op":"queued"}\n{"op":"done","id":7}\n[]\n')
    expect(new Outbox(path).pending()).toEqual([])
  })
})
