import type { PositionSide } from '@liqscope/market'
import type { LiquidationMap } from '../../map/liquidation-map.ts'
import { type Refusal, refused } from '../answer.ts'
import { notionalOf } from '../liquidity.ts'
import { bookFault, type MarketView } from '../market-view.ts'
import { DAY_MS } from '../volatility.ts'

const FARTHEST_ENTRY = 0.5

/** What is wrong with an entry price, if anything. */
export function entryFault({ map }: MarketView, entry: number): Refusal | undefined {
  if (!isPositive(entry)) return refused('entry', 'The entry must be a price above 0.')
  if (Math.abs(Math.log(entry / map.price)) > FARTHEST_ENTRY)
    return refused(
      'entry',
      `The entry is ${Math.round(100 * Math.abs(entry / map.price - 1))} % away from the mark, ${text(map.price)}.`,
    )
  return undefined
}

export function horizonFault(ms: number, field = 'horizon'): Refusal | undefined {
  return ms >= 60_000 && ms <= 30 * DAY_MS
    ? undefined
    : refused(field, `The ${field} must be from a minute to 30 days.`)
}

/** Why an order of this size (USD) against this side of the book cannot be judged. */
export function sizeFault(view: MarketView, size: number, side: 'bids' | 'asks'): Refusal | undefined {
  if (!isPositive(size)) return refused('size', 'The size must be an amount in USD above 0.')
  if (bookFault(view) !== undefined || view.known === undefined) return undefined
  const held = notionalOf(view.known.book[side])
  return size <= held
    ? undefined
    : refused(
        'size',
        `The size is larger than all the ${side} in the book, ${Math.floor(held).toLocaleString('en-US')} USD: nobody can say what it would be filled at.`,
      )
}

/** ESTIMATED USD of the side within one bin of a price. */
export function densityAt(map: LiquidationMap, side: PositionSide, price: number): number {
  const at = Math.floor(Math.log(price) / map.step) - map.firstBin
  let sum = 0
  for (let i = at - 1; i <= at + 1; i++) sum += map[side][i] ?? 0
  return sum
}

export function isPositive(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY
}

export function text(price: number): string {
  return Number(price.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 10 })
}

/** `4` or `1.5`: hours of a stretch of time. */
export function hours(ms: number): number {
  return Math.round(ms / 360_000) / 10
}
