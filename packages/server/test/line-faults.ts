import type { Fault, FaultStep } from '@liqscope/sim'
import { seeded } from '../../feeds/test/fake-clock.ts'

/**
 * What a line between a venue and its client does: it is cut, falls silent and is then cut, repeats, swaps and delays
 * messages, carries what is no message, and the venue refuses requests. TCP loses nothing on a line that lives, so
 * neither does this. One seed gives one schedule.
 */
export function lineFaults(seed: number, lengthMs: number): FaultStep[] {
  const random = seeded(seed)
  const upTo = (most: number) => 1 + Math.floor(most * random())
  const steps: FaultStep[] = []
  for (let left = upTo(3); left > 0; left--) {
    const atMs = Math.floor(lengthMs * random())
    const add = (fault: Fault, afterMs = 0) => steps.push({ atMs: atMs + afterMs, fault })
    switch (Math.floor(8 * random())) {
      case 0:
        add({ kind: 'close', code: random() < 0.5 ? 1006 : 1012 })
        break
      case 1: {
        const ms = 500 * upTo(4)
        add({ kind: 'blackHole', ms })
        // Before it is heard again: nothing comes through after what was lost.
        add({ kind: 'close', code: 1006 }, ms - 200)
        break
      }
      case 2:
        add({ kind: 'duplicate', count: upTo(20) })
        break
      case 3:
        add({ kind: 'reorder', count: upTo(20) })
        break
      case 4:
        add({ kind: 'malformed', text: ['{"a":', '[]', 'null', '{"e":"aggTrade","p":"NaN"}', ''][upTo(5) - 1] ?? '' })
        break
      case 5:
        add({ kind: random() < 0.5 ? 'badUtf8' : 'notice', afterMs: 1_000 } as Fault)
        break
      case 6:
        add({ kind: 'delay', ms: upTo(10) })
        add({ kind: 'delay', ms: 0 }, 1_000)
        break
      default:
        // A refused request is asked again; with it goes a cut, so that something has to be fetched.
        add({ kind: 'refuse', status: 503, times: upTo(2) })
        add({ kind: 'close', code: 1006 }, 100)
    }
  }
  return steps.sort((a, b) => a.atMs - b.atMs)
}

/** True where a message may have overtaken another within `ms` around a moment of the schedule. */
export function mayOvertake(steps: readonly FaultStep[], atMs: number, ms: number): boolean {
  return steps.some(
    ({ atMs: at, fault }) => (fault.kind === 'reorder' || fault.kind === 'delay') && Math.abs(at - atMs) <= ms,
  )
}
