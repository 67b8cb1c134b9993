export const HEADER =
  'open_time_ms,open,high,low,close,volume,taker_buy_volume,open_interest,long_liquidated,short_liquidated'
export const START = Date.UTC(2026, 2, 15)

/** Rows of one-minute bars around 70,000: a slow wave with a fast one on it, so that both sides get swept. */
export function barRows(count: number): string[] {
  const priceAt = (i: number) => 70_000 * (1 + 0.02 * Math.sin(i / 90) + 0.002 * Math.sin(i / 3))
  return Array.from({ length: count }, (_, i) => {
    const open = priceAt(i)
    const close = priceAt(i + 1)
    const openInterest = 80_000 + 500 * Math.sin(i / 200)
    return [
      START + i * 60_000,
      open.toFixed(1),
      (Math.max(open, close) + 5).toFixed(1),
      (Math.min(open, close) - 5).toFixed(1),
      close.toFixed(1),
      '120',
      '63',
      openInterest.toFixed(2),
      i % 7 === 0 ? '0.4' : '0',
      '0',
    ].join(',')
  })
}

export function barsCsv(rows: readonly string[]): string {
  return `${[HEADER, ...rows].join('\n')}\n`
}
