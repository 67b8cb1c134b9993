import { EntryLayer } from './entry-layer.ts'
import { GridWindow } from './grid-window.ts'
import { NearLayer } from './near-layer.ts'

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

/** A lazy factor beyond this is multiplied in: about every 33 h at a half-life of ten minutes. */
const RENORMALISE_ABOVE = 1e60
/** Classes nearer than this keep their entries and look their inflow up: spreading them would cost more. */
const NEAR_BELOW = 0.003
/** Sweeps deeper than this leave nothing that a double can tell from 0. */
const DEEPEST_BINS = 4096
/** What a sweep leaves of a bin counts as nothing below this part of all that ever entered it. */
const NEGLIGIBLE = 1e-9

/**
 * The positions of ONE side that share a memory: unit mass per distance class on the price grid.
 *
 * Positions are in bins along the direction that liquidates this side (see `positionOf`), so a sweep is always a rise.
 * Mass enters through `open` and leaves through `sweep`; both cost what they touch, never a pass over the grid:
 *
 * - The mass of class k in bin b is `inflow_k(b) - taken_k(b) + retained_k(b)`. Inflow only grows, on layers as coarse
 *   as the class is smooth (EntryLayer). A sweep moves what stands in a bin to `retained`, times the part kept, and
 *   sets `taken` to the inflow of that moment. Removal is thus exact to the bin though a far class's grid is not, and
 *   the same for every class, which is why the classes lie side by side: `swept[(bin - origin) * 2K + k]` is retained,
 *   `+ K` taken.
 * - Decay is one factor: amounts are stored divided by it.
 *
 * Guarantees: no amount is ever negative; `mass(k)` is the sum of `addDensity` over all bins to 1e-9; a read changes
 * nothing, not even the order of later additions.
 */
export class PositionCohort {
  private readonly near: NearLayer
  private readonly layers: readonly EntryLayer[]
  /** A sweep to here may meet pending entries of some layer. */
  private reach = Number.POSITIVE_INFINITY
  private readonly swept: GridWindow
  /** `settled[(bin - origin) * layers + l]`: the layer's flush count when nothing of it stood in the bin any more. */
  private readonly settled: GridWindow
  private readonly stored: Float64Array
  private readonly survival: Float64Array
  private lastElapsedMs = 0
  private lastDecay = 1
  private coveredLow = Number.POSITIVE_INFINITY
  private coveredHigh = Number.NEGATIVE_INFINITY
  /** Stored amounts times this are amounts. */
  private factor = 1
  private cells = new Float64Array(64)
  private sums = new Float64Array(1024)

