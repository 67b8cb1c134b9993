import { COLUMN, EXPOSURES, FAR_FROM, LONG_MEMORY, SHORT_MEMORY } from './exposures.ts'
import { Freshness, type SidePath } from './freshness.ts'
import { GRID_STEP } from './price-grid.ts'
import { SidePositions } from './side-positions.ts'

/** Triggers are blurred over 5 bp: a sweep that ends in a bin takes half of it, the more the deeper it goes. */
const BLUR = 0.0005
const MINUTE_MS = 60_000
/**
 * Highly leveraged positions do not live long: near entries are closed unseen within hours. Where price has not been
 * for days the low leverages stand, held for weeks. Half-lives of 2 and 8 hours, or one of 4 hours for all distances,
 * score 0.01 to 0.02 lower at every window.
 */
const NEAR_HALF_LIFE_MS = 240 * MINUTE_MS
const FAR_HALF_LIFE_MS = 14 * 1440 * MINUTE_MS
const SHORT_HALF_LIFE_MS = 8 * MINUTE_MS

/** Where one side's open interest stands, base units. `identified + slack` is the open interest exactly. */
export interface Inventory {
  readonly openInterest: number
  /** Mass the weights place at a liquidation price. */
  readonly identified: number
  /** The part of it at or behind the mark, kept by the trigger blur: counted here, never drawn. */
  readonly stranded: number
  /** Hedged, spread beyond what the data can tell, or never liquidated. */
  readonly slack: number
}

/**
 * What is left of each column, as EXPOSURES, `intervalMs` later if nothing is swept: memories fade, freshness does not. A bar
 * sweeps what has faded by its own length, so that is how its weights are learned and how a map has to be read.
 */
export function fadeAfter(intervalMs: number): Float64Array {
  const left = (halfLifeMs: number) => 0.5 ** (intervalMs / halfLifeMs)
  const fade = new Float64Array(EXPOSURES.length).fill(1)
  fade.fill(left(NEAR_HALF_LIFE_MS), COLUMN.long, COLUMN.long + FAR_FROM)
  fade.fill(left(FAR_HALF_LIFE_MS), COLUMN.long + FAR_FROM, COLUMN.short)
  fade.fill(left(SHORT_HALF_LIFE_MS), COLUMN.short)
  return fade
}

/** All that is known of one side: its positions and the freshness of its path. */
export class SideEstimate {
  /** Unit exposures of the last folded bar, as it was known before the bar's own opens. Overwritten by each bar. */
  readonly exposures = new Float64Array(EXPOSURES.length)
  private readonly freshness = new Freshness()
  /** Columns as EXPOSURES from COLUMN.long on. */
  private readonly positions = new SidePositions([
    {
      distances: LONG_MEMORY.slice(0, FAR_FROM),
      halfLifeMs: NEAR_HALF_LIFE_MS,
      keptAtExtreme: 0.5,
      blurBins: BLUR / GRID_STEP,
    },
    {
      distances: LONG_MEMORY.slice(FAR_FROM),
      halfLifeMs: FAR_HALF_LIFE_MS,
      keptAtExtreme: 0.5,
      blurBins: BLUR / GRID_STEP,
    },
    { distances: SHORT_MEMORY, halfLifeMs: SHORT_HALF_LIFE_MS, keptAtExtreme: 0, blurBins: 1 },
  ])

  /** Sweeps the bar's range; fills `exposures`. `size` is the open interest, `elapsedMs` the time since the last bar. */
  sweep(path: SidePath, size: number, elapsedMs: number): void {
    const { exposures } = this
    exposures.fill(0)
    this.freshness.sweep(path, size, exposures)
    this.positions.advance(elapsedMs)
    this.positions.sweep(Math.min(path.previous, path.low), path.high, exposures, COLUMN.long)
    this.freshness.push(path)
  }

  /** Enters the bar's opens, `size` on this side, spread over the prices that traded; `reached` by the sweep before. */
  open(low: number, high: number, size: number, reached: number): void {
    this.positions.open(low, high, size, reached)
  }

  /** Predicted forced size of the last bar: the weighted exposures, class part times `scale`. Base units. */
  predicted(weights: Float64Array, scale: number): number {
    let background = 0
    for (let c = 0; c < COLUMN.long; c++) background += weights[c]! * this.exposures[c]!
    let classes = 0
    for (let c = COLUMN.long; c < this.exposures.length; c++) classes += weights[c]! * this.exposures[c]!
    return background + classes * scale
  }

  /** Mass that the weights place at a liquidation price, before it is bounded by the open interest. */
  identified(weights: Float64Array): number {
    return this.positions.weightedMass(weights, COLUMN.long)
  }

  /** A bound on `identified` that costs next to nothing. `weights` must not change under this reference. */
  identifiedAtMost(weights: Readonly<Float64Array>): number {
    return this.positions.weightedMassAtMost(weights, COLUMN.long)
  }

  /** The part of `identified` at or behind the mark. Costs a pass over the grid: for reports, not for the fold. */
  stranded(weights: Float64Array, mark: number): number {
    const { from } = this.positions.extent()
    const to = Math.floor(mark)
    if (!(to >= from)) return 0
    const density = new Float64Array(to - from + 1)
    this.addClasses(weights, from, to, density)
    density[to - from] = density[to - from]! * (mark - to)
    return density.reduce((sum, mass) => sum + mass, 0)
  }

  /**
   * Adds class mass per bin, base units. `weights` as EXPOSURES; zero a column to leave it out. `reached`: the extreme
   * of a bar still open, whose sweep is then taken into account.
   */
  addClasses(weights: Float64Array, from: number, to: number, out: Float64Array, reached?: number): void {
    this.positions.addDensity(weights.subarray(COLUMN.long), from, to, out, reached)
  }

  /** Adds the freshness density per bin, base units. */
  addBackground(
    weights: Float64Array,
    size: number,
    reached: { readonly high: number; readonly low: number; readonly close: number },
    from: number,
    to: number,
    out: Float64Array,
  ): void {
    this.freshness.addDensity(weights, size, reached, from, to, out)
  }
}
