import type { PositionSide } from '@liqscope/market'

interface Order {
  readonly at: number // epoch ms
  readonly notional: number
}

/** Orders older than the longest window a rule may have are forgotten, ms. */
const LONGEST_WINDOW_MS = 86_400_000

/** OBSERVED forced orders of one market over sliding windows: each window is summed once a moment, for all its rules. */
export class ForcedFlow {
  private readonly orders: Record<PositionSide, Order[]> = { long: [], short: [] }
  private readonly sums = new Map<string, number>()

  /** Takes in what was published since the moment before. */
  move(
    at: number,
    orders: readonly { readonly positionSide: PositionSide; readonly at: number; readonly notional: number }[],
  ) {
    this.sums.clear()
    for (const { positionSide, at: time, notional } of orders) this.orders[positionSide].push({ at: time, notional })
    for (const side of ['long', 'short'] as const) {
      const old = this.orders[side].findIndex((order) => order.at > at - LONGEST_WINDOW_MS)
      if (old > 0) this.orders[side].splice(0, old)
    }
  }

  /** Notional of one side within the last `windowMs`, USD. */
  within(side: PositionSide, windowMs: number, at: number): number {
    const key = `${side} ${windowMs}`
    const known = this.sums.get(key)
    if (known !== undefined) return known
    const orders = this.orders[side]
    let sum = 0
    for (let i = orders.length - 1; i >= 0 && orders[i]!.at > at - windowMs; i--) sum += orders[i]!.notional
    this.sums.set(key, sum)
    return sum
  }
}