  constructor(readonly regime: MemoryRegime) {
    const { distances } = regime
    const classes = distances.length
    const near = distances.filter((distance) => distance < NEAR_BELOW).length
    this.near = new NearLayer(distances, near)
    this.layers = EntryLayer.cover(distances, near)
    this.swept = new GridWindow(2 * classes)
    this.settled = new GridWindow(this.layers.length)
    this.stored = new Float64Array(classes)
    this.survival = Float64Array.from(
      { length: DEEPEST_BINS },
      (_, depth) => regime.keptAtExtreme * Math.exp(-(depth + 0.5) / regime.blurBins),
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
    const low = Math.floor(from)
    const high = Math.floor(to)
    const { near, layers, swept, settled, stored, survival, factor } = this
    const classes = stored.length
    const layerCount = layers.length
    if (low < this.coveredLow || high > this.coveredHigh) this.cover(low, high)
    const state = swept.data
    const marks = settled.data
    const keptAtTop = this.keptIn(high, to)
    if (to >= this.reach) this.flushUpTo(to)
    for (let bin = low; bin <= high; bin++) {
      const kept = bin < high ? survival[Math.min(high - bin - 1, DEEPEST_BINS - 1)]! : keptAtTop
      let own = (bin - swept.origin) * 2 * classes
      for (let k = 0; k < near.classes; k++, own++) {
        const now = near.inflowOf(k, bin)
        const came = now - state[own + classes]!
        const standing = came > 0 ? came + state[own]! : state[own]!
        let stays = standing * kept
        if (stays <= NEGLIGIBLE * now) stays = 0
        state[own] = stays
        state[own + classes] = now
        const gone = standing - stays
        stored[k] = stored[k]! - gone
        out[offset + k] = out[offset + k]! + gone * factor
      }
    }
    for (let l = 0; l < layerCount; l++) {
      const layer = layers[l]!
      const { shift, classes: width, first, inflow, flushes } = layer
      const cellMask = (1 << shift) - 1
      const data = inflow.data
      const origin = inflow.origin
      let mark = (low - settled.origin) * layerCount + l
      for (let bin = low; bin <= high; bin++, mark += layerCount) {
        if (marks[mark] === flushes) continue // nothing stands here and nothing came since
        const kept = bin < high ? survival[Math.min(high - bin - 1, DEEPEST_BINS - 1)]! : keptAtTop
        const place = ((bin & cellMask) + 0.5) / (cellMask + 1) - 0.5
        const far = place < 0 ? place + 1 : place
        const rest = 1 - far
        let at = ((bin >> shift) - (place < 0 ? 1 : 0) - origin) * width
        let own = (bin - swept.origin) * 2 * classes + first
        let left = 0
        for (let k = first; k < first + width; k++, at++, own++) {
          const now = rest * data[at]! + far * data[at + width]!
          const came = now - state[own + classes]!
          const standing = came > 0 ? came + state[own]! : state[own]!
          let stays = standing * kept
          if (stays <= NEGLIGIBLE * now) stays = 0
          state[own] = stays
          state[own + classes] = now
          left += stays
          const gone = standing - stays
          stored[k] = stored[k]! - gone
          out[offset + k] = out[offset + k]! + gone * factor
        }
        if (left === 0) marks[mark] = flushes
      }
    }
  }

  /**
   * Opens `size` in EVERY class, entered evenly between `low` and `high`. `reached` is the extreme of the sweep before:
   * mass that would be liquidated at or below it was opened and closed within the bar, and does not enter.
   */
  open(low: number, high: number, size: number, reached: number): void {
    const amount = size / this.factor
    const { near, layers, stored } = this
    for (let k = 0; k < stored.length; k++) stored[k] = stored[k]! + amount
    near.enter(low, high, amount)
    const bottom = Math.floor(low)
    if (bottom < this.coveredLow || reached > this.coveredHigh + 1) this.cover(bottom, Math.floor(reached))
    if (reached >= bottom + near.reachBins) this.dropNear(low, reached)
    const first = layers[0]
    if (first === undefined) return
    first.enter(low, high, amount)
    this.reach = Math.min(this.reach, first.reach)
    if (reached < this.reach) return
    this.flushUpTo(reached)
    for (const layer of layers)
      if (reached >= low + layer.reachBins - (1 << layer.shift)) this.drop(layer, low, reached)
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
    const { layers, swept, stored, factor } = this
    const classes = stored.length
    const bins = to - from + 1
    if (this.sums.length < bins) this.sums = new Float64Array(bins)
    const sums = this.sums.fill(0, 0, bins)
    this.near.addInflow(shares, from, to, sums)
    for (const layer of layers) {
      const { shift } = layer
      const firstCell = (from >> shift) - 1
      const lastCell = (to >> shift) + 1
      if (this.cells.length < lastCell - firstCell + 1) this.cells = new Float64Array(lastCell - firstCell + 1)
      const cells = this.cells.fill(0, 0, lastCell - firstCell + 1)
      layer.addInflow(shares, firstCell, lastCell, cells)
      for (const source of layers) {
        layer.addPending(source, shares, firstCell, lastCell, cells)
        if (source === layer) break
      }
      const cellBins = 1 << shift
      for (let i = 0; i < bins; i++) {
        const bin = from + i
        const place = ((bin & (cellBins - 1)) + 0.5) / cellBins - 0.5
        const at = (bin >> shift) - firstCell + (place < 0 ? -1 : 0)
        const far = place < 0 ? place + 1 : place
        sums[i] = sums[i]! + (1 - far) * cells[at]! + far * cells[at + 1]!
      }
    }
    const low = Math.max(from, swept.origin)
    const high = Math.min(to, swept.origin + swept.cells - 1)
    for (let bin = low; bin <= high; bin++) {
      let sum = 0
      for (let k = 0, own = (bin - swept.origin) * 2 * classes; k < classes; k++, own++)
        sum += shares[k]! * (swept.data[own]! - swept.data[own + classes]!)
      sums[bin - from] = sums[bin - from]! + sum
    }
    for (let bin = from; bin <= Math.min(to, Math.floor(reached)); bin++)
      sums[bin - from] = sums[bin - from]! * this.keptIn(bin, reached)
    for (let i = 0; i < bins; i++) if (sums[i]! > 0) out[i] = out[i]! + sums[i]! * factor
  }

  /** All bins that can hold mass, [from, to]; empty before anything was opened. */
  extent(): { from: number; to: number } {
    const { entries } = this.near
    const ranges = this.layers.map(({ inflow, shift }) => [
      inflow.origin << shift,
      ((inflow.origin + inflow.cells) << shift) - 1,
    ])
    ranges.push([entries.origin, entries.origin + entries.cells - 1])
    const farthest = Math.ceil((2 * this.regime.distances.at(-1)!) / 5e-4)
    return {
      from: Math.min(...ranges.map(([from]) => from!)),
      to: Math.max(...ranges.map(([, to]) => to!)) + farthest,
    }
  }

  /** Makes all arrays hold bins [low, high]. */
  private cover(low: number, high: number): void {
    this.coveredLow = Math.min(low, this.coveredLow)
    this.coveredHigh = Math.max(high, this.coveredHigh)
    this.swept.cover(low, high)
    this.settled.cover(low, high)
    this.near.cover(low, high)
    for (const { inflow, shift } of this.layers) inflow.cover((low >> shift) - 1, (high >> shift) + 1)
  }

  /** Part of a bin that a sweep up to `reached` leaves. */
  private keptIn(bin: number, reached: number): number {
    const top = Math.floor(reached)
    if (bin > top) return 1
    if (bin === top) return 1 - (reached - top) * (1 - this.regime.keptAtExtreme)
    return this.survival[Math.min(top - bin - 1, DEEPEST_BINS - 1)]!
  }

  /** Spreads all pending entries that a sweep to `position` could meet. */
  private flushUpTo(position: number): void {
    let reach = Number.POSITIVE_INFINITY
    for (const layer of this.layers) {
      if (position >= layer.reach) layer.flush()
      reach = Math.min(reach, layer.reach)
    }
    this.reach = reach
  }

  /** Takes out again what the newest entries put at or below `reached`, where the bar's own range has been. */
  private dropNear(low: number, reached: number): void {
    const { near, swept, stored } = this
    const classes = stored.length
    const to = Math.floor(reached)
    for (let bin = Math.floor(low) + near.reachBins; bin <= to; bin++)
      for (let k = 0; k < near.classes; k++)
        this.dropAt(
          (bin - swept.origin) * 2 * classes + classes + k,
          k,
          near.inflowOf(k, bin),
          bin < to ? 1 : reached - to,
        )
  }

  private drop(layer: EntryLayer, low: number, reached: number): void {
    const { shift, classes: width, first, inflow, reachBins } = layer
    const { swept, stored } = this
    const classes = stored.length
    const from = Math.max(Math.floor(low), ((Math.floor(low) >> shift) << shift) + reachBins)
    const to = Math.floor(reached)
    const { data, origin } = inflow
    const cellMask = (1 << shift) - 1
    for (let bin = from; bin <= to; bin++) {
      const place = ((bin & cellMask) + 0.5) / (cellMask + 1) - 0.5
      const far = place < 0 ? place + 1 : place
      let at = ((bin >> shift) - (place < 0 ? 1 : 0) - origin) * width
      const taken = (bin - swept.origin) * 2 * classes + classes
      for (let k = first; k < first + width; k++, at++)
        this.dropAt(taken + k, k, (1 - far) * data[at]! + far * data[at + width]!, bin < to ? 1 : reached - to)
    }
  }

  private dropAt(taken: number, k: number, now: number, part: number): void {
    const state = this.swept.data
    const came = (now - state[taken]!) * part
    if (!(came > 0)) return
    state[taken] = state[taken]! + came
    this.stored[k] = this.stored[k]! - came
  }

  private renormalise(): void {
    this.near.entries.scale(this.factor)
    for (const layer of this.layers) layer.scale(this.factor)
    this.swept.scale(this.factor)
    for (let k = 0; k < this.stored.length; k++) this.stored[k] = this.stored[k]! * this.factor
    this.factor = 1
  }
}
