import type { CascadeJson } from '@liqscope/protocol'

/** SCENARIO, never a forecast: what of the open cascade stands on the chart. Prices, quote per base. */
export interface Scenario {
  readonly market: string
  readonly trigger: number
  readonly end: number
  /** 10-90 % of the drawn paths' ends. */
  readonly low: number
  readonly high: number
  /** Where each round of the expected path ends. */
  readonly rounds: readonly number[]
}

/** Undefined while nothing would follow. */
export function scenarioOf(found: CascadeJson | undefined): Scenario | undefined {
  if (found?.kind !== 'answer') return undefined
  const { market, trigger, end, endBand, rounds } = found
  return {
    market,
    trigger,
    end,
    low: Math.min(endBand.low, endBand.high),
    high: Math.max(endBand.low, endBand.high),
    rounds: rounds.map(({ price }) => price),
  }
}
