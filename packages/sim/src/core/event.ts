import type { PositionSide, TakerSide } from '@liqscope/market'

/** One fill of a resting order. Several share an `orderId` when one order met several. */
export interface SimTrade {
  readonly kind: 'trade'
  readonly time: number // epoch ms
  readonly tradeId: number
  /** Of the taker's order. */
  readonly orderId: number
  readonly price: number // quote per base
  readonly size: number // base units
  readonly side: TakerSide
  /** Accounts on both sides. Most venues keep them to themselves. */
  readonly buyerId: number
  readonly sellerId: number
}

/** Once a second. */
export interface SimMark {
  readonly kind: 'mark'
  readonly time: number
  readonly markPrice: number
  readonly indexPrice: number
  /** The rate that would be paid at `nextFundingTime`, a fraction of notional; longs pay when positive. */
  readonly fundingRate: number
  readonly nextFundingTime: number
}

/** Longs paid shorts this fraction of notional at the mark. */
export interface SimFunding {
  readonly kind: 'funding'
  readonly time: number
  readonly rate: number
  readonly markPrice: number
}

/** A position was taken over and its forced immediate-or-cancel order has been to the book. */
export interface SimLiquidation {
  readonly kind: 'liquidation'
  readonly time: number
  readonly accountId: number
  /** Of the forced order: the trades of this order are its fills. */
  readonly orderId: number
  readonly positionSide: PositionSide
  readonly leverage: number
  readonly marginMode: MarginMode
  /** Base units of the forced order. */
  readonly size: number
  /** What the book gave; the rest went to the insurance fund or was deleveraged. */
  readonly filledSize: number
  readonly deleveragedSize: number
  /** Of the forced order's last fill; 0 when it got none. */
  readonly lastFillSize: number
  /** The position's liquidation price, and the mark that had crossed it. */
  readonly triggerPrice: number
  readonly markPrice: number
  readonly bankruptcyPrice: number
  /** Absent when nothing was filled. */
  readonly averagePrice: number | undefined
}

/** One-sided, every five minutes. */
export interface SimOpenInterest {
  readonly kind: 'openInterest'
  readonly time: number
  readonly size: number // base units
  readonly markPrice: number
}

/** Every 100 ms in which a level changed, while the book is published. Sizes are absolute, 0 is gone. */
export interface SimBook {
  readonly kind: 'book'
  readonly time: number
  readonly firstUpdateId: number
  readonly lastUpdateId: number
  readonly bids: readonly (readonly [price: number, size: number])[]
  readonly asks: readonly (readonly [price: number, size: number])[]
}

/** The best prices changed, while the book is published. Never without both sides. */
export interface SimTop {
  readonly kind: 'top'
  readonly time: number
  readonly updateId: number
  readonly bid: readonly [price: number, size: number]
  readonly ask: readonly [price: number, size: number]
}

export type MarginMode = 'isolated' | 'cross'

export type SimEvent = SimTrade | SimMark | SimFunding | SimLiquidation | SimOpenInterest | SimBook | SimTop
