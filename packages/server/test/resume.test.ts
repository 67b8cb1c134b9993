import type { Trade } from '@liqscope/market'
import type { MarketUpdate } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { PatchRing } from '../src/socket/patch-ring.ts'
import { eventually, subscriber, withVenue } from './running.ts'
import { BTC, bars, MINUTE, START } from './scripted-market.ts'
import type { Subscriber } from './subscriber.ts'

const HISTORY = 300
const NOW = START + HISTORY * MINUTE

const trade = (second: number): Trade => ({
  kind: 'trade',
  instrument: BTC.id,
  exchangeTime: NOW + second * 1000,
  receivedTime: NOW + second * 1000,
  tradeId: String(second),
  price: 70_100 + second,
  size: 0.5,
  side: 'buy',
})

async function liveMarket() {
  const server = await withVenue([BTC], (instrument) => bars(instrument, HISTORY))
  await eventually(
    () => server.feed.subscribed.length,
    (count) => count === 1,
  )
  server.feed.emit(trade(0))
  return server
}

async function welcomed(url: string): Promise<{ client: Subscriber; epoch: string }> {
  const client = subscriber(url)
  const welcome = await client.until((messages) => messages.find((message) => message.type === 'welcome'), 'welcome')
  return { client, epoch: welcome.type === 'welcome' ? welcome.epoch : '' }
}

const patches = (client: Subscriber) => client.updates().filter(({ type }) => type === 'patch')

describe('a client whose connection broke', () => {
  it.each(['json', 'binary'] as const)(
    'is sent what it missed and no snapshot, the same bytes: %s',
    async (encoding) => {
      const { url, feed } = await liveMarket()
      const [stays, leaves] = await Promise.all([welcomed(url), welcomed(url)])
      for (const { client } of [stays, leaves]) {
        client.send({ op: 'subscribe', market: BTC.id, encoding })
        await client.snapshot()
      }
      feed.emit(trade(1))
      const seen = await leaves.client.until(() => patches(leaves.client).at(-1), 'a patch')
      leaves.client.socket.terminate()
      for (const second of [2, 3, 4]) {
        feed.emit(trade(second))
        await stays.client.until(() => patches(stays.client).find(({ price }) => price === 70_100 + second), 'the next')
      }
      const back = await welcomed(url)
      expect(back.epoch).toBe(leaves.epoch)
      back.client.send({ op: 'subscribe', market: BTC.id, encoding, since: { epoch: leaves.epoch, seq: seen.seq } })
      await back.client.until(() => patches(back.client).find(({ price }) => price === 70_104), 'all that was missed')
      feed.emit(trade(5))
      await back.client.until(() => patches(back.client).find(({ price }) => price === 70_105), 'what comes then')
      await stays.client.until(() => patches(stays.client).find(({ price }) => price === 70_105), 'what comes then')

      const after = (updates: MarketUpdate[]) => updates.filter(({ seq }) => seq > seen.seq)
      expect(back.client.updates().every(({ type }) => type === 'patch')).toBe(true)
      expect(back.client.updates()).toEqual(after(patches(stays.client)))
      expect(back.client.updates().map(({ seq }) => seq - seen.seq)).toEqual([1, 2, 3, 4])
    },
  )

  it('goes on although nobody else listened meanwhile', async () => {
    const { url, feed } = await liveMarket()
    const { client, epoch } = await welcomed(url)
    client.send({ op: 'subscribe', market: BTC.id, encoding: 'binary' })
    const { seq } = await client.snapshot()
    client.socket.terminate()
    feed.emit(trade(1))
    await new Promise((resolve) => setTimeout(resolve, 600))
    feed.emit(trade(2))
    const back = await welcomed(url)
    back.client.send({ op: 'subscribe', market: BTC.id, encoding: 'binary', since: { epoch, seq } })
    await back.client.until(() => patches(back.client).find(({ price }) => price === 70_102), 'all that was missed')
    expect(back.client.updates().map((update) => [update.type, update.seq - seq])).toEqual([
      ['patch', 1],
      ['patch', 2],
    ])
  })

  it.each([
    ['of another run', { epoch: 'another', seq: 1 }],
    ['that never was', { epoch: undefined, seq: 5_000 }],
  ])('and comes back with a place %s is given a snapshot', async (_, since) => {
    const { url } = await liveMarket()
    const { client, epoch } = await welcomed(url)
    client.send({
      op: 'subscribe',
      market: BTC.id,
      encoding: 'binary',
      since: { epoch: since.epoch ?? epoch, seq: since.seq },
    })
    expect((await client.snapshot()).type).toBe('snapshot')
  })
})

describe('the patches that are kept', () => {
  const data = (bytes: number) => new Map([['binary' as const, new Uint8Array(bytes)]])

  it('are the newest, without a hole, and never more than their bound', () => {
    const ring = new PatchRing()
    for (let seq = 1; seq <= 500; seq++) ring.push(seq, data(10))
    expect(ring.after(499, 500, 'binary')).toHaveLength(1)
    expect(ring.after(260, 500, 'binary')).toHaveLength(240)
    expect(ring.after(259, 500, 'binary')).toBeUndefined()
    for (let seq = 501; seq <= 510; seq++) ring.push(seq, data(3 * 1024 * 1024))
    expect(ring.after(508, 510, 'binary')).toHaveLength(2)
    expect(ring.after(507, 510, 'binary')).toBeUndefined()
  })

  it('are forgotten when one is missing, and no use in an encoding they were not kept in', () => {
    const ring = new PatchRing()
    ring.push(1, data(10))
    ring.push(3, data(10))
    expect(ring.after(1, 3, 'binary')).toBeUndefined()
    expect(ring.after(2, 3, 'binary')).toHaveLength(1)
    expect(ring.after(2, 3, 'json')).toBeUndefined()
    expect(ring.after(3, 4, 'binary')).toBeUndefined()
  })
})
