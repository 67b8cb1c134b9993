const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Kline intervals. Weeks and months do not align to the epoch and are not offered. */
export const KLINE_INTERVALS: ReadonlyMap<string, number> = new Map([
  ['1m', MINUTE],
  ['3m', 3 * MINUTE],
  ['5m', 5 * MINUTE],
  ['15m', 15 * MINUTE],
  ['30m', 30 * MINUTE],
  ['1h', HOUR],
  ['2h', 2 * HOUR],
  ['4h', 4 * HOUR],
  ['6h', 6 * HOUR],
  ['8h', 8 * HOUR],
  ['12h', 12 * HOUR],
  ['1d', 24 * HOUR],
])

/** Periods of the open-interest history. */
export const OPEN_INTEREST_PERIODS: ReadonlyMap<string, number> = new Map(
  ['5m', '15m', '30m', '1h', '2h', '4h', '6h', '12h', '1d'].map((name) => [name, KLINE_INTERVALS.get(name) ?? HOUR]),
)
