import { BarsFileError } from './bars-file-error.ts'

/** Where each figure of a bar is in a record: an index into its fields, -1 when this file has no such column. */
export interface BarsColumns {
  /** Whose names the header uses. */
  readonly dialect: 'canonical' | 'recorded' | 'hourly'
  readonly names: readonly string[]
  readonly time: number
  /** `ms`: epoch milliseconds. `text`: ISO 8601, UTC where it names no zone. */
  readonly timeKind: 'ms' | 'text'
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly takerBuyVolume: number
  readonly openInterest: number
  /** `notional`: USD, divided by the close to give base units. */
  readonly openInterestUnit: 'base' | 'notional'
  readonly longLiquidated: number
  readonly shortLiquidated: number
  readonly fundingRate: number
  readonly synthetic: number
  /** What was taken from where, when the header does not say it in our words. */
  readonly notes: readonly string[]
}

const CANONICAL_HEADER =
  'open_time_ms,open,high,low,close,volume,taker_buy_volume,open_interest,long_liquidated,short_liquidated'

const QUOTE_COINS = new Set(['usd', 'usdt', 'usdc', 'quote'])

/**
 * Reads a header in our own words, in those of recorded minute bars (`volume_btc`, `open_interest_btc_at_close`, any
 * coin) or in those of hourly multi-venue bars (`binance_o` .. `binance_v`, `hl_oi_usd`). Order, letter case and extra
 * columns do not matter.
 *
 * @param venue whose prices to take where the header has several venues'.
 * @throws {BarsFileError} naming the column that is missing or doubled.
 */
export function readHeader(file: string, line: number, names: readonly string[], venue?: string): BarsColumns {
  const lower = names.map((name) => name.toLowerCase())
  const header = new Header(file, line, names, lower)
  const prefix = header.pricePrefix(venue)
  return prefix === undefined ? minuteColumns(header) : hourlyColumns(header, prefix)
}

function minuteColumns(header: Header): BarsColumns {
  const coin = header.coin()
  const of = (canonical: string, before: string, after = '') =>
    header.need(canonical, ...(coin === undefined ? [] : [`${before}_${coin}${after}`]))
  return {
    dialect: coin === undefined ? 'canonical' : 'recorded',
    names: header.names,
    ...header.time(),
    open: header.need('open'),
    high: header.need('high'),
    low: header.need('low'),
    close: header.need('close'),
    volume: of('volume', 'volume'),
    takerBuyVolume: of('taker_buy_volume', 'taker_buy'),
    openInterest: of('open_interest', 'open_interest', '_at_close'),
    openInterestUnit: 'base',
    longLiquidated: of('long_liquidated', 'long_liq'),
    shortLiquidated: of('short_liquidated', 'short_liq'),
    fundingRate: header.find('predicted_funding_rate', 'funding_rate'),
    synthetic: header.find('is_synthetic'),
    notes: [],
  }
}

function hourlyColumns(header: Header, venue: string): BarsColumns {
  const openInterest = header.find('hl_oi_usd')
  return {
    dialect: 'hourly',
    names: header.names,
    ...header.time(),
    open: header.need(`${venue}_o`),
    high: header.need(`${venue}_h`),
    low: header.need(`${venue}_l`),
    close: header.need(`${venue}_c`),
    volume: header.find(`${venue}_v`),
    takerBuyVolume: -1,
    openInterest,
    openInterestUnit: 'notional',
    longLiquidated: -1,
    shortLiquidated: -1,
    fundingRate: -1,
    synthetic: header.find('is_synthetic'),
    notes: [
      `prices and volume are the ${venue}_ columns`,
      ...(openInterest < 0 ? [] : ['open interest is hl_oi_usd (Hyperliquid) divided by the close']),
    ],
  }
}

/** A header's names and the errors about them. */
class Header {
  constructor(
    readonly file: string,
    readonly line: number,
    readonly names: readonly string[],
    readonly lower: readonly string[],
  ) {}

  /** Index of the first of the names that is there, -1 for none. A column that is needed must not be there twice. */
  find(...names: readonly string[]): number {
    for (const name of names) {
      const index = this.lower.indexOf(name)
      if (index < 0) continue
      if (this.lower.lastIndexOf(name) === index) return index
      throw new BarsFileError(this.file, 'this column is in the header twice; take one out', this.line, name)
    }
    return -1
  }

  need(...names: readonly string[]): number {
    const index = this.find(...names)
    if (index >= 0) return index
    throw new BarsFileError(this.file, this.#missing(), this.line, names.join(' or '))
  }

  time(): Pick<BarsColumns, 'time' | 'timeKind'> {
    const ms = this.find('open_time_ms')
    if (ms >= 0) return { time: ms, timeKind: 'ms' }
    return {
      time: this.find('open_time_utc') < 0 ? this.need('open_time_ms') : this.find('open_time_utc'),
      timeKind: 'text',
    }
  }

  /** The venue whose five columns to take, when the header has `VENUE_o`, `VENUE_c` and no plain `open`. */
  pricePrefix(wanted?: string): string | undefined {
    if (this.lower.includes('open')) return undefined
    const venues = this.lower.filter((name) => name.endsWith('_o')).map((name) => name.slice(0, -2))
    const named = venues.filter((name) => this.lower.includes(`${name}_c`))
    return [wanted, 'binance', ...named].find((name) => name !== undefined && named.includes(name))
  }

  /** The coin of `volume_btc` and its like; quote currencies are no coin: such a column is not in base units. */
  coin(): string | undefined {
    if (this.lower.includes('volume') || this.lower.includes('open_interest')) return undefined
    for (const name of this.lower) {
      const coin = /^(?:volume|taker_buy|open_interest|long_liq|short_liq)_([a-z0-9]+)(?:_at_close)?$/.exec(name)?.[1]
      if (coin !== undefined && coin !== 'volume' && !QUOTE_COINS.has(coin)) return coin
    }
    return undefined
  }

  #missing(): string {
    const separator =
      this.names.length === 1 ? [';', '\t', '|'].find((mark) => this.names[0]?.includes(mark)) : undefined
    if (separator !== undefined)
      return `the columns are separated by ${separator === '\t' ? 'tabs' : `"${separator}"`}; save the file with commas`
    const looksLikeData = this.names.length > 1 && this.names.every((name) => /^[-+\d.eTZ: ]*$/.test(name))
    const what = looksLikeData
      ? 'the first line has no column names; put the header above it'
      : `the header lacks this column (it has ${this.names.slice(0, 20).join(', ').slice(0, 300)})`
    return `${what}. A bars file starts with ${CANONICAL_HEADER}; values from volume on may be left empty`
  }
}
