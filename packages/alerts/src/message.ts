import type { Alert, AlertCluster } from '@liqscope/engine'

/** What a channel delivers, in words. Plain text: each channel escapes it for its own markup. */
export interface Message {
  /** The same for every try of the same message: receivers may use it to drop a repetition. */
  readonly id: string
  readonly at: number // epoch ms
  readonly title: string
  readonly lines: readonly string[]
  /** The market it is about, whose map may go with it as a picture. */
  readonly market?: string
  /** What it was made from, for receivers that are programs. */
  readonly facts: unknown
}

const KIND = {
  approach: 'price nears a cluster',
  sweep: 'a cluster was swept',
  newCluster: 'a new cluster',
  clusterGone: 'a cluster is gone',
  cascade: 'forced orders pile up',
  gradientZone: 'price entered a zone',
  stale: 'the data stopped',
} as const

/**
 * An alert in words. Estimated and observed never share a line, and a simulated market says so first: nobody may take it
 * for a real price.
 */
export function messageOf(alert: Alert): Message {
  const { market, kind, at, price, simulated, cluster, forced, zone, suppressed } = alert
  const lines = [`Mark ${priceText(price)} at ${timeText(at)}`]
  if (cluster) lines.push(...clusterLines(cluster, price))
  if (forced)
    lines.push(
      `Observed: ${usd(forced.notional)} of ${forced.side}s force-closed within ${durationText(forced.windowMs)}; feeds are throttled, so at least that`,
    )
  if (zone)
    lines.push(
      zone === 'blackHole'
        ? 'Estimated: dense, stacked clusters around price'
        : 'Estimated: hardly any cluster around price',
    )
  if (suppressed > 0) lines.push(`${suppressed} more while this rule was cooling down`)
  return {
    id: alert.id,
    at,
    title: `${simulated ? 'SIMULATED ' : ''}${market}: ${KIND[kind]}`,
    lines,
    market,
    facts: alert,
  }
}

function clusterLines(cluster: AlertCluster, price: number): string[] {
  const { side, low, high, notional, byVenue = [], distanceAtr } = cluster
  const edge = side === 'short' ? low : high
  const away = edge / price - 1
  const inRanges = distanceAtr === undefined ? '' : ` (${Math.abs(distanceAtr).toFixed(1)} ATR)`
  const parts = byVenue
    .toSorted((a, b) => b.notional - a.notional)
    .map(({ venue, notional: part }) => `${venue} ${Math.round((100 * part) / notional)} %`)
  return [
    `Estimated: ${usd(notional)} of ${side}s at ${priceText(low)}–${priceText(high)}, ${percent(away)} from the mark${inRanges}`,
    ...(parts.length > 1 ? [`Estimated by venue: ${parts.join(', ')}`] : []),
  ]
}

/** Messages of one moment as one, so that a busy minute is not ten notifications. */
export function grouped(messages: readonly Message[]): Message | undefined {
  const [first, ...others] = messages
  if (first === undefined || others.length === 0) return first
  const isOfOne = others.every(({ market }) => market === first.market)
  return {
    id: messages.map(({ id }) => id).join(' '),
    at: Math.max(...messages.map(({ at }) => at)),
    title: `${messages.length} alerts: ${first.title} and others`,
    lines: messages.flatMap(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)]),
    ...(isOfOne && first.market !== undefined ? { market: first.market } : {}),
    facts: messages.map(({ facts }) => facts),
  }
}

export function usd(notional: number): string {
  for (const [unit, size] of [
    ['B', 1e9],
    ['M', 1e6],
    ['K', 1e3],
  ] as const)
    if (notional >= size) return `$${(notional / size).toPrecision(3)}${unit}`
  return `$${notional.toFixed(0)}`
}

/** `+1.23 %`, with the minus of typography. */
export function percent(fraction: number): string {
  return `${fraction < 0 ? '\u2212' : '+'}${Math.abs(100 * fraction).toFixed(2)} %`
}

/** Seven digits, as many as any quote has. */
export function priceText(price: number): string {
  return price.toLocaleString('en-US', { maximumSignificantDigits: 7 })
}

export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function durationText(ms: number): string {
  return ms >= 60_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1000)} s`
}
