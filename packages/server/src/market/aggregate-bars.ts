import type { BarJson } from '@liqscope/protocol'

/**
 * Several venues' bars of one interval as one series: prices of the first venue that has the bar, sums of what is
 * counted. Open interest is null where a venue that published it before has none: half a sum would look like a fall.
 */
export function sumBars(series: readonly (readonly BarJson[])[]): BarJson[] {
  const groups = new Map<number, (BarJson | undefined)[]>()
  series.forEach((bars, venue) => {
    for (const bar of bars) {
      const group = groups.get(bar.openTime) ?? new Array<BarJson | undefined>(series.length).fill(undefined)
      group[venue] = bar
      groups.set(bar.openTime, group)
    }
  })
  const published = new Set<number>()
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([openTime, group]) => {
      const held = group.filter((bar) => bar !== undefined)
      group.forEach((bar, venue) => {
        if (bar !== undefined && bar.openInterest !== null) published.add(venue)
      })
      const whole = [...published].every((venue) => group[venue] !== undefined && group[venue].openInterest !== null)
      const first = held[0]!
      return {
        openTime,
        open: first.open,
        high: first.high,
        low: first.low,
        close: first.close,
        volume: total(held, 'volume'),
        takerBuyVolume: total(held, 'takerBuyVolume'),
        openInterest: whole ? total(held, 'openInterest') : null,
        fundingRate: first.fundingRate,
        longLiquidated: total(held, 'longLiquidated'),
        shortLiquidated: total(held, 'shortLiquidated'),
      }
    })
}

type Counted = 'volume' | 'takerBuyVolume' | 'openInterest' | 'longLiquidated' | 'shortLiquidated'

/** Null when nobody published the figure. */
function total(bars: readonly BarJson[], figure: Counted): number | null {
  return bars.reduce<number | null>((sum, bar) => (bar[figure] === null ? sum : (sum ?? 0) + bar[figure]), null)
}
