import { EntryLayer } from './entry-layer.ts'
import { GridWindow } from './grid-window.ts'

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

/** A lazy factor beyond this is multiplied in: about every three days at a half-life of eight minutes. */
const RENORMALISE_ABOVE = 1e150
/** Blur lengths after which a sweep leaves nothing: exp(-40) = 4e-18, less than a double can tell from 0. */
const DEEPEST_BLURS = 40
/** What a sweep leaves of a bin counts as nothing below this part of the class's mass. */
const NEGLIGIBLE = 1e-16

/**
 * The positions of ONE side that share a memory: unit mass per distance class on the price grid.
 *
 * Positions are in bins along the direction that liquidates this side (see `positionOf`), so a sweep is always a rise.
 * Mass enters through `open` and leaves through `sweep`; both cost what they touch, never a pass over the grid:
 *
 * - Entries wait in a layer until a sweep comes near (EntryLayer); only then are they placed in `standing`, to the bin.
 * - A sweep takes the same part of every class, which is why the classes lie side by side:
 *   `standing[(bin - origin) * classes + k]`.
 * - Decay is one factor: amounts are stored divided by it.
 *
 * Guarantees: no amount is ever negative; `mass(k)` is the sum of `addDensity` over all bins to 1e-9; a read changes
 * nothing, not even the order of later additions.
 */
export class PositionCohort {
  private readonly layers: readonly EntryLayer[]
  /** A sweep to here may meet pending entries of some layer. */
  private reach = Number.POSITIVE_INFINITY
  private readonly standing: GridWindow
  /** Mass per class, pending and standing. */
  private readonly stored: Float64Array
  /** `survival[depth - 1]`: part that a sweep leaves of a bin `depth` below the extreme's own. Beyond the end: 0. */
  private readonly survival: Float64Array
  private lastElapsedMs = 0
  private lastDecay = 1
  /** Stored amounts times this are amounts. */
  private factor = 1
  private sums = new Float64Array(1024)

  constructor(readonly regime: MemoryRegime) {
    const { distances, blurBins, keptAtExtreme } = regime
    this.layers = EntryLayer.cover(distances)
    this.standing = new GridWindow(distances.length)
    this.stored = new Float64Array(distances.length)
    this.survival = Float64Array.from(
      { length: Math.ceil(DEEPEST_BLURS * blurBins) },
      (_, i) => keptAtExtreme * Math.exp(-(i + 0.5) / blurBins),
    )
  }

  /** Unit mass of class k, base units of opened volume. */
  mass(k: number): number {
    return this.stored[k]! * this.factor
  }

  /** The masses of all classes, class k weighted by `weights[offset + k]`. */
  weightedMass(weights: Readonly<Float64Array>, offset: number): number {
    const { stored } = this
    let sum = 0
    for (let k = 0; k < stored.length; k++) sum += weights[offset + k]! * stored[k]!
    return sum * this.factor
  }

  /** Lets `elapsedMs` pass. */
  advance(elapsedMs: number): void {
    if (this.regime.halfLifeMs === Number.POSITIVE_INFINITY) return
    if (elapsedMs !== this.lastElapsedMs) {
      this.lastElapsedMs = elapsedMs
      this.lastDecay = 0.5 ** (elapsedMs / this.regime.halfLifeMs)
    }
    this.factor *= this.lastDecay
    if (this.factor < 1 / RENORMALISE_ABOVE) this.renormalise()
  }

  /**
   * Price passed from `from` up to `to`: takes the mass it met and adds it to `out[offset + k]`.
   * A bin `depth` below the extreme keeps `keptAtExtreme * exp(-depth / blurBins)`; the extreme's own bin loses the
   * part that was covered, once.
   */
  sweep(from: number, to: number, out: Float64Array, offset: number): void {
    if (to >= this.reach) this.place(to, Number.NEGATIVE_INFINITY)
    const { standing, stored, factor } = this
    const { data, origin } = standing
    const classes = stored.length
    const last = Math.min(Math.floor(to), standing.end - 1)
    for (let bin = Math.max(Math.floor(from), origin); bin <= last; bin++) {
      const kept = this.keptIn(bin, to)
      for (let k = 0, at = (bin - origin) * classes; k < classes; k++, at++) {
        const stood = data[at]!
        if (stood === 0) continue
        let stays = stood * kept
        if (stays <= NEGLIGIBLE * stored[k]!) stays = 0 // else it would fade until it is subnormal, and slow
        data[at] = stays
        const gone = stood - stays
        stored[k] = stored[k]! - gone
        out[offset + k] = out[offset + k]! + gone * factor
      }
    }
  }

