import { roundStep } from './ticks.ts'

export interface PriceTick {
  readonly price: number
  readonly y: number
}

/** Least distance between two labels, CSS pixels. */
const TICK_EVERY_PX = 38

/**
 * Round prices on an axis of ln(price), far enough apart to be read. The picture is `height` tall and `yOf` places
 * a ln(price) in it, linearly.
 */
export function priceTicks(height: number, yOf: (ln: number) => number): PriceTick[] {
  const perLn = yOf(0) - yOf(1)
  if (!(perLn > 0) || height <= 0) return []
  const lnOf = (y: number) => (yOf(0) - y) / perLn
  const [low, high] = [Math.exp(lnOf(height)), Math.exp(lnOf(0))]
  // The axis is logarithmic: ticks of one step crowd towards its top, which decides how many there is room for.
  const step = roundStep((high - low) / Math.max(1, height / TICK_EVERY_PX))
  const ticks: PriceTick[] = []
  for (let n = Math.ceil(low / step); n * step <= high; n++) {
    const y = yOf(Math.log(n * step))
    if (ticks.length === 0 || ticks.at(-1)!.y - y >= TICK_EVERY_PX * 0.6) ticks.push({ price: n * step, y })
  }
  return ticks
}
