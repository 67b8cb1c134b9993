import { createServer, type Server, type Socket as TcpSocket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { FakeClock, seeded, until } from '../../test/fake-clock.ts'
import type { Connection } from './connection.ts'
import { ConnectionBudget } from './connection-budget.ts'
import type { Dial, WireEvents } from './dial.ts'
import { Socket, type SocketOptions } from './socket.ts'

const LIMITS = {
  pingAfterMs: 10_000,
  deadAfterMs: 20_000,
  handshakeMs: 5_000,
  maxFrameBytes: 64 * 1024,
  sends: [{ limit: 5, windowMs: 1_000 }],
}
const HOUR = 3_600_000

interface Life {
  readonly opens: { readonly epoch: number; readonly isSuccessor: boolean }[]
  readonly frames: { readonly text: string; readonly epoch: number }[]
  readonly unreadable: string[]
  readonly downs: string[]
}

const sockets: Socket[] = []
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close()
  for (const close of closers.splice(0)) await close()
})

function open(url: string, clock: FakeClock, options: Partial<SocketOptions> = {}): { socket: Socket; life: Life } {
  const life: Life = { opens: [], frames: [], unreadable: [], downs: [] }
  const socket = new Socket({
    url,
    clock,
    random: () => 0.5,
    budget: new ConnectionBudget(150, 300_000),
    limits: LIMITS,
    rotateAfterMs: 23 * HOUR,
    events: {
      onOpen: ({ epoch }: Connection, isSuccessor) => life.opens.push({ epoch, isSuccessor }),
      onFrame: (text, _receivedTime, { epoch }) => life.frames.push({ text, epoch }) > 0,
      onUnreadable: (problem) => life.unreadable.push(problem),
      onDown: (reason) => life.downs.push(reason),
    },
    ...options,
  })
  sockets.push(socket)
  clock.advance(0)
  return { socket, life }
}

