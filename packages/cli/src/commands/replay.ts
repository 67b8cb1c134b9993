import { setTimeout as wait } from 'node:timers/promises'
import { type Cluster, findClusters, MapBuilder } from '@liqscope/engine'
import { CliError, EXIT } from '../exit.ts'
import { openBars } from '../input/bars-input.ts'
import { print, say } from '../output.ts'
import { clusterText, notableClusters, strongestOf } from '../terminal/cluster-text.ts'
import { type Palette, paletteFor } from '../terminal/colour.ts'
import { priceText, short, timeText } from '../terminal/figures.ts'

export interface ReplayFlags {
  readonly bars: string
  readonly market?: string
  readonly speed?: number
  readonly from?: number
  readonly to?: number
  readonly every: number
  readonly maxRows?: number
  readonly json?: boolean
}

/** What one line says: the market at `time`, from what was known then, and what the step before it brought. */
interface Step {
  readonly time: string
  readonly price: number
  /** Nearest first, of each side the nearest and the strongest cluster. ESTIMATED. */
  readonly above: readonly Cluster[]
  readonly below: readonly Cluster[]
  /** ESTIMATED forced size of the step's bars, each from the map before it, base units. */
  readonly predicted: ForcedSize
  /** OBSERVED in the file, base units; null when it has none for this step. */
  readonly observed: ForcedSize | null
  readonly bars: number
  readonly gaps: number
}

interface ForcedSize {
  readonly long: number
  readonly short: number
}

/** `liqscope replay --bars`: one line per step of bar time. */
export async function replay(flags: ReplayFlags): Promise<void> {
  const { every, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = flags
  if (from >= to) throw new CliError(`--from ${timeText(from)} is not before --to ${timeText(to)}`, EXIT.usage)
  const input = await openBars(flags)
  const builder = new MapBuilder({ instrument: input.instrument.id, historyEnd: Number.POSITIVE_INFINITY })
  const pace = new Pace(flags.speed)
  const palette = paletteFor(process.stdout)
  let sums = new StepSums()
  let printed = 0
  const closeStep = async (time: number): Promise<void> => {
    const current = time > from ? builder.map() : undefined
    if (current !== undefined) {
      await pace.until(time)
      const step = sums.step(time, current.price, findClusters(current))
      if (printed++ === 0 && !flags.json) await print(palette.strong(HEADING))
      await print(flags.json ? JSON.stringify(step) : lineOf(step, input.instrument.base, palette))
    }
    sums = new StepSums()
  }
  let boundary: number | undefined
  let now = 0
  for await (const event of input.events) {
    const start = event.kind === 'gap' ? event.from : event.exchangeTime
    const end = event.kind === 'gap' ? event.to : event.exchangeTime + event.intervalMs
    if (end > to) break
    boundary ??= nextBoundary(start, every)
    if (start >= boundary) {
      // A bar or gap longer than a step ends after the boundary, and what it brought was not known before its end.
      await closeStep(Math.max(boundary, now))
      boundary = nextBoundary(start, every)
    }
    builder.apply(event)
    now = end
    if (event.kind === 'gap') sums.gaps++
    else if (builder.lastBar === event) sums.add(builder.estimator.predicted, event)
  }
  if (sums.bars > 0) await closeStep(now)
  if (printed === 0) throw new CliError(`${flags.bars} has no bar in the time that was asked for`, EXIT.usage)
  input.report()
  say('predicted and observed: forced size per step; exchanges publish only a part of forced orders')
}

const HEADING =
  'time                  price       above: strongest            below: strongest            predicted / observed'

/** Adds up one step. */
class StepSums {
  bars = 0
  gaps = 0
  readonly #predicted = { long: 0, short: 0 }
  #observed: { long: number; short: number } | undefined

  add(predicted: ForcedSize, bar: { readonly longLiquidated?: number; readonly shortLiquidated?: number }): void {
    this.bars++
    this.#predicted.long += predicted.long
    this.#predicted.short += predicted.short
    if (bar.longLiquidated === undefined && bar.shortLiquidated === undefined) return
    this.#observed ??= { long: 0, short: 0 }
    this.#observed.long += bar.longLiquidated ?? 0
    this.#observed.short += bar.shortLiquidated ?? 0
  }

  step(time: number, price: number, clusters: readonly Cluster[]): Step {
    return {
      time: new Date(time).toISOString(),
      price,
      ...notableClusters(clusters),
      predicted: { ...this.#predicted },
      observed: this.#observed ?? null,
      bars: this.bars,
      gaps: this.gaps,
    }
  }
}

function lineOf(step: Step, base: string, palette: Palette): string {
  const observed = step.observed === null ? 'not published' : short(step.observed.long + step.observed.short)
  const gaps = step.gaps === 0 ? '' : `  ${step.gaps} ${step.gaps === 1 ? 'gap' : 'gaps'}`
  return [
    timeText(Date.parse(step.time)).padEnd(21),
    priceText(step.price).padEnd(11),
    palette.short(clusterText(strongestOf(step.above)).padEnd(27)),
    palette.long(clusterText(strongestOf(step.below)).padEnd(27)),
    `${short(step.predicted.long + step.predicted.short)} / ${observed} ${base}${gaps}`,
  ].join(' ')
}

function nextBoundary(time: number, every: number): number {
  return (Math.floor(time / every) + 1) * every
}

/** Holds bar time to wall time times `speed`; without a speed it never waits. */
class Pace {
  #start: { readonly bar: number; readonly wall: number } | undefined
  readonly #speed: number | undefined

  constructor(speed: number | undefined) {
    this.#speed = speed
  }

  async until(barTime: number): Promise<void> {
    if (this.#speed === undefined) return
    this.#start ??= { bar: barTime, wall: Date.now() }
    const due = this.#start.wall + (barTime - this.#start.bar) / this.#speed
    const ahead = due - Date.now()
    if (ahead > 0) await wait(ahead)
  }
}
