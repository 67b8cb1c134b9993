/** Steps people count in. */
const STEPS = [1, 2, 2.5, 5] as const

/** Round values in [from, to], at most `count` of them, equally spaced. */
export function roundTicks(from: number, to: number, count: number): number[] {
  if (!(to > from) || count < 1) return []
  const step = roundStep((to - from) / count)
  const first = Math.ceil(from / step)
  const last = Math.floor(to / step)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step)
}

/** Tops of scales: finer, because all above the data is lost to it. */
const TOPS = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8] as const

/** The smallest round top of a scale that is not below `least`; its quarters are round too. */
export function roundTop(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least))
  return (TOPS.find((top) => top * decade >= least * (1 - 1e-9)) ?? 10) * decade
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`. */
export function roundStep(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least))
  return (STEPS.find((step) => step * decade >= least * (1 - 1e-9)) ?? 10) * decade
}
