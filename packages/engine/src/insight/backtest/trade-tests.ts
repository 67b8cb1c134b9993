import type { Bar } from '@liqscope/market'
import { scalpTool } from '../tools/scalp.ts'
import { PLAIN_ATR, stopTool } from '../tools/stop.ts'
import { PLAIN_TARGET_ATR, targetTool } from '../tools/target.ts'
import { DAY_MS, HOUR_MS } from '../volatility.ts'
import { type BacktestReport, Trials } from './trials.ts'
import { type Decision, tradeOn, walkForward } from './walk.ts'

/** Half of the spread that every market order pays on top of its fee: files have no book. */
export const ASSUMED_HALF_SPREAD = 0.00005
const BASIS_POINTS = 1e4
const SIDES = ['long', 'short'] as const
const COST_NOTE = 'Taker fee 5 bp, maker 2 bp and half a spread of 0.5 bp are paid by everybody.'

/** Both sides at every decision, so that drift pays nobody: only where the stop stands differs. */
export function stopTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  /** The tool's own distances, in ATR, one decision late: as far away, but not where the clusters are. */
  const late = { long: undefined as number | undefined, short: undefined as number | undefined }
  walkForward(bars, { everyMs: HOUR_MS, horizonMs: DAY_MS }, ({ at, view, ahead }) => {
    for (const side of SIDES) {
      const answer = stopTool(view, { side })
      trials.ask(at, answer.kind === 'answer')
      if (answer.kind !== 'answer') continue
      const sign = side === 'long' ? 1 : -1
      const { atr } = view
      const entry = view.map.price
      const distance = Math.abs(Math.log(answer.stop / entry)) / atr!
      const elsewhere = late[side] ?? PLAIN_ATR
      late[side] = distance
      const net = (multiple: number, name: string) => {
        const stop = entry * Math.exp(-sign * multiple * atr!)
        const outcome = tradeOn(ahead, { sign, entry, stop })
        const cost = 2 * (view.fees.taker + ASSUMED_HALF_SPREAD)
        trials.add(name, at, (outcome.gain - cost) * BASIS_POINTS)
        trials.add(`${name}: stopped`, at, Number(outcome.end === 'stop'))
        if (outcome.end === 'stop') trials.add(`${name}: then back`, at, Number(outcome.back))
      }
      net(distance, 'stop beyond the cluster')
      net(PLAIN_ATR, 'plain 1.5 ATR')
      net(elsewhere, 'as far, elsewhere')
    }
  })
  const names = ['stop beyond the cluster', 'plain 1.5 ATR', 'as far, elsewhere']
  return trials.report(
    {
      test: 'stop',
      question: 'Does a stop beyond the cluster lose less than a plain one, in trades of both sides held a day?',
      unit: 'bp per trade',
      market: bars[0]?.instrument ?? '',
    },
    names.flatMap((name) => [name, `${name}: stopped`, `${name}: then back`]),
    [
      trials.gain('stop beyond the cluster', 'plain 1.5 ATR'),
      trials.gain('stop beyond the cluster', 'as far, elsewhere'),
    ],
    [COST_NOTE],
  )
}

