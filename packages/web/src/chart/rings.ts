import type { PositionSide } from '@liqscope/market'
import type { BarJson, ForcedOrderJson } from '@liqscope/protocol'
import type { HeatPicture } from '../state/heat-picture.ts'

/** OBSERVED: the forced orders of one bar and side, put together. */
export interface Ring {
  readonly openTime: number
  readonly side: PositionSide
  /** Volume-weighted price of the orders; the bar's extreme when only the bar's sum is known. */
  readonly price: number
  readonly notional: number // USD
}

/** Radius of the largest ring, CSS pixels, and of the smallest worth drawing. */
const LARGEST_PX = 9
const SMALLEST_PX = 2.5

/** More rings than this hide the candles they explain: the largest stay. */
const MOST_SHOWN = 40
const known = new WeakMap<HeatPicture, readonly Ring[]>()

/** The rings of a picture, the largest first, computed once for each. */
export function ringsOfPicture(picture: HeatPicture): readonly Ring[] {
  const held =
    known.get(picture) ??
    ringsOf(picture.bars, picture.forcedOrders, picture.intervalMs).toSorted((a, b) => b.notional - a.notional)
  known.set(picture, held)
  return held
}

/** The first of the rings between two times: of rings with the largest first, so that the smallest is drawn on top. */
export function largestRings(rings: readonly Ring[], from: number, to: number): readonly Ring[] {
  const shown: Ring[] = []
  for (const ring of rings) {
    if (shown.length === MOST_SHOWN) break
    if (ring.openTime >= from && ring.openTime <= to) shown.push(ring)
  }
  return shown
}

/** One ring per bar and side. Single orders are preferred to a bar's sums: they know their price. */
export function ringsOf(
  bars: readonly BarJson[],
  orders: readonly ForcedOrderJson[],
  intervalMs: number,
): readonly Ring[] {
  return orders.length > 0 ? ringsOfOrders(orders, intervalMs) : bars.flatMap(ringsOfBar)
}

/** A round amount of USD near the largest ring: what the largest circle of the legend stands for. */
export function ringReference(rings: readonly Ring[]): number {
  const largest = rings.reduce((most, ring) => Math.max(most, ring.notional), 0)
  if (largest <= 0) return 0
  const decade = 10 ** Math.floor(Math.log10(largest))
  return (largest >= 5 * decade ? 5 : largest >= 2 * decade ? 2 : 1) * decade
}

/** Area is proportional to USD. Undefined when the ring would be too small to see. */
export function ringRadius(notional: number, reference: number): number | undefined {
  if (reference <= 0) return undefined
  const radius = LARGEST_PX * Math.sqrt(notional / reference)
  return radius < SMALLEST_PX ? undefined : radius
}

function ringsOfOrders(orders: readonly ForcedOrderJson[], intervalMs: number): Ring[] {
  const sums = new Map<string, { ring: Ring; size: number }>()
  for (const { time, positionSide, price, size, notional } of orders) {
    const openTime = Math.floor(time / intervalMs) * intervalMs
    const key = `${positionSide}${openTime}`
    const held = sums.get(key)
    const total = size + (held?.size ?? 0)
    sums.set(key, {
      size: total,
      ring: {
        openTime,
        side: positionSide,
        price: ((held?.ring.price ?? 0) * (held?.size ?? 0) + price * size) / total,
        notional: notional + (held?.ring.notional ?? 0),
      },
    })
  }
  return [...sums.values()].map(({ ring }) => ring)
}

function ringsOfBar({ openTime, high, low, close, longLiquidated, shortLiquidated }: BarJson): Ring[] {
  const rings: Ring[] = []
  if (shortLiquidated) rings.push({ openTime, side: 'short', price: high, notional: shortLiquidated * close })
  if (longLiquidated) rings.push({ openTime, side: 'long', price: low, notional: longLiquidated * close })
  return rings
}
