import type { HeatmapColumn } from './liquidation-map.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long columns of each width are kept: 720 + 864 + 1440 + 2400 columns, under 20 MB of values a market. */
const LEVELS = [
  { intervalMs: MINUTE_MS, keepMs: 12 * HOUR_MS },
  { intervalMs: 5 * MINUTE_MS, keepMs: 3 * DAY_MS },
  { intervalMs: 30 * MINUTE_MS, keepMs: 30 * DAY_MS },
  { intervalMs: 4 * HOUR_MS, keepMs: 400 * DAY_MS },
] as const

interface Level {
  readonly intervalMs: number
  readonly keepMs: number
  columns: HeatmapColumn[]
  /** Columns before this index are forgotten; they are removed when they are half of all. */
  first: number
}

/** Closed heatmap columns at several widths. A column is stored once, when its interval closes, and never repainted. */
export class HeatmapHistory {
  private readonly levels: Level[] = LEVELS.map((level) => ({ ...level, columns: [], first: 0 }))
  private fresh: HeatmapColumn[] = []

  /** `end`: exchange time up to which history will be folded; columns too old by then are not drawn at all. */
  constructor(private readonly end: number = Number.NEGATIVE_INFINITY) {}

  /**
   * Tells that a bar closed at `time`. `draw` is called once if any level's interval closed with it; wider intervals
   * share its values.
   */
  close(time: number, barMs: number, draw: () => Omit<HeatmapColumn, 'openTime' | 'intervalMs'>): void {
    this.makeLevel(barMs)
    let drawn: Omit<HeatmapColumn, 'openTime' | 'intervalMs'> | undefined
    for (const level of this.levels) {
      const { intervalMs, keepMs } = level
      if (intervalMs < barMs || time % intervalMs !== 0 || time <= this.end - keepMs) continue
      drawn ??= draw()
      const column = { openTime: time - intervalMs, intervalMs, ...drawn }
      level.columns.push(column)
      this.fresh.push(column)
      while (level.columns[level.first]!.openTime < time - keepMs) level.first++
      if (level.first > level.columns.length / 2) {
        level.columns = level.columns.slice(level.first)
        level.first = 0
      }
    }
    if (this.fresh.length > 4 * LEVELS.length) this.fresh = this.fresh.slice(-LEVELS.length)
  }

  /** Columns of the widest kept interval that is not wider than asked, opened within [from, to). */
  columns(intervalMs: number, from: number, to: number): HeatmapColumn[] {
    const level = this.levels.findLast((one) => one.intervalMs <= intervalMs && one.columns.length > 0)
    const { columns, first } = level ?? this.levels.find((one) => one.columns.length > 0) ?? { columns: [], first: 0 }
    return columns.slice(first).filter((column) => column.openTime >= from && column.openTime < to)
  }

  /** Columns closed since the last call; after many unread ones only the newest. */
  takeFresh(): HeatmapColumn[] {
    const { fresh } = this
    this.fresh = []
    return fresh
  }

  /** Bars wider than a minute get a level of their own width, kept as long as the next wider one. */
  private makeLevel(barMs: number): void {
    if (this.levels.some((level) => level.intervalMs === barMs)) return
    const wider = this.levels.find((level) => level.intervalMs > barMs)
    this.levels.push({ intervalMs: barMs, keepMs: wider?.keepMs ?? 4 * 365 * DAY_MS, columns: [], first: 0 })
    this.levels.sort((a, b) => a.intervalMs - b.intervalMs)
  }
}
