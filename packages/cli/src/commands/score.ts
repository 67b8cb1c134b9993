import { ScoreError, type ScoreReport, scoreBars } from '@liqscope/engine'
import type { Bar } from '@liqscope/market'
import { CliError, EXIT } from '../exit.ts'
import { openBars } from '../input/bars-input.ts'
import { print } from '../output.ts'
import { scoreText } from '../terminal/score-table.ts'

export interface ScoreFlags {
  readonly bars: string
  readonly market?: string
  readonly interval?: number
  readonly trainUntil?: number
  readonly frozen?: boolean
  readonly maxRows?: number
  readonly json?: boolean
}

/** `liqscope score`: the map and its rivals against what was really liquidated, forward only. */
export async function score(flags: ScoreFlags): Promise<void> {
  const input = await openBars(flags)
  const bars: Bar[] = []
  for await (const event of input.events) if (event.kind === 'bar') bars.push(event)
  const report = reportOf(bars, flags)
  if (flags.json) await print(JSON.stringify(toJson(input.instrument.id, report)))
  else await print(scoreText(flags.bars, report))
  input.report()
}

function reportOf(bars: readonly Bar[], { trainUntil, frozen }: ScoreFlags): ScoreReport {
  try {
    return scoreBars(bars, {
      ...(trainUntil === undefined ? {} : { trainUntil }),
      ...(frozen === undefined ? {} : { frozen }),
    })
  } catch (error) {
    if (error instanceof ScoreError) throw new CliError(error.message, EXIT.usage, { cause: error })
    throw error
  }
}

function toJson(market: string, report: ScoreReport): unknown {
  const { bars, trainUntil, intervalMs, testBars, online, weights, model, resampled, reasons, ...figures } = report
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
    reasons,
  }
}
