import { baseSize, type Instrument, type KnownPosition } from '@liqscope/market'
import type { Listing } from '../../venue/message.ts'
import { type Reading, readRows } from '../../venue/reading.ts'
import { isRecord, readDecimal, readTime } from '../../wire-values.ts'
import type { PositionRow } from '../messages.ts'

/**
 * The positions of one account, of `clearinghouseState`. Coins that are not followed are left out without a word: an
 * account holds many.
 *
 * @param listing the followed instruments by coin
 */
export function readPositions(body: unknown, account: string, listing: Listing): Reading<KnownPosition> {
  const state = isRecord(body) ? body : {}
  const seenTime = readTime(state.time)
  const held = Array.isArray(state.assetPositions)
    ? state.assetPositions.flatMap((entry: unknown) => {
        const position = isRecord(entry) ? entry.position : entry
        return isRecord(position) && typeof position.coin === 'string' && !listing.has(position.coin) ? [] : [position]
      })
    : undefined
  const { rows, refused } = readRows<KnownPosition | undefined>(held, (row: PositionRow) => {
    const instrument = typeof row.coin === 'string' ? listing.get(row.coin) : undefined
    if (instrument === undefined) return 'field coin is missing or wrong'
    if (!(seenTime > 0)) return 'field time is missing or wrong'
    return positionOf(row, account, instrument, seenTime)
  })
  return { rows: rows.filter((row) => row !== undefined), refused }
}

function positionOf(
  row: PositionRow,
  account: string,
  instrument: Instrument,
  seenTime: number,
): KnownPosition | string | undefined {
  const signed = readDecimal(row.szi)
  if (signed === 0) return undefined
  const entry = readDecimal(row.entryPx)
  const notional = readDecimal(row.positionValue)
  const { leverage } = row
  if (!(Math.abs(signed) > 0)) return 'field szi is missing or wrong'
  if (!(entry > 0)) return 'field entryPx is missing or wrong'
  if (!(notional > 0)) return 'field positionValue is missing or wrong'
  if (!isRecord(leverage) || typeof leverage.value !== 'number' || !(leverage.value >= 1))
    return 'field leverage is missing or wrong'
  if (leverage.type !== 'cross' && leverage.type !== 'isolated') return 'field leverage.type is missing or wrong'
  const { liquidationPx } = row
  const liquidation = liquidationPx === null || liquidationPx === undefined ? undefined : readDecimal(liquidationPx)
  if (liquidation !== undefined && !(liquidation > 0)) return 'field liquidationPx is missing or wrong'
  const factor = instrument.unitFactor
  return {
    instrument: instrument.id,
    account,
    side: signed > 0 ? 'long' : 'short',
    size: baseSize(instrument, Math.abs(signed), entry / factor),
    notional,
    entryPrice: entry / factor,
    leverage: leverage.value,
    marginMode: leverage.type,
    ...(liquidation === undefined ? {} : { liquidationPrice: liquidation / factor }),
    seenTime,
  }
}
