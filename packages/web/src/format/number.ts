/** What the page prints for a figure nobody knows. Never 0. */
export const UNKNOWN = '–'
const MINUS = '\u2212'

type Maybe = number | null | undefined

/** Grouping and decimal signs of the page; the units K, M, B stay, as on every terminal. */
let locale = 'en-US'

/** Puts a language's grouping and decimal signs in force. Views have to be drawn anew by the caller. */
export function setNumberLocale(language: string): void {
  locale = language === 'en' ? 'en-US' : language
  formats.clear()
  decimalSign = new Intl.NumberFormat(locale).format(0.5).slice(1, 2)
}
let decimalSign = '.'

/** Digits after the point that a tick needs: 0.1 -> 1, 0.00001 -> 5, 5 -> 0. */
export function tickDigits(tickSize: number): number {
  if (!(tickSize > 0)) return 2
  for (let digits = 0; digits <= 10; digits++) {
    const scaled = tickSize * 10 ** digits
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return digits
  }
  return 10
}

/** `71,184.2`: a price with the digits of its tick size. */
export function formatPrice(price: Maybe, tickSize: number): string {
  return known(price) ? grouped(price, tickDigits(tickSize)) : UNKNOWN
}

/** A price without the digits nobody reads in a range: whole above 1,000, else 5 significant digits at most. */
export function formatPriceShort(price: Maybe, tickSize: number): string {
  if (!known(price)) return UNKNOWN
  const significant = Math.max(0, 4 - Math.floor(Math.log10(Math.max(Math.abs(price), 1e-12))))
  return grouped(price, Math.abs(price) >= 1000 ? 0 : Math.min(tickDigits(tickSize), significant))
}

/** `73,713 – 73,935`, with an en dash. */
export function formatPriceRange(low: number, high: number, tickSize: number): string {
  return `${formatPriceShort(low, tickSize)} – ${formatPriceShort(high, tickSize)}`
}

/** `$410K`, `$58.0M`, `$205M`, `$1.60B`. */
export function formatUsd(usd: Maybe): string {
  return known(usd) ? `${usd < 0 ? MINUS : ''}$${scaled(Math.abs(usd))}` : UNKNOWN
}

/** A round amount of a scale or legend, without digits that are all zero: `$5K`, `$2.5M`, `$1B`. */
export function formatUsdRound(usd: Maybe): string {
  const [whole = '', rest] = formatUsd(usd).split(/[.,](?=\d{1,2}[KMB]?$)/)
  if (rest === undefined) return whole
  const [, kept = '', unit = ''] = /^(\d*?)0*([KMB]?)$/.exec(rest) ?? []
  return `${whole}${kept === '' ? '' : `${decimalSign}${kept}`}${unit}`
}

/** `3.91K`: an amount of base units. */
export function formatSize(size: Maybe): string {
  return known(size) ? `${size < 0 ? MINUS : ''}${scaled(Math.abs(size))}` : UNKNOWN
}

/** A signed fraction as per cent: 0.0314 -> `+3.14 %`, with U+2212 as minus. */
export function formatChange(fraction: Maybe, digits = 2): string {
  if (!known(fraction)) return UNKNOWN
  const text = grouped(Math.abs(fraction) * 100, digits)
  const isZero = !/[1-9]/.test(text)
  return `${isZero ? '' : fraction < 0 ? MINUS : '+'}${text} %`
}

/** A funding rate of one period: `+0.0061 %`. */
export function formatFunding(rate: Maybe): string {
  return formatChange(rate, 4)
}

/** A share of a whole: 0.992 -> `99.2 %`; exactly all of it is `100 %`. */
export function formatShare(fraction: Maybe, digits = 1): string {
  if (!known(fraction)) return UNKNOWN
  if (fraction === 1) return '100 %'
  // Rounding up to a whole would hide what is missing.
  const floor = Math.floor(fraction * 100 * 10 ** digits + 1e-9) / 10 ** digits
  return `${grouped(floor, digits)} %`
}

/** A bin's width, as a fraction of price: 0.0005 -> `0.05 %`. */
export function formatStep(step: number): string {
  return `${String(Number((step * 100).toPrecision(2))).replace('.', decimalSign)} %`
}

/** Relative strength, whole; a mass too small to round to 1 is not nothing. */
export function formatStrength(strength: Maybe): string {
  if (!known(strength)) return UNKNOWN
  return strength > 0 && strength < 0.5 ? '<1' : grouped(strength, 0)
}

function known(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** Less than half of the last digit that is printed of the smallest amounts. */
const NOTHING = 0.005

function scaled(value: number): string {
  if (value < NOTHING) return '0'
  const [size, unit] =
    value >= 999.5e6 ? [1e9, 'B'] : value >= 999.5e3 ? [1e6, 'M'] : value >= 999.5 ? [1e3, 'K'] : [1, '']
  const part = value / size
  if (unit === '') return grouped(part, part >= 99.95 ? 0 : part >= 9.995 ? 1 : 2)
  if (unit === 'B') return `${grouped(part, part >= 99.95 ? 0 : part >= 9.995 ? 1 : 2)}B`
  return `${grouped(part, part >= 99.95 ? 0 : 1)}${unit}`
}

const formats = new Map<number, Intl.NumberFormat>()

function grouped(value: number, digits: number): string {
  let format = formats.get(digits)
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      useGrouping: 'always',
    })
    formats.set(digits, format)
  }
  const text = format.format(value)
  return text.startsWith('-') ? MINUS + text.slice(1) : text
}
