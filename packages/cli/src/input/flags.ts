import { InvalidArgumentError } from 'commander'

// Readers of flag values. Commander prints what they throw beside the flag's name and exits with a usage error.

/** A moment as a person writes it: `2026-03-18T12:00:00Z`, `2026-03-18 12:00`, `2026-03-18`. UTC where no zone is named. */
export function moment(text: string): number {
  const trimmed = text.trim()
  const zoned = /(?:z|[+-]\d\d:?\d\d)$/i.test(trimmed) || /^\d{4}(-\d\d){0,2}$/.test(trimmed)
  const time =
    /^\d{4}-/.test(trimmed) || /^\d{4}$/.test(trimmed) ? Date.parse(zoned ? trimmed : `${trimmed}Z`) : Number.NaN
  if (Number.isFinite(time)) return time
  throw new InvalidArgumentError(`"${text}" is no time; write it like 2026-03-18T12:00:00Z.`)
}

/** `90s`, `15m`, `1h`, `1d` in ms. */
export function duration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text.trim()) ?? []
  const ms = Number(amount) * (unit === 's' ? 1e3 : unit === 'm' ? 6e4 : unit === 'h' ? 36e5 : 864e5)
  if (ms >= 1000) return Math.round(ms)
  throw new InvalidArgumentError(`"${text}" is no length of time; write it like 90s, 15m, 1h or 1d.`)
}

export function positive(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value
  throw new InvalidArgumentError(`"${text}" is not a number above 0.`)
}

export function wholeNumber(text: string): number {
  const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError(`"${text}" is not a whole number of 0 or more.`)
}

export function port(text: string): number {
  const value = wholeNumber(text)
  if (value <= 65_535) return value
  throw new InvalidArgumentError(`"${text}" is no port; ports are 0 to 65535, and 0 takes any free one.`)
}

/** A distance from the price in per cent, above 0 and below 100: `20` is 0.2. */
export function percent(text: string): number {
  const value = positive(text.replace(/%$/, ''))
  if (value < 100) return value / 100
  throw new InvalidArgumentError(`"${text}" is too wide; give a distance from the price in per cent, below 100.`)
}

export function names(text: string): string[] {
  const found = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (found.length > 0) return found
  throw new InvalidArgumentError('name at least one, separated by commas, like BTC,ETH.')
}

export function webAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new InvalidArgumentError(`"${text}" is no address; write it like http://127.0.0.1:8787.`)
}
