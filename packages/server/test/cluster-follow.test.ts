import { MapBuilder } from '@liqscope/engine'
import { describe, expect, it } from 'vitest'
import { ClusterFollow } from '../src/alerts/cluster-follow.ts'
import { BTC, bars } from './scripted-market.ts'

function mapOf(count: number) {
  const builder = new MapBuilder({ instrument: BTC.id, historyEnd: Number.POSITIVE_INFINITY })
  for (const bar of bars(BTC, count)) builder.apply(bar)
  return builder.map()!
}

describe('clusters followed for alerts', () => {
  const map = mapOf(1440)

  it('keep their keys over a restart, which by itself is no news', () => {
    const before = new ClusterFollow()
    expect(before.look(map)).toEqual([])
    const kept = JSON.parse(JSON.stringify(before.lives))
    const after = new ClusterFollow(kept)
    expect(after.look({ ...map, at: map.at + 60_000 })).toEqual([])
    const keys = (follow: ClusterFollow) => follow.living.map(({ key, side, low }) => ({ key, side, low }))
    expect(keys(after)).toEqual(keys(before))
    expect(keys(after).length).toBeGreaterThan(2)
  })

  it('of another day are other clusters: no key is given twice', () => {
    const before = new ClusterFollow()
    before.look(map)
    const after = new ClusterFollow(before.lives)
    after.look({ ...map, at: map.at + 2 * 86_400_000 })
    const old = new Set(before.living.map(({ key }) => key))
    expect(after.living.filter(({ key }) => old.has(key))).toEqual([])
    expect(after.living.length).toBe(before.living.length)
  })
})
