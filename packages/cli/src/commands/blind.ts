import { BLIND_WINDOW, BlindRun, comparePrintedPrices, LEVERAGE_GROUPS } from '@liqscope/engine'
import { type PositionSnapshot, readPositions } from '@liqscope/feeds'
import { CliError, EXIT } from '../exit.ts'
import { openBars } from '../input/bars-input.ts'
import { openSim, SIM_INSTRUMENT } from '../input/sim-input.ts'
import { print, say } from '../output.ts'
import { type BlindAnswer, blindText } from '../terminal/blind-table.ts'
import { timeText } from '../terminal/figures.ts'
import { Progress } from '../terminal/progress.ts'

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 7
/** The simulated market begins here; two hours lie between comparisons. */
const SIM_START = Date.UTC(2026, 10, 18)
const STEP_MS = 7_200_000
/** A map this many bars old is no map of the moment: as across a gap in the bars, or after their end. */
const STALE_AFTER_BARS = 2

export interface BlindFlags {
  readonly bars?: string
  readonly positions?: string
  readonly coin?: string
  readonly every?: number
  readonly market?: string
  readonly interval?: number
  readonly maxRows?: number
  readonly sim?: boolean
  readonly seed?: number
  readonly days?: number
  readonly json?: boolean
}

/**
 * `liqscope blind`: a map that saw public bars only, against true positions it never saw.
 *
 * With --json it prints one object. Every figure is `{value, low, high}`: the mean over snapshots with the 95 %
 * interval over their days (nulls: nothing to measure, or too few days).
 *
 * - `coin`, `market`, `source` ("positions" or "simulation"), `snapshots`, `days`, `from`, `to`
 * - `window` 0.2: ln(price) on each side of the mark within which shapes are compared
 * - `coverage` {both, long, short}: size of the known positions over open interest
 * - `model`: the estimate read as an inventory; `forced`: the map as drawn, expected forced notional; `halves`: two
 *   random halves of the true positions against each other; `rivals` {uniform, comb, freshness, fixedTiers, mirrored}. Each
 *   has `overlap` (cells of 1 %), `overlapByCell` {"5","25","50","100","200"} bp, `wassersteinBp`, `massWithin`
 *   {"2","5","10","20"} per cent of the mark, over the mass within the window; `precision` and `recall` of the ten
 *   largest clusters; `long` and `short`: the same for one side; `wide`: the same within 0.6.
 *   `model` and `forced` also have `massOfOpenInterest`, each rival `lead` {overlap, wassersteinBp}: how much nearer to
 *   the truth `model` is at the same snapshots.
 * - `truth`: `massWithin`, `massOfSize` (over the whole size of the positions), `long`, `short`, `cannotBeLiquidated`
 * - `leverageMix` (simulation only): `groups`, and the shares of size by leverage that were forced (`truth`) and that the
 *   fitted weights predicted (`estimate`) from the first snapshot on; `unknown` part of the prediction; `overlap`
 * - `liquidationPrices`: the venue's printed prices against our formula (files of positions only)
 * - `notes`: what a reader of the figures should know
 */
export async function blind(flags: BlindFlags): Promise<void> {
  const answer = flags.sim ? againstSim(flags) : await againstPositions(flags)
  if (flags.json) await print(JSON.stringify(toJson(answer)))
  else await print(blindText(answer))
}

