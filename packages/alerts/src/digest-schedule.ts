import type { Clock } from './clock.ts'
import { nextOpen, type Session } from './local-time.ts'

/** A digest that a restart missed is still sent within this time after the open, ms. */
const LATE_MS = 3_600_000
/** Timers hold at most 24.8 days; sessions are at most a long weekend apart. */
const LONGEST_TIMER_MS = 4 * 86_400_000

/** Calls at each open of the sessions chosen, once an open, also when the process was down at the moment itself. */
export class DigestSchedule {
  private readonly timers = new Map<Session, unknown>()

  constructor(
    sessions: readonly Session[],
    private readonly clock: Clock,
    private readonly open: (session: Session, at: number) => void,
  ) {
    for (const session of sessions) {
      const recent = nextOpen(session, clock.now() - LATE_MS)
      if (recent <= clock.now()) open(session, recent)
      this.plan(session)
    }
  }

  close(): void {
    for (const timer of this.timers.values()) this.clock.clearTimeout(timer)
    this.timers.clear()
  }

  private plan(session: Session): void {
    const at = nextOpen(session, this.clock.now())
    const wait = Math.min(LONGEST_TIMER_MS, at - this.clock.now())
    const timer = this.clock.setTimeout(() => {
      // A clock that was set back fires early: the open is then still ahead.
      if (this.clock.now() >= at) this.open(session, at)
      this.plan(session)
    }, wait)
    this.timers.set(session, timer)
  }
}
