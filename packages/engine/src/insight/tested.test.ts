import { describe, expect, test } from 'vitest'
import { type TestedGain, TOOL_NAMES, withheld } from './tested.ts'
import { TESTED_GAINS } from './tested-gains.ts'

const GAIN: TestedGain = {
  over: 'no trade',
  unit: 'bp per signal',
  value: -5.6,
  low: -7.7,
  high: -3.3,
  decisions: 465,
  verdict: 'worse',
  market: 'binance:BTCUSDT',
  from: '2026-03-16',
  to: '2026-03-20',
}

describe('what a backtest found', () => {
  test('worse than the plain rule withholds the instruction, with figures and the way they were found', () => {
    expect(withheld(GAIN)).toMatchObject({
      kind: 'noSignal',
      code: 'worseThanPlain',
      reason: expect.stringContaining('worse than the plain rule (no trade) on binance:BTCUSDT'),
      values: ['no trade', 'binance:BTCUSDT', '2026-03-16', '2026-03-20', '-5.600 [-7.700, -3.300] bp per signal'],
    })
  })

  test.each(['better', 'not better', 'too few'] as const)('%s does not', (verdict) => {
    expect(withheld({ ...GAIN, verdict })).toBeUndefined()
  })

  test('stands beside every tool, with a verdict that its interval bears out', () => {
    for (const name of TOOL_NAMES) {
      const { low, high, verdict } = TESTED_GAINS[name]!
      expect(verdict, name).toBe(low! > 0 ? 'better' : high! < 0 ? 'worse' : 'not better')
    }
  })
})
