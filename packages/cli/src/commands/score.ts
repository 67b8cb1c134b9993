import { type ScoreReport, scoreBars } from '@liqscope/engine'
import type { Bar } from '@liqscope/market'
import { openBars } from '../input/bars-input.ts'
import { print } from '../output.ts'
import { scoreText } from '../terminal/score-table.ts'

export interface ScoreFlags {
  readonly bars: string
  readonly market?: string
  readonly interval?: number
  readonly trainUntil?: number
  readonly frozen?: boolean
  readonly warmUp?: number
  readonly maxRows?: number
  readonly json?: boolean
}

/** `liqscope score`: the map and its rivals against what was really liquidated, forward only. */
export async function score(flags: ScoreFlags): Promise<void> {
  const input = await openBars(flags, { leaveOutWrongRows: true })
  const bars: Bar[] = []
  for await (const event of input.events) if (event.kind === 'bar') bars.push(event)
  const scored = scoreBars(bars, flags)
  const report = { ...scored, notes: [...input.notes().map((note) => `${note}.`), ...scored.notes] }
  if (flags.json) await print(JSON.stringify(toJson(input.instrument.id, report)))
  else await print(scoreText(flags.bars, report))
  input.report()
}

function toJson(market: string, report: ScoreReport): unknown {
  const { bars, trainUntil, intervalMs, testBars, online, weights, model, resampled, notes, ...figures } = report
  return {
    market,
    bars,
    intervalMs,
    trainUntil: new Date(trainUntil).toISOString(),
    testBars,
    online,
    model: { ...model, weights },
    ...figures,
    resampled,
    notes,
  }
}