export function targetTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  const late = { long: undefined as number | undefined, short: undefined as number | undefined }
  walkForward(bars, { everyMs: HOUR_MS, horizonMs: DAY_MS }, ({ at, view, ahead }) => {
    for (const side of SIDES) {
      const answer = targetTool(view, { side })
      trials.ask(at, answer.kind === 'answer')
      if (answer.kind !== 'answer') continue
      const sign = side === 'long' ? 1 : -1
      const atr = view.atr!
      const entry = view.map.price
      const distance = Math.abs(Math.log(answer.target / entry)) / atr
      const elsewhere = late[side] ?? PLAIN_TARGET_ATR
      late[side] = distance
      const net = (multiple: number, name: string) => {
        const target = entry * Math.exp(sign * multiple * atr)
        const stop = entry * Math.exp(-sign * PLAIN_ATR * atr)
        const { gain, end } = tradeOn(ahead, { sign, entry, stop, target })
        const leaving = end === 'target' ? view.fees.maker : view.fees.taker + ASSUMED_HALF_SPREAD
        trials.add(name, at, (gain - view.fees.taker - ASSUMED_HALF_SPREAD - leaving) * BASIS_POINTS)
        trials.add(`${name}: reached`, at, Number(end === 'target'))
      }
      net(distance, 'target in the zone')
      net(PLAIN_TARGET_ATR, 'plain 2 ATR')
      net(elsewhere, 'as far, elsewhere')
    }
  })
  const names = ['target in the zone', 'plain 2 ATR', 'as far, elsewhere']
  return trials.report(
    {
      test: 'target',
      question: 'Does a target inside a zone earn more than a plain one, in trades of both sides with the same stop?',
      unit: 'bp per trade',
      market: bars[0]?.instrument ?? '',
    },
    names.flatMap((name) => [name, `${name}: reached`]),
    [trials.gain('target in the zone', 'plain 2 ATR'), trials.gain('target in the zone', 'as far, elsewhere')],
    [`Everybody's stop is ${PLAIN_ATR} ATR.`, COST_NOTE],
  )
}

/** Against its own mirror image about the price: the same geometry where no zone asked for it. */
export function scalpTest(bars: readonly Bar[]): BacktestReport {
  const trials = new Trials()
  walkForward(bars, { everyMs: 900_000, horizonMs: 4 * HOUR_MS }, ({ at, view, ahead }) => {
    const answer = scalpTool(view)
    if (answer.kind !== 'answer') {
      trials.ask(at, false)
      return
    }
    const price = view.map.price
    const sign = answer.side === 'long' ? 1 : -1
    const mirror = (level: number) => (price * price) / level
    const ours = scalped({ at, view, ahead }, sign, answer)
    const { entry, exit, stop, now } = answer
    const theirs = scalped({ at, view, ahead }, sign === 1 ? -1 : 1, {
      entry: mirror(entry),
      exit: mirror(exit),
      stop: mirror(stop),
      now,
    })
    trials.ask(at, true)
    trials.add('into the zone', at, ours.net)
    trials.add('mirrored trade', at, theirs.net)
    trials.add('no trade', at, 0)
    if (ours.entered) trials.add('into the zone: exit reached', at, Number(ours.won))
    if (theirs.entered) trials.add('mirrored trade: exit reached', at, Number(theirs.won))
  })
  return trials.report(
    {
      test: 'scalp',
      question: 'Does a trade into the nearest zone earn more than none, and than its mirror image, where no zone is?',
      unit: 'bp per signal',
      market: bars[0]?.instrument ?? '',
    },
    ['into the zone', 'into the zone: exit reached', 'mirrored trade', 'mirrored trade: exit reached'],
    [trials.gain('into the zone', 'no trade'), trials.gain('into the zone', 'mirrored trade')],
    ['An entry that price does not come to within an hour is no trade and earns 0.', COST_NOTE],
  )
}

/** An entry is waited for this long. */
const WAIT_MS = HOUR_MS

function scalped(
  { view, ahead }: Decision,
  sign: 1 | -1,
  {
    entry,
    exit,
    stop,
    now,
  }: { readonly entry: number; readonly exit: number; readonly stop: number; readonly now: boolean },
): { readonly net: number; readonly entered: boolean; readonly won: boolean } {
  let from = 0
  if (!now) {
    const within = Math.ceil(WAIT_MS / ahead[0]!.intervalMs)
    // The zone lies ahead in the direction of the trade: price comes to the entry from behind.
    from = ahead.slice(0, within).findIndex(({ high, low }) => (sign > 0 ? high >= entry : low <= entry))
    if (from < 0) return { net: 0, entered: false, won: false }
    from++
  }
  if (from >= ahead.length) return { net: 0, entered: false, won: false }
  const { gain, end } = tradeOn(ahead.slice(from), { sign, entry, stop, target: exit })
  const leaving = end === 'target' ? view.fees.maker : view.fees.taker + ASSUMED_HALF_SPREAD
  const cost = view.fees.taker + ASSUMED_HALF_SPREAD + leaving
  return { net: (gain - cost) * BASIS_POINTS, entered: true, won: end === 'target' }
}
