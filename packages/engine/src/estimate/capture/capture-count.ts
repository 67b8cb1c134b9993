/** How a venue's feed shows its forced orders. */
export type FeedKind = 'sampled' | 'complete'

/** A sampled feed shows at most one order per symbol in this time, the largest. */
const SAMPLED_MS = 1000
/** Trial windows, as multiples of it: a smaller market seen through a longer window is as crowded as a larger one. */
export const CAPTURE_WINDOWS: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, 16]
const HOUR_MS = 3_600_000
/** What was counted fades by half in this time. */
const HALF_LIFE_MS = 30 * 24 * HOUR_MS

/** What a complete feed would have shown of itself, had it been sampled. Sizes in base units, fading. */
export interface CaptureShare {
  /** All that was forced. */
  readonly total: number
  /** What each of `CAPTURE_WINDOWS` would have shown of it. */
  readonly shown: readonly number[]
  /** Sums over hours with forced orders, for the spread between hours: total^2, and per window shown^2 and shown x total. */
  readonly totalSquares: number
  readonly shownSquares: readonly number[]
  readonly products: readonly number[]
  /** Hours with forced orders. */
  readonly hours: number
  /** One-sided open interest in quote currency, when it was known. */
  readonly openInterest?: number
}

/**
 * Thins a complete feed as a sampled one would: of all orders of both sides within a window, which opens with its first
 * order, the largest is shown. A fold over orders; times in epoch ms that never decrease much, sizes > 0.
 */
export class CaptureCount {
  private readonly windows = CAPTURE_WINDOWS.map((part) => ({ ms: part * SAMPLED_MS, from: Number.NaN, largest: 0 }))
  private readonly hour = { total: 0, shown: CAPTURE_WINDOWS.map(() => 0) }
  private sums = { total: 0, totalSquares: 0, hours: 0 }
  private readonly shown = CAPTURE_WINDOWS.map(() => ({ sum: 0, squares: 0, products: 0 }))
  private current = Number.NaN

  add(time: number, size: number): void {
    const hour = Math.floor(time / HOUR_MS)
    if (hour > this.current || Number.isNaN(this.current)) {
      this.closeHour()
      if (hour > this.current) this.fade(0.5 ** (((hour - this.current) * HOUR_MS) / HALF_LIFE_MS))
      this.current = hour
    }
    this.hour.total += size
    this.windows.forEach((window, i) => {
      if (time < window.from + window.ms) {
        window.largest = Math.max(window.largest, size)
        return
      }
      this.hour.shown[i] = this.hour.shown[i]! + window.largest
      window.from = time
      window.largest = size
    })
  }

  /** Of all hours that have ended. */
  get share(): CaptureShare {
    return {
      ...this.sums,
      shown: this.shown.map(({ sum }) => sum),
      shownSquares: this.shown.map(({ squares }) => squares),
      products: this.shown.map(({ products }) => products),
    }
  }

  private closeHour(): void {
    const { hour, sums, windows } = this
    if (!(hour.total > 0)) return
    sums.total += hour.total
    sums.totalSquares += hour.total ** 2
    sums.hours++
    this.shown.forEach((shown, i) => {
      const size = hour.shown[i]! + windows[i]!.largest // an hour ends every window
      shown.sum += size
      shown.squares += size ** 2
      shown.products += size * hour.total
      hour.shown[i] = 0
      windows[i]!.from = Number.NaN
      windows[i]!.largest = 0
    })
    hour.total = 0
  }

  private fade(factor: number): void {
    if (!(factor < 1)) return
    const { sums } = this
    this.sums = {
      total: sums.total * factor,
      totalSquares: sums.totalSquares * factor,
      hours: sums.hours * factor,
    }
    for (const shown of this.shown) {
      shown.sum *= factor
      shown.squares *= factor
      shown.products *= factor
    }
  }
}
