import { type Bar, baseSize, type Instrument } from '@liqscope/market'
import { readAmount } from '../wire-values.ts'

/** One minute as a venue's history says it, in the venue's units; prices and volume as text or as numbers. */
export interface MinuteFields {
  /** Epoch ms of the OPEN, NaN when the venue's was wrong. */
  readonly time: number
  readonly open: unknown
  readonly high: unknown
  readonly low: unknown
  readonly close: unknown
  /** Contracts, as `baseSize` takes them. */
  readonly volume: number
}

const MINUTE_MS = 60_000

/** The bar of a venue's minute, or the name of the first field that is wrong. */
export function minuteBar(fields: MinuteFields, instrument: Instrument): Bar | string {
  const { time, volume } = fields
  const open = readAmount(fields.open)
  const high = readAmount(fields.high)
  const low = readAmount(fields.low)
  const close = readAmount(fields.close)
  if (!(time > 0 && time % MINUTE_MS === 0)) return 'time'
  if (!(low > 0)) return 'low'
  if (!(open >= low)) return 'open'
  if (!(close >= low)) return 'close'
  if (!(high >= open && high >= close)) return 'high'
  if (!(volume >= 0)) return 'volume'
  const factor = instrument.unitFactor
  return {
    kind: 'bar',
    instrument: instrument.id,
    exchangeTime: time,
    receivedTime: time,
    intervalMs: MINUTE_MS,
    open: open / factor,
    high: high / factor,
    low: low / factor,
    close: close / factor,
    volume: baseSize(instrument, volume, close / factor),
  }
}