/** A bare WebSocket server that does only what the test tells it to. */
async function serve(): Promise<{ url: string; clients: WebSocket[]; tcp: TcpSocket[] }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const clients: WebSocket[] = []
  const tcp: TcpSocket[] = []
  server.on('connection', (client, request) => {
    tcp.push(request.socket)
    client.on('error', () => {})
    clients.push(client)
  })
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(async () => {
    for (const client of clients) client.terminate()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return { url: `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, clients, tcp }
}

async function connected() {
  const clock = new FakeClock()
  const { url, clients, tcp } = await serve()
  const { socket, life } = open(url, clock)
  await until(() => life.opens.length === 1 && clients.length === 1, 'the handshake')
  return { clock, clients, tcp, socket, life }
}

describe('a lost connection', () => {
  it.each([1000, 1001, 1006, 1008, 1011, 1012, 1013])('with close code %i is retried within 1 s', async (code) => {
    const { clock, clients, life } = await connected()
    if (code === 1006) clients[0]?.terminate()
    else clients[0]?.close(code, 'bye')
    await until(() => life.downs.length === 1, 'the loss is seen')
    if (code !== 1006) expect(life.downs[0]).toBe(`closed with code ${code} (bye)`)
    clock.advance(1_000)
    await until(() => life.opens.length === 2, 'it is back')
    expect(life.opens.map(({ epoch }) => epoch)).toEqual([1, 2])
  })

  it('to a peer that refuses is retried with growing waits, never over 30 s, and recovers', async () => {
    const clock = new FakeClock()
    const { socket, life } = open('ws://127.0.0.1:1', clock, { random: () => 1 - Number.EPSILON })
    const waits: number[] = []
    for (let attempt = 1; attempt <= 8; attempt++) {
      await until(() => life.downs.length === attempt, 'it is refused')
      const before = clock.now()
      while (life.downs.length === attempt && clock.now() < before + 40_000) {
        clock.advance(500)
        await new Promise((resolve) => setTimeout(resolve, clock.now() - before >= 900 ? 3 : 0))
      }
      waits.push(clock.now() - before)
    }
    expect(waits[0]).toBeLessThanOrEqual(2_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(33_000)
    expect(socket.isOpen).toBe(false)
  })

  it('that never finishes its handshake is given up in time', async () => {
    const clock = new FakeClock()
    const silent: Server = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    closers.push(() => new Promise((resolve) => silent.close(() => resolve())))
    const address = silent.address()
    const { life } = open(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, clock)
    clock.advance(LIMITS.handshakeMs)
    expect(life.downs).toEqual(['no handshake in time'])
  })

  it('that is half-open is ended within 30 s', async () => {
    const { clock, clients, life } = await connected()
    // A black hole: the peer's kernel still accepts bytes, the program answers nothing.
    clients[0]?.pause()
    let waited = 0
    while (life.downs.length === 0 && waited < 60_000) {
      await clock.pass(1_000, 1_000)
      waited += 1_000
    }
    expect(life.downs[0]).toMatch(/^half-open: nothing heard for/)
    expect(waited).toBeLessThanOrEqual(30_000)
  })

  it('is not ended while pongs come, however long there is no data', async () => {
    const { clock, life } = await connected()
    for (let second = 0; second < 300; second++) {
      clock.advance(1_000)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(life.downs).toEqual([])
  })
})

describe('a frame', () => {
  it('that is binary is reported and the connection stays', async () => {
    const { clients, life } = await connected()
    clients[0]?.send(Buffer.from([1, 2, 3]))
    clients[0]?.send('{"after":1}')
    await until(() => life.frames.length === 1, 'the next frame')
    expect(life.unreadable).toEqual(['binary frame'])
    expect(life.downs).toEqual([])
  })

  it('longer than the limit ends the connection, which comes back', async () => {
    const { clock, clients, life } = await connected()
    clients[0]?.send('x'.repeat(LIMITS.maxFrameBytes + 1))
    await until(() => life.downs.length === 1, 'the frame is refused')
    expect(life.downs[0]).toBe('Max payload size exceeded')
    expect(life.frames).toEqual([])
    clock.advance(1_000)
    await until(() => life.opens.length === 2, 'it is back')
  })

  it('that is not UTF-8 ends the connection, which comes back', async () => {
    const { clock, clients, life } = await connected()
    clients[0]?.send(Buffer.from([0x7b, 0xff, 0xfe]), { binary: false })
    await until(() => life.downs.length === 1, 'the frame is refused')
    expect(life.downs[0]).toMatch(/UTF-?8/i)
    clock.advance(1_000)
    await until(() => life.opens.length === 2, 'it is back')
  })

  it('cut off in the middle ends the connection, which comes back', async () => {
    const { clock, tcp, life } = await connected()
    // Half a frame: text, 100 bytes announced, 3 sent.
    tcp[0]?.end(Buffer.from([0x81, 100, 0x7b, 0x22, 0x65]))
    await until(() => life.downs.length === 1, 'the loss is seen')
    expect(life.frames).toEqual([])
    clock.advance(1_000)
    await until(() => life.opens.length === 2, 'it is back')
  })
})

/** A wire under the test's thumb. */
class FakeWire {
  readonly sent: string[] = []
  ended = false
  constructor(readonly events: WireEvents) {}
  send(text: string): void {
    this.sent.push(text)
  }
  hold(): void {}
  ping(): void {
    if (!this.ended) this.events.alive()
  }
  close(): void {
    this.ended = true
  }
  terminate(): void {
    this.ended = true
  }
}

function fakeDial(): { dial: Dial; wires: FakeWire[] } {
  const wires: FakeWire[] = []
  const dial: Dial = (_url, _limits, events) => {
    const wire = new FakeWire(events)
    wires.push(wire)
    return wire
  }
  return { dial, wires }
}

describe('an epoch', () => {
  it('of a connection that was given up delivers nothing more, whatever still arrives on it', () => {
    const clock = new FakeClock()
    const { dial, wires } = fakeDial()
    const { life } = open('ws://fake', clock, { dial })
    wires[0]?.events.opened()
    wires[0]?.events.ended('reset')
    clock.advance(1_000)
    wires[1]?.events.opened()
    wires[0]?.events.text('late')
    wires[1]?.events.text('new')
    expect(life.frames).toEqual([{ text: 'new', epoch: 2 }])
  })
})

describe('a rotation', () => {
  it('opens the successor before it lets the old connection go, and never goes down', () => {
    const clock = new FakeClock()
    const { dial, wires } = fakeDial()
    const { socket, life } = open('ws://fake', clock, { dial, random: () => 0 })
    wires[0]?.events.opened()
    clock.advance(23 * HOUR)
    expect(wires).toHaveLength(2)
    wires[1]?.events.opened()
    wires[0]?.events.text('old')
    wires[1]?.events.text('new')
    socket.promote(2)
    clock.advance(1_999)
    wires[0]?.events.text('old, on its way')
    clock.advance(1)
    wires[0]?.events.text('old, too late')
    wires[1]?.events.text('new')
    expect(life.frames).toEqual([
      { text: 'old', epoch: 1 },
      { text: 'new', epoch: 2 },
      { text: 'old, on its way', epoch: 1 },
      { text: 'new', epoch: 2 },
    ])
    expect(life.opens).toEqual([
      { epoch: 1, isSuccessor: false },
      { epoch: 2, isSuccessor: true },
    ])
    expect(wires[0]?.ended).toBe(true)
    expect(life.downs).toEqual([])
  })

  it('whose old connection dies first says that the successor carries on alone: it may not have been told all yet', () => {
    const clock = new FakeClock()
    const { dial, wires } = fakeDial()
    const succeeded: string[] = []
    const { life } = open('ws://fake', clock, {
      dial,
      random: () => 0,
      events: {
        onOpen: () => {},
        onFrame: () => true,
        onUnreadable: () => {},
        onDown: (reason) => life.downs.push(reason),
        onSucceeded: ({ epoch }, reason) => succeeded.push(`${epoch} ${reason}`),
      },
    })
    wires[0]?.events.opened()
    clock.advance(23 * HOUR)
    wires[1]?.events.opened()
    wires[0]?.events.ended('reset')
    expect(succeeded).toEqual(['2 reset'])
    expect(life.downs).toEqual([])
  })

  it('whose successor dies tries again, on the old connection meanwhile', () => {
    const clock = new FakeClock()
    const { dial, wires } = fakeDial()
    const { life } = open('ws://fake', clock, { dial, random: () => 0 })
    wires[0]?.events.opened()
    clock.advance(23 * HOUR)
    wires[1]?.events.opened()
    wires[1]?.events.ended('reset')
    clock.advance(1_000)
    expect(wires).toHaveLength(3)
    expect(life.downs).toEqual([])
  })

  it('is over at once when the old connection dies first', () => {
    const clock = new FakeClock()
    const { dial, wires } = fakeDial()
    const { socket, life } = open('ws://fake', clock, { dial, random: () => 0 })
    wires[0]?.events.opened()
    clock.advance(23 * HOUR)
    wires[1]?.events.opened()
    wires[0]?.events.ended('cut at 24 h')
    expect(socket.isOpen).toBe(true)
    expect(life.downs).toEqual([])
    clock.advance(10 * 60_000)
    expect(wires).toHaveLength(2)
  })
})

it('close() ends everything: no timer is left and nothing more is called', () => {
  const clock = new FakeClock()
  const { dial, wires } = fakeDial()
  const { socket, life } = open('ws://fake', clock, { dial, random: () => 0 })
  wires[0]?.events.opened()
  socket.close()
  wires[0]?.events.text('late')
  wires[0]?.events.ended('bye')
  expect(life.frames).toEqual([])
  expect(life.downs).toEqual([])
  expect(clock.pending).toBe(0)
})

it('10,000 seeded schedules of failures never exceed the connection budget, and always come back', () => {
  const BUDGET = { limit: 5, windowMs: 60_000 }
  for (let seed = 1; seed <= 10_000; seed++) {
    const clock = new FakeClock()
    const random = seeded(seed)
    const dials: number[] = []
    const budget = new ConnectionBudget(BUDGET.limit, BUDGET.windowMs)
    const dial: Dial = (_url, _limits, events) => {
      dials.push(clock.now())
      const wire = new FakeWire(events)
      const fate = random()
      // a third never opens, the others live up to half a minute, some with data
      if (fate < 0.33) clock.setTimeout(() => events.ended('refused'), random() * 500)
      else {
        clock.setTimeout(() => events.opened(), random() * 500)
        if (fate > 0.6) clock.setTimeout(() => events.text('data'), 600)
        clock.setTimeout(() => events.ended('reset'), 600 + random() * 30_000)
      }
      return wire
    }
    const pair = [1, 2].map(
      () =>
        new Socket({
          url: 'ws://fake',
          clock,
          random,
          budget,
          limits: LIMITS,
          rotateAfterMs: 20_000,
          dial,
          events: { onOpen: () => {}, onFrame: () => true, onUnreadable: () => {}, onDown: () => {} },
        }),
    )
    clock.advance(180_000)
    for (const socket of pair) socket.close()
    for (let i = BUDGET.limit; i < dials.length; i++)
      if (dials[i]! - dials[i - BUDGET.limit]! < BUDGET.windowMs) throw new Error(`seed ${seed}: over the budget`)
    if (dials.length < 5) throw new Error(`seed ${seed}: it gave up`)
  }
}, 120_000)
