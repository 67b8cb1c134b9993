import type { MarketUpdate } from '@liqscope/protocol'
import { encodeFrame } from '@liqscope/protocol/frame'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Connection, connect, type Link } from './connection.ts'

class FakeSocket {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!
  }
  readyState = 0
  binaryType = 'blob'
  sent: unknown[] = []
  onopen?: () => void
  onclose?: () => void
  onmessage?: (event: { data: unknown }) => void
  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.readyState = 3
    this.onclose?.()
  }
  accept(epoch = 'one') {
    this.readyState = FakeSocket.OPEN
    this.onopen?.()
    this.say({ type: 'welcome', version: 'test', epoch })
  }
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  frame(type: 'snapshot' | 'patch', seq: number, market = 'sim:BTC') {
    const update: MarketUpdate = { type, seq, market, simulated: true, at: 1, price: 2 }
    this.onmessage?.({ data: encodeFrame(update).buffer })
  }
}

const subscribing = (more: object) => ({
  op: 'subscribe',
  req_id: 'subscribe',
  market: 'sim:BTC',
  encoding: 'binary',
  ...more,
})

let updates: string[]
let links: Link[]
let refused: string[]
let connection: Connection

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.all = []
  updates = []
  links = []
  refused = []
  connection = connect('ws://test/ws', {
    onUpdate: ({ type, seq }) => {
      updates.push(`${type} ${seq}`)
      return true
    },
    onStatus: () => {},
    onAlert: () => {},
    onLink: (link) => links.push(link),
    onRefused: (reason) => refused.push(reason),
  })
})

afterEach(() => {
  connection.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the connection of the page', () => {
  it('hands on a snapshot and the patches that follow it without a hole', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    FakeSocket.last.frame('snapshot', 7)
    FakeSocket.last.frame('patch', 8)
    FakeSocket.last.frame('patch', 9)
    expect(updates).toEqual(['snapshot 7', 'patch 8', 'patch 9'])
  })

  it('asks once for a new snapshot after a hole, and drops patches until it is here', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    FakeSocket.last.frame('snapshot', 1)
    FakeSocket.last.frame('patch', 3)
    FakeSocket.last.frame('patch', 4)
    FakeSocket.last.frame('snapshot', 5)
    FakeSocket.last.frame('patch', 6)
    expect(updates).toEqual(['snapshot 1', 'snapshot 5', 'patch 6'])
    expect(FakeSocket.last.sent.filter((message) => JSON.stringify(message).includes('resync'))).toHaveLength(1)
  })

  it('comes back after a loss and subscribes again', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    FakeSocket.last.close()
    expect(links.at(-1)).toMatchObject({ kind: 'lost', attempt: 1 })
    vi.advanceTimersByTime(600)
    expect(FakeSocket.all).toHaveLength(2)
    FakeSocket.last.accept()
    expect(FakeSocket.last.sent).toContainEqual(subscribing({}))
    expect(links.at(-1)).toEqual({ kind: 'open' })
  })

  it('says what it has when it comes back, and goes on with the next patch', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    FakeSocket.last.frame('snapshot', 7)
    FakeSocket.last.frame('patch', 8)
    FakeSocket.last.close()
    vi.advanceTimersByTime(600)
    FakeSocket.last.accept()
    expect(FakeSocket.last.sent).toEqual([subscribing({ since: { epoch: 'one', seq: 8 } })])
    FakeSocket.last.frame('patch', 9)
    expect(updates).toEqual(['snapshot 7', 'patch 8', 'patch 9'])
    expect(FakeSocket.last.sent).toHaveLength(1)
  })

  it('asks another run of the server for a snapshot: its numbers are others', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    FakeSocket.last.frame('snapshot', 7)
    FakeSocket.last.close()
    vi.advanceTimersByTime(600)
    FakeSocket.last.accept('two')
    expect(FakeSocket.last.sent).toEqual([subscribing({})])
    FakeSocket.last.frame('patch', 8)
    expect(updates).toEqual(['snapshot 7'])
  })

  it('claims nothing of what did not fit', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    FakeSocket.last.frame('snapshot', 7)
    FakeSocket.last.frame('patch', 9)
    FakeSocket.last.close()
    vi.advanceTimersByTime(600)
    FakeSocket.last.accept()
    expect(FakeSocket.last.sent).toEqual([subscribing({})])
  })

  it('asks again for a market that a server which just started does not know yet', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    FakeSocket.last.say({ type: 'error', req_id: 'subscribe', message: 'There is no market' })
    expect(FakeSocket.last.sent).toHaveLength(1)
    vi.advanceTimersByTime(1_100)
    expect(FakeSocket.last.sent).toEqual([subscribing({}), subscribing({})])
  })

  it('gives a silent socket up, after a ping nobody answered', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    const silent = FakeSocket.last
    vi.advanceTimersByTime(3000)
    expect(silent.sent).toContainEqual({ op: 'ping' })
    vi.advanceTimersByTime(2600)
    expect(links.at(-1)).toMatchObject({ kind: 'lost' })
  })

  it('a broken frame is counted and repaired by a new snapshot', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    FakeSocket.last.frame('snapshot', 1)
    FakeSocket.last.onmessage?.({ data: new ArrayBuffer(3) })
    expect(refused).toHaveLength(1)
    expect(FakeSocket.last.sent).toContainEqual({ op: 'resync', market: 'sim:BTC' })
  })

  it('ignores the tail of a market it left', () => {
    connection.follow('sim:BTC')
    FakeSocket.last.accept()
    connection.follow('sim:ETH')
    FakeSocket.last.frame('snapshot', 1, 'sim:BTC')
    expect(updates).toEqual([])
    expect(FakeSocket.last.sent).toContainEqual({ op: 'unsubscribe', market: 'sim:BTC' })
  })
})
