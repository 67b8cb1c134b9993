import { EntryLayer } from './entry-layer.ts'
import type { GridWindow } from './grid-window.ts'

/** What a cohort remembers, and for how long. */
export interface MemoryRegime {
  /** Distance classes, ascending, as |ln(liquidation price / entry price)|. */
  readonly distances: readonly number[]
  /** ms until half of the mass has been closed unseen. `Infinity`: mass stays until it is swept. */
  readonly halfLifeMs: number
  /** Part of a bin that a sweep ending exactly there leaves standing: triggers are blurred. 0 removes all. */
  readonly keptAtExtreme: number
  /** Bins over which the kept part falls by e, counted back from the sweep's extreme. */
  readonly blurBins: number
}

/** Where a cohort's nearest class stands in each cell of the standing grid; see LayerPlace. */
export interface CohortPlace {
  readonly slot: number
  readonly stride: number
  readonly column: number
}

/** Classes that a sweep treats at once; what marks a bin is one bit for each group that stands in it. */
export const GROUP = 4
/** Classes nearer than this are a layer of their own: what a bar enters there, the next bars nearly always meet. */
const NEAR_BELOW = 0.003
/** Beyond, classes up to this many times a layer's nearest distance share its resolution. */
const LAYER_SPAN = 2.9
/** A lazy factor beyond this is multiplied in: about every three days at a half-life of eight minutes. */
const RENORMALISE_ABOVE = 1e150
/** Blur lengths after which a sweep leaves nothing: exp(-40) = 4e-18, less than a double can tell from 0. */
const DEEPEST_BLURS = 40

/**
 * The positions of ONE side that share a memory: how they fade, how a sweep blurs, and the entries that wait to be
 * placed. What was placed stands beside that of other cohorts (SidePositions), in groups of classes: see `markOf`.
 */
export class PositionCohort {
  /** Columns [column, end) of all are this cohort's. */
  readonly column: number
  readonly end: number
  /** Where the nearest class stands in a bin, and the first slot that is no more this cohort's: both whole groups. */
  readonly slot: number
  readonly slotsEnd: number
  /** Stored amounts times this are amounts: decay is one factor. */
  factor = 1
  /** All that was ever opened, in each class the same, as it is stored. */
  entered = 0
  /** A sweep to here may meet pending entries of some layer. */
  reach = Number.POSITIVE_INFINITY
  /** Nearest first; each passes its entries on to the next. */
  private readonly layers: readonly EntryLayer[]
  private readonly nearest: EntryLayer
  /** `kept[depth]`: part that the sweep under way leaves of a bin `depth` below the extreme's own. Beyond the end: 0. */
  readonly kept: Float64Array
  private lastElapsedMs = 0
  private lastDecay = 1

  constructor(
    readonly regime: MemoryRegime,
    place: CohortPlace,
  ) {
    const { distances, blurBins, keptAtExtreme } = regime
    this.column = place.column
    this.end = place.column + distances.length
    this.slot = place.slot
    this.slotsEnd = place.slot + slotsFor(distances.length)
    this.layers = layersOf(distances, place)
    this.nearest = this.layers[0]!
    this.kept = Float64Array.from(
      { length: 1 + Math.ceil(DEEPEST_BLURS * blurBins) },
      (_, depth) => keptAtExtreme * Math.exp(-(depth - 0.5) / blurBins),
    )
  }

  /** Lets `elapsedMs` pass. True when `factor` has become so small that it must be multiplied into all amounts. */
  advance(elapsedMs: number): boolean {
    if (this.regime.halfLifeMs === Number.POSITIVE_INFINITY) return false
    if (elapsedMs !== this.lastElapsedMs) {
      this.lastElapsedMs = elapsedMs
      this.lastDecay = 0.5 ** (elapsedMs / this.regime.halfLifeMs)
    }
    this.factor *= this.lastDecay
    return this.factor < 1 / RENORMALISE_ABOVE
  }

  /**
   * Enters `size` evenly between two positions in bins, low <= high, in every class: it waits to be placed. What would
   * land at or below `reached`, the extreme of the sweep before, does not enter: it is added to `gone`.
   */
  enter(low: number, high: number, size: number, reached: number, standing: GridWindow, gone: Float64Array): void {
    const { layers, nearest } = this
    const amount = size / this.factor
    this.entered += amount
    const met = nearest.meets(low, reached)
    if (met) nearest.enterMet(low, high, amount, reached, standing, gone)
    else nearest.enter(low, high, amount)
    const receiver = met ? layers[1] : nearest
    if (receiver !== undefined) this.reach = Math.min(this.reach, receiver.reach)
    // What was pending before lies beyond `reached`, or the sweep would have placed it: only the newest is dropped.
    if (reached >= this.reach) this.place(standing, gone, reached, reached)
  }

  /** Begins a sweep that covers the part `covered` of its last bin: `kept` holds for it. */
  begin(covered: number): void {
    this.kept[0] = 1 - covered * (1 - this.regime.keptAtExtreme)
  }

  /** Places all pending entries that a sweep to `position` could meet; see `EntryLayer.place` for the others. */
  place(standing: GridWindow, gone: Float64Array, position: number, dropped: number): void {
    const { layers } = this
    let reach = Number.POSITIVE_INFINITY
    for (let l = 0; l < layers.length; l++) {
      const layer = layers[l]!
      if (position >= layer.reach) layer.place(standing, gone, dropped)
      reach = Math.min(reach, layer.reach)
    }
    this.reach = reach
  }

  /** Adds to `out[bin - from]` what waits for bins [from, to], columns weighted by `shares`. Changes nothing. */
  addPending(shares: Float64Array, from: number, to: number, out: Float64Array): void {
    for (const layer of this.layers)
      for (const source of this.layers) {
        layer.addPending(source, shares, from, to, out)
        if (source === layer) break
      }
  }

  /** The bins that pending entries were entered in or can fill, [from, to]; empty when from > to. */
  get pendingExtent(): { from: number; to: number } {
    const farthest = this.layers.at(-1)!.farthestBin
    const entered = this.layers.map((layer) => layer.entered)
    return {
      from: Math.min(...entered.map(({ from }) => from)),
      to: Math.max(...entered.map(({ to }) => to)) + farthest,
    }
  }

  /** Multiplies the factor into what waits and what entered, and starts again from 1. */
  renormalise(): void {
    for (const layer of this.layers) layer.scale(this.factor)
    this.entered *= this.factor
    this.factor = 1
  }
}

/** Slots that a cohort of so many classes takes in each bin: whole groups. */
export function slotsFor(classes: number): number {
  return GROUP * Math.ceil(classes / GROUP)
}

/** The bits of the groups that slots [slot, end) lie in. */
export function markOf(slot: number, end: number): number {
  let mark = 0
  for (let i = slot; i < end; i++) mark |= 1 << Math.floor(i / GROUP)
  return mark
}

/** The layers of all distances from index `first` on, nearest first. */
function layersOf(distances: readonly number[], place: CohortPlace, first = 0): EntryLayer[] {
  const nearest = distances[first]
  if (nearest === undefined) return []
  const limit = nearest < NEAR_BELOW ? NEAR_BELOW : LAYER_SPAN * nearest
  const beyond = distances.findIndex((distance) => distance >= limit)
  const end = beyond < 0 ? distances.length : beyond
  const slot = place.slot + first
  const mark = markOf(slot, place.slot + end)
  const farther = layersOf(distances, place, end)
  const layerPlace = { slot, stride: place.stride, mark, column: place.column + first }
  return [new EntryLayer(distances, first, end, layerPlace, farther[0]), ...farther]
}
