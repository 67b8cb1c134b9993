/** One channel of one market, as a row: `rate` per second, `skewMs` our clock minus the exchange's. */
export interface ChannelRow {
  readonly market: string
  readonly channel: string
  readonly state: string
  readonly messages: number
  readonly rate: number | null
  readonly errors: number
  readonly skewMs: number | null
  readonly sampled: boolean
}

/** Rows under a heading, columns as wide as they need. */
export function channelTable(rows: readonly ChannelRow[]): string {
  const cells = [
    ['market', 'channel', 'state', 'messages', 'per second', 'errors', 'skew'],
    ...rows.map(({ market, channel, state, messages, rate, errors, skewMs, sampled }) => [
      market,
      sampled ? `${channel} (sampled)` : channel,
      state,
      String(messages),
      rateText(rate),
      String(errors),
      skewText(skewMs),
    ]),
  ]
  return tableText(cells)
}

/** Columns as wide as their widest cell, two spaces apart. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `3.2`, `0.05`, `-` where it is not known. */
export function rateText(rate: number | null): string {
  if (rate === null) return '-'
  return rate >= 10 ? rate.toFixed(0) : rate >= 1 ? rate.toFixed(1) : rate.toFixed(2)
}

/** `+35 ms`, `-` where it is not known. */
export function skewText(skewMs: number | null): string {
  return skewMs === null ? '-' : `${skewMs >= 0 ? '+' : ''}${Math.round(skewMs)} ms`
}
