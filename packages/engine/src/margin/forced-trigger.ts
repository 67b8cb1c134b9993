import type { Instrument, LiquidationOrder, MarginSchedule } from '@liqscope/market'
import { triggerPrice } from './liquidation-price.ts'
import { marginRuleOf, usualTakerFee } from './margin-rule.ts'

/**
 * The price at which a forced order was triggered, quote per base: where the map had its position, while the order is
 * printed at the price where its margin was used up, or where it was filled. Derived from the bankruptcy price by the
 * table of tiers and the venue's rule; `undefined` where neither is known, as of an average fill alone.
 *
 * Worked line (Binance, first band of BTCUSDT): a long that is bankrupt at 63,000 was triggered at 63_000 / (1 - 0.004)
 * = 63_253.01.
 */
export function forcedTrigger(
  order: LiquidationOrder,
  { venue, kind }: Pick<Instrument, 'venue' | 'kind'>,
  schedule: MarginSchedule | undefined,
): number | undefined {
  if (order.priceKind === 'mark') return order.price
  const printed = order.priceKind === 'average' ? undefined : order.price
  const price = order.bankruptcyPrice ?? printed
  if (price === undefined || schedule === undefined) return undefined
  const size = kind === 'linear' ? order.size : order.size * order.price
  return triggerPrice(
    { kind, side: order.positionSide, size, price },
    { rule: marginRuleOf(venue, order.exchangeTime), tiers: schedule.tiers, takerFee: usualTakerFee(venue) },
  )
}
