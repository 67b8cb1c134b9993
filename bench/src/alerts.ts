import { type AlertMoment, AlertWatch } from '@liqscope/engine'
import type { Figure } from './figure.ts'

const RULES = 10_000
const CLUSTERS = 20
const MOMENTS = 400
/** Moments a second of a running server. */
const RATE = 4
const MARKET = 'binance:BTCUSDT'

/** What ten thousand rules of one market cost on a map that is looked at four times a second. */
export async function* alertsBench(): AsyncIterable<Figure> {
  const watch = new AlertWatch()
  for (let i = 0; i < RULES; i++)
    watch.set({
      id: `r${i}`,
      market: MARKET,
      condition:
        i % 4 === 3
          ? { kind: 'cascade', leastNotional: 1e5 * (1 + (i % 50)), windowMs: 60_000 }
          : { kind: 'approach', within: 0.001 + (i % 100) * 2e-4, leastNotional: 1e6 * (i % 30) },
      cooldownMs: 60_000,
      hysteresis: 0.25,
    })
  for (let i = 0; i < MOMENTS; i++) watch.observe(moment(i))
  const before = process.cpuUsage() // processor time: what a busy machine does to the wall clock is not ours
  for (let i = 0; i < MOMENTS; i++) watch.observe(moment(MOMENTS + i))
  const { user, system } = process.cpuUsage(before)
  const perMoment = (user + system) / 1000 / MOMENTS
  yield { name: 'alerts: one moment, 10,000 rules of one market', value: perMoment, unit: 'ms' }
  yield { name: 'alerts: share of a core at four moments a second', value: (RATE * perMoment) / 1000, unit: 'of 1' }
}

/** A price that swings through clusters 0.3 % apart, with some forced orders. */
function moment(i: number): AlertMoment {
  const price = 70_000 * (1 + 0.02 * Math.sin(i / 40))
  const clusters = Array.from({ length: CLUSTERS }, (_, k) => {
    const middle = 70_000 * (1 + 0.003 * (k - CLUSTERS / 2))
    return {
      key: `c${k}`,
      side: middle > price ? ('short' as const) : ('long' as const),
      low: middle * 0.9995,
      high: middle * 1.0005,
      price: middle,
      notional: 2e6 * (1 + (k % 15)),
    }
  })
  const at = i * (1000 / RATE)
  return {
    market: MARKET,
    at,
    price,
    simulated: false,
    clusters,
    changes: [],
    forcedOrders: i % 3 === 0 ? [{ positionSide: 'long', at, notional: 5e4 }] : [],
    zone: undefined,
    isStale: false,
  }
}
