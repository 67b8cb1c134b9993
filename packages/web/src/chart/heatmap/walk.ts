import type { PriceChart } from '../price-chart.ts'
import type { Hover, Scene } from '../scene.ts'

/** Where a key leads from here; undefined when the key is none of ours. */
export function walked(
  key: string,
  from: Hover | undefined,
  scene: Scene,
  chart: PriceChart,
  rowStep: number,
): Hover | 'leave' | undefined {
  const { grid, intervalMs } = scene.picture!
  const { yOf, xOf } = chart.geometry()
  const last = grid.openTimes.length - 1
  const column = from?.openTime === undefined ? last : grid.openTimes.indexOf(from.openTime)
  const ln = from?.ln ?? Math.log(scene.price ?? grid.prices[last] ?? 1)
  const at = (nextColumn: number, nextLn: number): Hover | undefined => {
    const openTime = grid.openTimes[Math.min(last, Math.max(0, nextColumn))]
    return openTime === undefined
      ? undefined
      : { openTime, ln: nextLn, x: xOf(openTime + intervalMs / 2), y: yOf(nextLn) }
  }
  switch (key) {
    case 'ArrowUp':
      return at(column, ln + rowStep)
    case 'ArrowDown':
      return at(column, ln - rowStep)
    case 'PageUp':
      return at(column, ln + 10 * rowStep)
    case 'PageDown':
      return at(column, ln - 10 * rowStep)
    case 'ArrowLeft':
      return at(column - 1, ln)
    case 'ArrowRight':
      return at(column + 1, ln)
    case 'Home':
      return at(0, ln)
    case 'End':
      return at(last, ln)
    case 'Enter':
      return from ?? at(last, ln)
    case 'Escape':
      return from ? 'leave' : undefined
    default:
      return undefined
  }
}
