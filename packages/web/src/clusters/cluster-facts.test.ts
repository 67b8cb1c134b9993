import type { ClusterFactsJson } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import type { Cluster } from '../state/app-state.ts'
import { knownClusters, ORDERS, sorted } from './cluster-facts.ts'

const HOUR = 3_600_000

function cluster(id: string, low: number, high: number, notional: number): Cluster {
  const side = id.startsWith('S') ? 'short' : 'long'
  const price = (low + high) / 2
  return {
    id,
    side,
    low,
    high,
    price,
    notional,
    notionalLow: 0,
    notionalHigh: notional,
    strength: notional,
    distance: 0,
  }
}

function facts(of: Cluster, more: Partial<ClusterFactsJson> = {}): ClusterFactsJson {
  return { ...of, byLeverage: [], byVenue: [], ...more }
}

describe('facts of the clusters on screen', () => {
  const near = cluster('S1', 101, 102, 5)
  const far = cluster('S2', 110, 114, 9)
  const below = cluster('L1', 98, 99, 7)

  it('go to the cluster whose band they overlap, whatever it is called now', () => {
    const shifted = facts({ ...far, id: 'S1', low: 111, high: 114.5 }, { distanceAtr: 4 })
    const found = knownClusters([near, far, below], [shifted, facts({ ...below, side: 'short' })])
    expect(found.map((one) => one.facts?.distanceAtr)).toEqual([undefined, 4, undefined])
  })

  it('put clusters into every order, what is not known last', () => {
    const known = knownClusters(
      [near, far, below],
      [
        facts(near, {
          distanceAtr: 1,
          touch: { '1h': 0.1, '4h': 0.3, '24h': 0.6 },
          bornAt: 90 * HOUR,
          life: 'standing',
        }),
        facts(below, {
          distanceAtr: -0.5,
          touch: { '1h': 0.2, '4h': 0.5, '24h': 0.7 },
          bornAt: 99.5 * HOUR,
          life: 'born',
        }),
      ],
    )
    const idsBy = Object.fromEntries(
      ORDERS.map((order) => [
        order,
        sorted(known, order)
          .map((one) => one.cluster.id)
          .join(' '),
      ]),
    )
    expect(idsBy).toEqual({
      price: 'S2 S1 L1',
      strength: 'S2 L1 S1',
      usd: 'S2 L1 S1',
      atr: 'L1 S1 S2',
      touch: 'L1 S1 S2',
      age: 'S1 L1 S2',
      life: 'L1 S1 S2',
    })
  })
})
