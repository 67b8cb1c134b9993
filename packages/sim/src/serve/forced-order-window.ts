import type { SimLiquidation } from '../core/event.ts'

/**
 * Forced orders of one contract as venues release them: collected in windows that open with their first order, so that
 * a quiet market's single order is at most one window late.
 */
export class ForcedOrderWindow {
  readonly #windowMs: number
  readonly #most: number
  #orders: SimLiquidation[] = []

  /** @param most a window with this many orders is released at once. */
  constructor(windowMs: number, most = Number.POSITIVE_INFINITY) {
    this.#windowMs = windowMs
    this.#most = most
  }

  /** Takes an order in, and hands over the window that is over by then or full, if one is. */
  add(order: SimLiquidation): readonly SimLiquidation[] | undefined {
    const due = this.due(order.time)
    this.#orders.push(order)
    return due ?? (this.#orders.length >= this.#most ? this.#take() : undefined)
  }

  /** The window that is over at `time`, epoch ms. */
  due(time: number): readonly SimLiquidation[] | undefined {
    const first = this.#orders[0]
    return first === undefined || time < first.time + this.#windowMs ? undefined : this.#take()
  }

  #take(): readonly SimLiquidation[] {
    const orders = this.#orders
    this.#orders = []
    return orders
  }
}

/** What a sampling venue shows of a window. Of equals, the first. */
export function largest(orders: readonly SimLiquidation[]): SimLiquidation | undefined {
  let best: SimLiquidation | undefined
  for (const order of orders) if (best === undefined || order.size > best.size) best = order
  return best
}
