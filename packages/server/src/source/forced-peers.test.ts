import { describe, expect, it } from 'vitest'
import { ForcedPeers } from './forced-peers.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 3, 23)

/** Whoever speaks in each minute; asked about a little after its end. Returns the first minute with suspects, and them. */
function run(
  speaks: (minute: number) => readonly ('binance' | 'okx' | 'bybit')[],
  minutes: number,
  peers = new ForcedPeers(),
) {
  for (const venue of ['binance', 'okx', 'bybit'] as const) peers.expect({ base: 'BTC', venue, symbol: 'BTCUSDT' })
  for (let i = 0; i < minutes; i++) {
    for (const venue of speaks(i)) peers.note('BTC', venue, START + i * MINUTE + 30_000)
    const found = peers.suspects(START + (i + 1) * MINUTE + 10_000)
    if (found.length > 0) return { minute: i, found }
  }
  return undefined
}
const all = ['binance', 'okx', 'bybit'] as const
const others = ['okx', 'bybit'] as const

describe('ForcedPeers', () => {
  it('finds within five minutes a venue that falls silent while its peers go on', () => {
    const found = run((i) => (i < 60 ? all : others), 120)
    expect(found?.minute).toBeLessThan(65)
    expect(found?.found).toMatchObject([{ venue: 'binance', base: 'BTC', since: START + 60 * MINUTE }])
  })

  it('takes longer where the venue spoke in half of its peers minutes, and never where it hardly did', () => {
    const half = run((i) => (i < 120 && i % 2 === 0 ? all : others), 200)
    expect(half?.minute).toBeGreaterThan(128)
    expect(half?.minute).toBeLessThan(142)
    expect(run((i) => (i < 600 && i % 100 === 0 ? all : others), 700)).toBeUndefined()
  })

  it('says nothing where all are silent, before enough was seen, and after an interruption', () => {
    expect(run((i) => (i < 60 ? all : []), 300)).toBeUndefined()
    expect(run((i) => (i < 20 ? all : others), 60)).toBeUndefined()
    const peers = new ForcedPeers()
    run((i) => (i < 60 ? all : others), 63, peers)
    peers.interrupted('BTC', 'binance')
    expect(peers.suspects(START + 63 * MINUTE + 10_000)).toEqual([])
  })

  it('is content again once the venue speaks', () => {
    const peers = new ForcedPeers()
    expect(run((i) => (i < 60 ? all : others), 120, peers)).toBeDefined()
    peers.note('BTC', 'binance', START + 70 * MINUTE)
    peers.note('BTC', 'okx', START + 70 * MINUTE)
    expect(peers.suspects(START + 72 * MINUTE)).toEqual([])
  })

  it('waits for what is published late', () => {
    const peers = new ForcedPeers()
    run((i) => (i < 60 ? all : []), 60, peers)
    for (let i = 60; i < 70; i++) {
      const end = START + (i + 1) * MINUTE
      peers.note('BTC', 'okx', end - 100)
      expect(peers.suspects(end + 2_000)).toEqual([])
      for (const venue of ['binance', 'bybit'] as const) peers.note('BTC', venue, end - 100)
      expect(peers.suspects(end + 10_000)).toEqual([])
    }
  })
})
