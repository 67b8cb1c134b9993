import { formatChange, formatPrice, formatStep, formatStrength, formatUsd } from '../format/number.ts'
import { formatMoment } from '../format/time.ts'
import type { Reading } from './reading.ts'

/** A reading as a sentence for the live region. */
export function sentenceOf(reading: Reading, tickSize: number): string {
  const when = reading.isNow ? 'now' : formatMoment(reading.at)
  const side = reading.side === 'short' ? 'shorts' : 'longs'
  return [
    `${formatPrice(reading.price, tickSize)}, ${formatChange(reading.distance)}, ${when}`,
    `estimated ${side}, strength ${formatStrength(reading.strength)} of 100`,
    `${formatUsd(reading.notional)} per ${formatStep(reading.rowStep)}`,
    `cumulative ${formatUsd(reading.cumulative)}`,
  ].join('; ')
}
