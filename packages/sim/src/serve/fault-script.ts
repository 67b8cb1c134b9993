import { Random } from '../core/random.ts'
import type { Fault, Faults } from './faults.ts'

export interface FaultStep {
  /** After the venue began to serve, by the wall clock. */
  readonly atMs: number
  readonly fault: Fault
}

/** Does each step when its time has come, by the clock that it is told. */
export class FaultScript {
  readonly #steps: readonly FaultStep[]
  readonly #faults: Faults
  readonly #startTime: number
  #next = 0

  constructor(steps: readonly FaultStep[], faults: Faults, startTime: number) {
    this.#steps = [...steps].sort((a, b) => a.atMs - b.atMs)
    this.#faults = faults
    this.#startTime = startTime
  }

  tick(now: number): void {
    for (let step = this.#steps[this.#next]; step !== undefined; step = this.#steps[this.#next]) {
      if (now < this.#startTime + step.atMs) return
      this.#next++
      this.#faults.inflict(step.fault)
    }
  }
}

/** Faults that a feed has to live through, and end, so that what follows can be compared with a quiet run. */
const PASSING: readonly ((random: Random) => Fault)[] = [
  (random) => ({ kind: 'close', code: random.chance(0.5) ? 1006 : 1012 }),
  () => ({ kind: 'notice', afterMs: 2000 }),
  (random) => ({ kind: 'blackHole', ms: 500 + Math.floor(4500 * random.uniform()) }),
  (random) => ({ kind: 'lose', name: random.chance(0.5) ? 'book' : 'trade', count: 1 }),
  (random) => ({ kind: 'duplicate', count: 1 + Math.floor(5 * random.uniform()) }),
  (random) => ({ kind: 'reorder', count: 1 + Math.floor(5 * random.uniform()) }),
  (random) => ({ kind: 'truncate', count: 1 + Math.floor(2 * random.uniform()) }),
  () => ({ kind: 'badUtf8' }),
  () => ({ kind: 'malformed', text: '{"a":' }),
  (random) => ({ kind: 'huge', bytes: 10_000 + Math.floor(1_000_000 * random.uniform()) }),
  (random) => ({ kind: 'refuse', status: random.chance(0.5) ? 429 : 503, times: 1 + Math.floor(3 * random.uniform()) }),
]

/**
 * A script of `count` passing faults spread over `lengthMs`. One seed gives one script: print it with the failure
 * (`describeFaults`).
 */
export function randomFaults(seed: number, lengthMs: number, count: number): FaultStep[] {
  const random = new Random(seed, 'faults')
  return Array.from({ length: count }, () => {
    const atMs = Math.floor(lengthMs * random.uniform())
    const make = PASSING[Math.floor(PASSING.length * random.uniform())]
    return { atMs, fault: make === undefined ? { kind: 'clear' as const } : make(random) }
  }).sort((a, b) => a.atMs - b.atMs)
}

/** One line per step, for a log or a failed test. */
export function describeFaults(seed: number, steps: readonly FaultStep[]): string {
  return [`faults of seed ${seed}:`, ...steps.map(({ atMs, fault }) => `  ${atMs} ms ${JSON.stringify(fault)}`)].join(
    '\n',
  )
}
