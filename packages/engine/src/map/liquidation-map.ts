import type { InstrumentId, PositionSide } from '@liqscope/market'
import type { Capture } from '../estimate/capture/capture.ts'

/**
 * Leverage groups the map is drawn in, faintest first. A group is a band of distances to liquidation:
 * leverage shown = 1 / (distance + maintenance rate). `unknown` is the part that no distance class explains.
 */
export const LEVERAGE_GROUPS = ['≤10×', '25×', '50×', '100×', 'unknown'] as const

/** How the numbers were made, in words a person can check. */
export interface ModelNote {
  readonly name: string
  readonly version: string
  /** `prior`: documented starting weights. `fitted`: learned from this market's forced orders. */
  readonly weights: 'prior' | 'fitted'
  /** Part of what is forced that the amounts stand for: they are of what the exchange publishes. */
  readonly capture?: Capture
  /** What was missing and what it does to the numbers, one sentence each. Empty when nothing was. */
  readonly notes: readonly string[]
}

/**
 * ESTIMATED: expected forced notional if price swept each bin next. Never observed orders.
 *
 * Arrays have `bins` entries. Bin i covers ln(price) in [(firstBin + i) * step, (firstBin + i + 1) * step).
 * Values are quote currency (USD) per bin. Long mass lies below the mark only, short mass above only.
 */
export interface LiquidationMap {
  readonly kind: 'liquidationMap'
  readonly market: InstrumentId
  /** Exchange time of the newest event in it, epoch ms. */
  readonly at: number
  /** The mark price. */
  readonly price: number
  readonly step: number
  readonly firstBin: number
  readonly bins: number
  readonly long: Float64Array
  readonly short: Float64Array
  /** 10 % and 90 % bounds. */
  readonly longLow: Float64Array
  readonly longHigh: Float64Array
  readonly shortLow: Float64Array
  readonly shortHigh: Float64Array
  /** `byLeverage[group * bins + i]`, groups as LEVERAGE_GROUPS: long plus short of bin i, split by leverage. */
  readonly byLeverage: Float64Array
  /**
   * How forced notional spreads around its expectation mu over any band of bins: gamma with variance
   * `phi * mu + kappa * mu^2`, phi in USD. Absent in maps that came over a wire without it.
   */
  readonly spread?: { readonly phi: number; readonly kappa: number }
  /** Of a sum of several venues' maps: whose they are. Absent in the map of one market. */
  readonly shares?: readonly MapShare[]
  /** Of a sum: `byVenue[share * bins + i]`, longs and shorts of bin i by the market they come from, as `shares`. */
  readonly byVenue?: Float64Array
  /** Standard deviation of ln(price) over an hour, from the bars of about the last day. Absent while it is not known. */
  readonly hourVolatility?: number
  /** One-sided. Absent when the market publishes none. */
  readonly openInterest?: { readonly size: number; readonly notional: number }
  readonly model: ModelNote
}

/** One market's part in a sum of maps. */
export interface MapShare {
  readonly market: InstrumentId
  /** 1: in full. Less: fading because its data are late. 0: left out, its data are too old. */
  readonly weight: number
  /** Exchange time of its newest event, epoch ms. */
  readonly at: number
  /** Its own mark. */
  readonly price: number
  /** ln(its mark / the reference mark): its prices were moved by minus this. */
  readonly basis: number
  /** Its part of the open interest of all, faded ones included, 0-1. Absent where it publishes none. */
  readonly openInterestShare?: number
}

/** A dense band of the map, between two saddles. Ids count outward from the mark: S1.. above, L1.. below. */
export interface Cluster {
  readonly id: string
  readonly side: PositionSide
  readonly low: number
  readonly high: number
  /** Mass-weighted mean price. */
  readonly price: number
  /** Expected forced notional if price swept the whole band, USD, with its 10-90 % band. */
  readonly notional: number
  readonly notionalLow: number
  readonly notionalHigh: number
  /** 0-100 against the strongest cluster of either side. */
  readonly strength: number
  /** Signed fraction from the mark to the near edge: +0.0181 is 1.81 % above. */
  readonly distance: number
}

/** One closed column of the heatmap: the map as it was known at `openTime + intervalMs`. Never repainted. */
export interface HeatmapColumn {
  readonly openTime: number // epoch ms
  readonly intervalMs: number
  readonly price: number // the mark when it was taken
  readonly step: number
  readonly firstBin: number
  /** USD per bin; bins below `price` are longs, above are shorts. */
  readonly values: Float32Array
}

/** What changed since the last patch. Bins [from, to) of the map replace the receiver's. */
export interface MapPatch {
  readonly at: number
  readonly price: number
  /** Present when any bin changed. Everything is replaced when `whole`. */
  readonly map?: {
    readonly whole: boolean
    readonly from: number
    readonly to: number
    readonly current: LiquidationMap
  }
  readonly columns: readonly HeatmapColumn[]
}
