/** Text as it may stand in HTML and in an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

/** A linear or logarithmic axis: data to pixels. */
export interface Scale {
  (value: number): number
  readonly ticks: readonly number[]
}

/** Round steps of 1, 2 or 5 that cut [low, high] into about `count`. */
export function linearScale(low: number, high: number, from: number, to: number, count = 5): Scale {
  const span = high > low ? high - low : 1
  const raw = span / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= raw * 0.999) ?? raw
  const first = Math.ceil(low / step - 1e-9)
  const ticks: number[] = []
  for (let i = first; i * step <= high + 1e-9 * span; i++) ticks.push(i * step)
  return Object.assign((value: number) => from + ((value - low) / span) * (to - from), { ticks })
}

/** Powers of ten, and nothing below `low`: smaller values stand at its edge. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const bottom = Math.floor(Math.log10(low))
  const top = Math.max(bottom + 1, Math.ceil(Math.log10(high)))
  const ticks = Array.from({ length: top - bottom + 1 }, (_, i) => 10 ** (bottom + i))
  return Object.assign(
    (value: number) =>
      from + ((Math.max(bottom, Math.log10(Math.max(value, 10 ** bottom))) - bottom) / (top - bottom)) * (to - from),
    { ticks },
  )
}

/** An SVG picture of a width that shrinks with the page, described for who cannot see it. */
export function picture(width: number, height: number, label: string, body: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}">${body}</svg>`
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line class="${kind}" x1="${r(x1)}" y1="${r(y1)}" x2="${r(x2)}" y2="${r(y2)}"/>`
}

export function text(x: number, y: number, words: string, kind: string): string {
  return `<text class="${kind}" x="${r(x)}" y="${r(y)}">${escapeHtml(words)}</text>`
}

/** A dot, hollow where its figure is not ahead. */
export function dot(x: number, y: number, kind: string, radius = 4): string {
  return `<circle class="${kind}" cx="${r(x)}" cy="${r(y)}" r="${radius}"/>`
}

export function bar(x: number, y: number, width: number, height: number, kind: string): string {
  return `<rect class="${kind}" x="${r(x)}" y="${r(y)}" width="${r(Math.max(0, width))}" height="${r(Math.max(0, height))}"/>`
}

export function path(points: readonly (readonly [number, number])[], kind: string): string {
  if (points.length === 0) return ''
  return `<path class="${kind}" d="M${points.map(([x, y]) => `${r(x)} ${r(y)}`).join('L')}"/>`
}

function r(value: number): string {
  return String(Math.round(value * 10) / 10)
}
