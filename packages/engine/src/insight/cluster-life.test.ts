import { describe, expect, test } from 'vitest'
import type { Cluster } from '../map/liquidation-map.ts'
import { type ClusterLives, followClusters, NO_LIVES } from './cluster-life.ts'

function cluster(side: 'long' | 'short', price: number, notional = 1e6): Cluster {
  return {
    id: 'S1',
    side,
    low: price * 0.998,
    high: price * 1.002,
    price,
    notional,
    notionalLow: 0,
    notionalHigh: notional,
    strength: 50,
    distance: 0,
  }
}

/** Sightings in order, price standing at 100 unless said. */
function follow(...maps: readonly (readonly [clusters: readonly Cluster[], low?: number, high?: number])[]) {
  const told: string[] = []
  const lives = maps.reduce<ClusterLives>((before, [clusters, low = 100, high = 100], at) => {
    const after = followClusters(before, { at, clusters, low, high })
    told.push(...after.events.map(({ kind, key }) => `${at} ${kind} ${key}`))
    return after
  }, NO_LIVES)
  return { lives, told }
}

describe('the life of a cluster', () => {
  test('a band that moves a little keeps its key and its birth', () => {
    const { lives, told } = follow([[cluster('short', 105)]], [[cluster('short', 105.1)]], [[cluster('short', 105.2)]])
    expect(told).toEqual(['0 born c1'])
    expect(lives.living).toMatchObject([{ key: 'c1', bornAt: 0, seenAt: 2, price: 105.2 }])
  })

  test('growth is told against its size at birth, once a step', () => {
    const sizes = [1e6, 1.4e6, 1.6e6, 1.7e6, 2.5e6]
    const { told } = follow(...sizes.map((size) => [[cluster('short', 105, size)]] as const))
    expect(told).toEqual(['0 born c1', '2 grown c1', '4 grown c1'])
  })

  test('price through its middle sweeps it, whatever is found there afterwards', () => {
    const { told } = follow([[cluster('short', 105)]], [[cluster('short', 105)], 100, 105.1])
    expect(told).toEqual(['0 born c1', '1 swept c1', '1 born c2'])
  })

  test('a long is swept from above only: price beneath another cluster sweeps nothing', () => {
    const { told } = follow([[cluster('long', 95), cluster('short', 105)]], [[cluster('short', 105)], 94.9, 100])
    expect(told).toEqual(['0 born c1', '0 born c2', '1 swept c1'])
  })

  test('one missed map does not close it, three do', () => {
    const there = [[cluster('short', 105)]] as const
    const gone = [[]] as const
    expect(follow(there, gone, there).told).toEqual(['0 born c1'])
    expect(follow(there, gone, gone, gone).told).toEqual(['0 born c1', '3 closed c1'])
  })

  test('of two bands the nearer in place goes on, the other is new, and no key is used twice', () => {
    const { lives, told } = follow([[cluster('short', 105)]], [[cluster('short', 105.05), cluster('short', 105.3)]])
    expect(told).toEqual(['0 born c1', '1 born c2'])
    expect(lives.living.map(({ key, price }) => [key, price])).toEqual([
      ['c1', 105.05],
      ['c2', 105.3],
    ])
  })
})
