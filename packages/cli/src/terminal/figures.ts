const UNITS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/** `$1.24M`: three digits that count. */
export function usd(amount: number): string {
  return `$${short(amount)}`
}

/** `1.24M`, `12.4`, `0.00124`. */
export function short(amount: number): string {
  if (amount === 0) return '0'
  for (const [size, unit] of UNITS) if (Math.abs(amount) >= size * 0.9995) return `${threeDigits(amount / size)}${unit}`
  return threeDigits(amount)
}

/** A price with the digits its size needs: 71,174.4 and 0.00001024. */
export function priceText(price: number): string {
  const decimals = price >= 10_000 ? 1 : Math.min(12, 4 - Math.floor(Math.log10(price)))
  return price.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

/** `+1.81 %` */
export function percentText(fraction: number): string {
  return `${fraction >= 0 ? '+' : ''}${(fraction * 100).toFixed(2)} %`
}

/** `2026-03-18 12:00 UTC` */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function threeDigits(value: number): string {
  const text = value.toPrecision(3)
  return text.includes('e') ? String(Number(text)) : text
}
