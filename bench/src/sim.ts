import { SimMarket } from '@liqscope/sim'
import type { Figure } from './figure.ts'

const START = Date.UTC(2026, 10, 18)
const HOUR_MS = 3_600_000
/** The first hours fill caches and compile; the market is then as busy as it stays. */
const WARM_HOURS = 6
const MEASURED_HOURS = 24

/** How fast a day of each simulated market runs on one core. */
export async function* simBench(): AsyncIterable<Figure> {
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
    const market = new SimMarket({ seed: 1, symbol, startTime: START })
    market.run(START + WARM_HOURS * HOUR_MS, () => {})
    let events = 0
    const before = performance.now()
    market.run(START + (WARM_HOURS + MEASURED_HOURS) * HOUR_MS, () => {
      events++
    })
    const seconds = (performance.now() - before) / 1000
    yield {
      name: `sim ${symbol}, simulated time`,
      value: Math.round((MEASURED_HOURS * 3600) / seconds),
      unit: 'simulated s/s',
      ratio: Math.round(300 / seconds) / 100,
      against: 'a day in 3 s',
    }
    yield { name: `sim ${symbol}, public events`, value: Math.round(events / seconds), unit: 'events/s' }
  }
}