  /**
   * Opens `size` in EVERY class, entered evenly between `low` and `high`. `reached` is the extreme of the sweep before:
   * mass that would be liquidated at or below it was opened and closed within the bar, and does not enter.
   */
  open(low: number, high: number, size: number, reached: number): void {
    const { layers, stored } = this
    const amount = size / this.factor
    for (let k = 0; k < stored.length; k++) stored[k] = stored[k]! + amount
    const nearest = layers[0]!
    nearest.enter(low, high, amount)
    this.reach = Math.min(this.reach, nearest.reach)
    // What was pending before lies beyond `reached`, or the sweep would have placed it: only the newest is dropped.
    if (reached >= this.reach) this.place(reached, reached)
  }

  /**
   * Adds to `out[bin - from]` the mass in bins [from, to], classes weighted by `shares`. With `reached`, as much as a
   * sweep up to that position would leave.
   */
  addDensity(
    shares: Float64Array,
    from: number,
    to: number,
    out: Float64Array,
    reached = Number.NEGATIVE_INFINITY,
  ): void {
    const { layers, standing, factor } = this
    const { data, origin, stride } = standing
    const bins = to - from + 1
    if (this.sums.length < bins) this.sums = new Float64Array(bins)
    const sums = this.sums.fill(0, 0, bins)
    for (const layer of layers)
      for (const source of layers) {
        layer.addPending(source, shares, from, to, sums)
        if (source === layer) break
      }
    const last = Math.min(to, standing.end - 1)
    for (let bin = Math.max(from, origin); bin <= last; bin++) {
      let sum = 0
      for (let k = 0, at = (bin - origin) * stride; k < stride; k++, at++) sum += shares[k]! * data[at]!
      sums[bin - from] = sums[bin - from]! + sum
    }
    const top = Math.min(to, Math.floor(reached))
    for (let bin = from; bin <= top; bin++) sums[bin - from] = sums[bin - from]! * this.keptIn(bin, reached)
    for (let i = 0; i < bins; i++) out[i] = out[i]! + sums[i]! * factor
  }

  /** All bins that can hold mass, [from, to]; empty before anything was opened. */
  extent(): { from: number; to: number } {
    const { standing, layers } = this
    const isEmpty = standing.origin === standing.end
    let from = isEmpty ? Number.POSITIVE_INFINITY : standing.origin
    let to = isEmpty ? Number.NEGATIVE_INFINITY : standing.end - 1
    for (const { entered } of layers) {
      from = Math.min(from, entered.from)
      to = Math.max(to, entered.to + layers.at(-1)!.farthestBin)
    }
    return { from, to }
  }

  /** Part of a bin that a sweep up to `reached` leaves. */
  private keptIn(bin: number, reached: number): number {
    const top = Math.floor(reached)
    if (bin > top) return 1
    if (bin === top) return 1 - (reached - top) * (1 - this.regime.keptAtExtreme)
    const { survival } = this
    const depth = top - bin
    return depth <= survival.length ? survival[depth - 1]! : 0
  }

  /** Places all pending entries that a sweep to `position` could meet; see `EntryLayer.place` for `dropped`. */
  private place(position: number, dropped: number): void {
    const { layers, standing, stored } = this
    let reach = Number.POSITIVE_INFINITY
    for (let l = 0; l < layers.length; l++) {
      const layer = layers[l]!
      if (position >= layer.reach) layer.place(standing, stored, dropped)
      reach = Math.min(reach, layer.reach)
    }
    this.reach = reach
  }

  private renormalise(): void {
    for (const layer of this.layers) layer.scale(this.factor)
    this.standing.scale(this.factor)
    for (let k = 0; k < this.stored.length; k++) this.stored[k] = this.stored[k]! * this.factor
    this.factor = 1
  }
}
