import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AlertCluster, AlertCondition, AlertRule } from './alert-rule.ts'
import { type AlertMoment, AlertWatch, type ClusterChange } from './alert-watch.ts'

const MARKET = 'binance:BTCUSDT'
const MINUTE = 60_000

function rule(condition: AlertCondition, change: Partial<AlertRule> = {}): AlertRule {
  return { id: 'r1', market: MARKET, condition, cooldownMs: 0, hysteresis: 0.2, ...change }
}

const ABOVE: AlertCluster = { key: 'c1', side: 'short', low: 101, high: 102, price: 101.5, notional: 5e6 }

function moment(at: number, price: number, change: Partial<AlertMoment> = {}): AlertMoment {
  return {
    market: MARKET,
    at,
    price,
    simulated: false,
    clusters: [ABOVE],
    changes: [],
    forcedOrders: [],
    zone: undefined,
    isStale: false,
    ...change,
  }
}

function watching(...rules: AlertRule[]): AlertWatch {
  const watch = new AlertWatch()
  for (const one of rules) watch.set(one)
  return watch
}

describe('an approach', () => {
  const within = rule({ kind: 'approach', within: 0.005 })

  test('is told once when price comes near, and again only after it was clearly away', () => {
    const watch = watching(within)
    // near edge 101: at 100.5 it is 0.4975 % away; 0.6 % releases
    const told = [100, 100.5, 100.6, 100.45, 100.5, 100.3, 100.5].map(
      (price, i) => watch.observe(moment(i, price)).length,
    )
    expect(told).toEqual([0, 1, 0, 0, 0, 0, 1])
  })

  test('says which cluster, from where and when', () => {
    const [alert] = watching(within).observe(moment(7, 100.9))
    expect(alert).toEqual({
      id: 'r1/c1/7',
      rule: 'r1',
      kind: 'approach',
      market: MARKET,
      at: 7,
      price: 100.9,
      simulated: false,
      cluster: ABOVE,
      suppressed: 0,
    })
  })

  test('leaves out clusters that are smaller or of the other side', () => {
    const small = watching(rule({ kind: 'approach', within: 0.01, leastNotional: 6e6 }))
    const longs = watching(rule({ kind: 'approach', within: 0.01, side: 'long' }))
    expect(small.observe(moment(1, 100.9))).toEqual([])
    expect(longs.observe(moment(1, 100.9))).toEqual([])
  })

  test('is told of a second cluster while the first is near', () => {
    const watch = watching(within)
    const second: AlertCluster = { ...ABOVE, key: 'c2', low: 101.2, high: 101.3 }
    expect(watch.observe(moment(1, 100.9)).length).toBe(1)
    const both = watch.observe(moment(2, 100.9, { clusters: [ABOVE, second] }))
    expect(both.map(({ cluster }) => cluster?.key)).toEqual(['c2'])
  })
})

describe('a rule', () => {
  test('is silent while it cools down, and says afterwards how much it did not say', () => {
    const born = (key: string): ClusterChange => ({ kind: 'born', key, side: 'short', price: 101, notional: 1e6 })
    const watch = watching(rule({ kind: 'newCluster' }, { cooldownMs: 10 * MINUTE }))
    const at = (minute: number, key: string) => watch.observe(moment(minute * MINUTE, 100, { changes: [born(key)] }))
    expect(at(0, 'a').length).toBe(1)
    expect(at(1, 'b')).toEqual([])
    expect(at(9, 'c')).toEqual([])
    expect(at(10, 'd')).toMatchObject([{ suppressed: 2, cluster: { key: 'd' } }])
    expect(at(30, 'e')).toMatchObject([{ suppressed: 0 }])
  })

  test('hears of sweeps and vanished clusters, each by its own kind', () => {
    const changes: ClusterChange[] = [
      { kind: 'swept', key: 'a', side: 'short', price: 101, notional: 3e6 },
      { kind: 'closed', key: 'b', side: 'long', price: 99, notional: 2e6 },
      { kind: 'grown', key: 'c', side: 'long', price: 98, notional: 2e6 },
    ]
    const kinds = (['sweep', 'clusterGone', 'newCluster'] as const).map((kind) =>
      watching(rule({ kind }))
        .observe(moment(1, 100, { changes }))
        .map(({ cluster }) => cluster?.key),
    )
    expect(kinds).toEqual([['a'], ['b'], []])
  })

  test('sums observed forced orders over its window, and tells each flood once', () => {
    const watch = watching(rule({ kind: 'cascade', leastNotional: 1e6, windowMs: MINUTE }))
    const forced = (at: number, notional: number) =>
      watch.observe(moment(at, 100, { forcedOrders: [{ positionSide: 'long', at, notional }] }))
    expect(forced(1_000, 6e5)).toEqual([])
    expect(forced(20_000, 6e5)).toMatchObject([{ forced: { side: 'long', notional: 1.2e6, windowMs: MINUTE } }])
    expect(forced(30_000, 6e5)).toEqual([])
    // 1,000 and 20,000 are out of the window: 6e5 + 3e5 is above 1e6 / 1.2, so it still holds
    expect(forced(85_000, 3e5)).toEqual([])
    // everything but the last is out: released
    expect(forced(150_000, 1e5)).toEqual([])
    expect(forced(151_000, 1e6).length).toBe(1)
  })

  test('tells a zone when price enters it, and a stop of the data once', () => {
    const watch = watching(rule({ kind: 'gradientZone', zone: 'blackHole' }), rule({ kind: 'stale' }, { id: 'r2' }))
    const kinds = (change: Partial<AlertMoment>, at: number) =>
      watch.observe(moment(at, 100, change)).map(({ kind }) => kind)
    expect(kinds({ zone: 'blackHole' }, 1)).toEqual(['gradientZone'])
    expect(kinds({ zone: 'blackHole', isStale: true }, 2)).toEqual(['stale'])
    expect(kinds({ zone: 'smooth', isStale: true }, 3)).toEqual([])
    expect(kinds({ zone: 'blackHole' }, 4)).toEqual(['gradientZone'])
    expect(kinds({ isStale: true }, 5)).toEqual(['stale'])
  })

  test('of another market is not looked at', () => {
    const watch = watching(rule({ kind: 'stale' }, { market: 'okx:BTC-USDT-SWAP' }))
    expect(watch.observe(moment(1, 100, { isStale: true }))).toEqual([])
  })

  test('that cannot be meant is refused by name', () => {
    expect(() => watching(rule({ kind: 'approach', within: 0 }))).toThrow('r1: within')
    expect(() => watching(rule({ kind: 'approach', within: Number.NaN }))).toThrow('r1: within')
    expect(() => watching(rule({ kind: 'stale' }, { cooldownMs: -1 }))).toThrow('cooldown')
    expect(() => watching(rule({ kind: 'cascade', leastNotional: Number.NaN, windowMs: 1 }))).toThrow('USD')
  })

  test('goes on over a restart where it stood: nothing is told twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 99, max: 103, noNaN: true }), { minLength: 2, maxLength: 40 }),
        fc.nat(),
        (prices, cut) => {
          const rules = [rule({ kind: 'approach', within: 0.005 }, { cooldownMs: 3 })]
          const whole = watching(...rules)
          let parted = watching(...rules)
          prices.forEach((price, i) => {
            if (i === cut % prices.length) {
              const state = JSON.parse(JSON.stringify(parted.state()))
              parted = new AlertWatch()
              for (const one of rules) parted.set(one, state[one.id])
            }
            expect(parted.observe(moment(i, price))).toEqual(whole.observe(moment(i, price)))
          })
        },
      ),
    )
  })
})
