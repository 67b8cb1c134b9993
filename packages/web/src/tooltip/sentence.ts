import { formatChange, formatPrice, formatStep, formatStrength, formatUsd } from '../format/number.ts'
import { formatMoment } from '../format/time.ts'
import type { Text } from '../text/en/index.ts'
import type { Reading } from './reading.ts'

/** A reading as a sentence for the live region. */
export function sentenceOf(reading: Reading, tickSize: number, { picture: words }: Text): string {
  const when = reading.isNow ? words.now : formatMoment(reading.at)
  const where = `${formatPrice(reading.price, tickSize)}, ${formatChange(reading.distance)}, ${when}`
  return `${where}; ${words.tip.sentence(
    reading.side === 'short' ? words.tip.shorts : words.tip.longs,
    formatStrength(reading.strength),
    formatUsd(reading.notional),
    formatStep(reading.rowStep),
    formatUsd(reading.cumulative),
  )}`
}
