/** A number as venues write it: no exponent, no more zeros than needed. */
export function plain(value: number, decimals = 8): string {
  const text = value.toFixed(decimals)
  if (!text.includes('.')) return text
  const trimmed = text.replace(/\.?0+$/, '')
  return trimmed === '-0' ? '0' : trimmed
}