async function againstPositions(flags: BlindFlags): Promise<BlindAnswer> {
  const { bars, positions, coin, every = 1 } = flags
  if (bars === undefined || positions === undefined || coin === undefined)
    throw new CliError(
      'say what to compare: --bars FILE --positions FILE --coin BTC, or --sim for the simulated market',
      EXIT.usage,
    )
  const file = await readPositions(positions, coin)
  const snapshots = file.snapshots.filter((_, i) => i % every === 0)
  const input = await openBars({ ...flags, bars })
  const run = new BlindRun(input.instrument.id, flags.seed)
  let next = 0
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  let interval = 0
  /** Compares what was seen before `time` with what bars that had ended by then say, unless those are long past. */
  const compareBefore = (time: number) => {
    for (; next < snapshots.length && snapshots[next]!.time < time; next++) {
      const { time: at, positions: seen } = snapshots[next]!
      if (at - last <= STALE_AFTER_BARS * interval) run.compare(at, seen)
    }
  }
  for await (const event of input.events) {
    const end = event.kind === 'gap' ? event.to : event.exchangeTime + event.intervalMs
    compareBefore(end)
    run.apply(event)
    if (event.kind === 'gap') continue
    interval = event.intervalMs
    first = Math.min(first, end)
    last = end
  }
  compareBefore(Number.POSITIVE_INFINITY)
  input.report()
  const report = run.report()
  if (report === undefined)
    throw new CliError(
      `${bars} and ${positions} have no time in common: bars from ${timeText(first)} to ${timeText(last)}, positions from ${timeText(snapshots[0]!.time)} to ${timeText(snapshots.at(-1)!.time)}`,
      EXIT.usage,
    )
  const leftOut = snapshots.length - report.snapshots
  if (leftOut > 0) say(`${leftOut} of ${snapshots.length} snapshots have no bar shortly before them and were left out`)
  return {
    coin: coin.trim().toUpperCase(),
    market: input.instrument.id,
    source: 'positions',
    report,
    liquidationPrices: comparePrintedPrices(snapshots.map(ofSingleAccounts), file.highestLeverage),
    notes: [
      'Coverage counts each side against one-sided open interest; tracked accounts are leaders and the largest, so small ones with high leverage are too few.',
      `${file.repeats} rows told of a position for the second time and count once.`,
      ...(leftOut > 0 ? [`${leftOut} snapshots have no bar shortly before them and were left out.`] : []),
    ],
  }
}

/** Positions that are all their account holds: the only ones whose margin is known. */
function ofSingleAccounts({ positions }: PositionSnapshot): Parameters<typeof comparePrintedPrices>[0][number] {
  return positions.flatMap(({ accountValue, positionsOfAccount, notional, ...position }) =>
    positionsOfAccount === 1 && accountValue !== undefined && notional !== undefined
      ? [{ ...position, accountValue, mark: notional / position.size }]
      : [],
  )
}

function toJson({ report, notes, ...names }: BlindAnswer): unknown {
  const { from, to, leverageMix, ...figures } = report
  return {
    ...names,
    window: BLIND_WINDOW,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    ...figures,
    ...(leverageMix && { leverageMix: { groups: LEVERAGE_GROUPS.slice(0, -1), ...leverageMix } }),
    notes,
  }
}

function againstSim({ seed = 1, days = DEFAULT_DAYS }: BlindFlags): BlindAnswer {
  const sim = openSim(seed, SIM_START)
  const run = new BlindRun(SIM_INSTRUMENT, seed)
  const progress = new Progress(`simulating ${days} days`)
  const end = SIM_START + Math.round(days * DAY_MS)
  const measured = Math.max(SIM_START, end - DAY_MS)
  for (let time = SIM_START + STEP_MS; time <= end; time += STEP_MS) {
    sim.advance(
      time,
      (event) => run.apply(event),
      ({ leverage, size }) => run.forced(leverage, size),
    )
    if (time > measured) run.compare(time, sim.market.truth())
    progress.update((time - SIM_START) / (end - SIM_START), timeText(time))
  }
  progress.end()
  const report = run.report()
  if (report === undefined)
    throw new CliError('too short a time to compare anything; give --days 1 or more', EXIT.usage)
  return {
    coin: sim.market.contract.base,
    market: SIM_INSTRUMENT,
    source: 'simulation',
    report,
    notes: [
      `SIMULATED market, seed ${seed}: compared every two hours of the last of ${days} days.`,
      'The map saw trades, marks, open interest and every forced order, and no position.',
    ],
  }
}
