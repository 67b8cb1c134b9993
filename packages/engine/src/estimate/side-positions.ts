import { GridWindow } from './grid-window.ts'
import { GROUP, type MemoryRegime, markOf, PositionCohort, slotsFor } from './position-cohort.ts'

/** What a sweep leaves of a bin counts as nothing below this part of what was opened in the class. */
const NEGLIGIBLE = 1e-12
/** A bin's mark is one integer. */
const MOST_GROUPS = 32

/**
 * The positions of ONE side: unit mass per memory and distance class on the price grid. A column is a class of a
 * cohort, in the order of the regimes.
 *
 * Positions are in bins along the direction that liquidates this side (see `positionOf`), so a sweep is always a rise.
 * Mass enters through `open` and leaves through `sweep`; both cost what they touch, never a pass over the grid:
 *
 * - Entries wait in layers until a sweep comes near (EntryLayer); only then are they placed in `standing`, to the bin.
 * - A sweep meets the same bins in every class of every cohort, which is why all lie side by side:
 *   `standing.data[(bin - origin) * stride + slot]`. Each cohort starts a new group of four slots, and a bin's mark says
 *   which groups stand in it: near price most are empty.
 * - Decay is one factor a cohort: amounts are stored divided by it. So is what entered, the same in each class of a
 *   cohort; a class holds what entered less what is gone.
 *
 * Guarantees: no amount is ever negative; `mass(c)` is the sum of `addDensity` over all bins to 1e-9 of what was
 * opened; a read changes nothing, not even the order of later additions.
 */
export class SidePositions {
  /** Classes of all cohorts. */
  readonly columns: number
  private readonly cohorts: readonly PositionCohort[]
  /** Whose each group is. */
  private readonly owners: readonly PositionCohort[]
  private readonly standing: GridWindow
  /** Per slot: mass that entered and does not stand any more, as it is stored. */
  private readonly gone: Float64Array
  /** Sum of the weights of each cohort's classes, of the weights that were asked about last. */
  private readonly cohortWeights: Float64Array
  private weighted: Readonly<Float64Array> | undefined
  private sums = new Float64Array(1024)

  constructor(regimes: readonly MemoryRegime[]) {
    const stride = regimes.reduce((sum, { distances }) => sum + slotsFor(distances.length), 0)
    if (stride > MOST_GROUPS * GROUP) throw new RangeError(`${stride} classes, at most ${MOST_GROUPS * GROUP}`)
    const cohorts: PositionCohort[] = []
    for (const regime of regimes) {
      const before = cohorts.at(-1)
      cohorts.push(new PositionCohort(regime, { slot: before?.slotsEnd ?? 0, stride, column: before?.end ?? 0 }))
    }
    this.cohorts = cohorts
    this.columns = cohorts.at(-1)?.end ?? 0
    this.owners = Array.from({ length: stride / GROUP }, (_, g) => cohorts.find((one) => GROUP * g < one.slotsEnd)!)
    this.standing = new GridWindow(stride)
    this.gone = new Float64Array(stride)
    this.cohortWeights = new Float64Array(cohorts.length)
  }

  /** Unit mass of a column, base units of opened volume. */
  mass(column: number): number {
    const cohort = this.cohorts.find(({ end }) => column < end)!
    return Math.max(0, cohort.entered - this.gone[cohort.slot + column - cohort.column]!) * cohort.factor
  }

  /** The masses of all columns, column c weighted by `weights[offset + c]`. */
  weightedMass(weights: Readonly<Float64Array>, offset: number): number {
    let sum = 0
    for (let c = 0; c < this.columns; c++) sum += weights[offset + c]! * this.mass(c)
    return sum
  }

  /** What `weightedMass` cannot exceed, without a look at the columns. `weights` must not change under this reference. */
  weightedMassAtMost(weights: Readonly<Float64Array>, offset: number): number {
    const { cohorts, cohortWeights } = this
    if (weights !== this.weighted) {
      this.weighted = weights
      for (const [i, { column, end }] of cohorts.entries())
        cohortWeights[i] = weights.subarray(offset + column, offset + end).reduce((sum, weight) => sum + weight, 0)
    }
    let most = 0
    for (let i = 0; i < cohorts.length; i++) most += cohortWeights[i]! * cohorts[i]!.entered * cohorts[i]!.factor
    return most
  }

  /** Lets `elapsedMs` pass. */
  advance(elapsedMs: number): void {
    const { cohorts } = this
    for (let i = 0; i < cohorts.length; i++) if (cohorts[i]!.advance(elapsedMs)) this.renormalise(cohorts[i]!)
  }

  /**
   * Price passed from `from` up to `to`: takes the mass it met and adds it to `out[offset + c]`.
   * A bin `depth` below the extreme keeps `keptAtExtreme * exp(-depth / blurBins)`; the extreme's own bin loses the
   * part that was covered, once.
   */
  sweep(from: number, to: number, out: Float64Array, offset: number): void {
    const { cohorts, standing, gone } = this
    const top = Math.floor(to) | 0
    for (let i = 0; i < cohorts.length; i++) {
      const cohort = cohorts[i]!
      if (to >= cohort.reach) cohort.place(standing, gone, to, Number.NEGATIVE_INFINITY)
      cohort.begin(to - top)
    }
    const { marks, origin, end } = standing
    const first = Math.max(Math.floor(from) | 0, origin)
    const last = Math.min(top, end - 1)
    let met = 0
    for (let bin = first; bin <= last; bin++) met |= marks[bin - origin]!
    while (met !== 0) {
      const group = 31 - Math.clz32(met)
      met ^= 1 << group
      this.sweepGroup(group, first, last, top, out, offset)
    }
  }

  /** Takes the mass of one group of classes from bins [first, last]: four at once, a loop over them costs more. */
  private sweepGroup(group: number, first: number, last: number, top: number, out: Float64Array, offset: number): void {
    const { standing, gone } = this
    const { data, marks, origin, stride } = standing
    const { kept, entered, factor, slot, column, end } = this.owners[group]!
    const least = NEGLIGIBLE * entered // below, it would fade until it is subnormal, and slow
    const slotA = group * GROUP
    const mark = 1 << group
    let takenA = 0
    let takenB = 0
    let takenC = 0
    let takenD = 0
    for (let bin = first; bin <= last; bin++) {
      if ((marks[bin - origin]! & mark) === 0) continue
      const stays = top - bin < kept.length ? kept[top - bin]! : 0
      const at = (bin - origin) * stride + slotA
      const a = data[at]!
      const b = data[at + 1]!
      const c = data[at + 2]!
      const d = data[at + 3]!
      const aStays = a * stays > least ? a * stays : 0
      const bStays = b * stays > least ? b * stays : 0
      const cStays = c * stays > least ? c * stays : 0
      const dStays = d * stays > least ? d * stays : 0
      data[at] = aStays
      data[at + 1] = bStays
      data[at + 2] = cStays
      data[at + 3] = dStays
      takenA += a - aStays
      takenB += b - bStays
      takenC += c - cStays
      takenD += d - dStays
      if (aStays + bStays + cStays + dStays === 0) marks[bin - origin] = marks[bin - origin]! ^ mark
    }
    gone[slotA] = gone[slotA]! + takenA
    gone[slotA + 1] = gone[slotA + 1]! + takenB
    gone[slotA + 2] = gone[slotA + 2]! + takenC
    gone[slotA + 3] = gone[slotA + 3]! + takenD
    const columnA = column + slotA - slot
    const to = offset + columnA
    out[to] = out[to]! + takenA * factor
    if (columnA + 1 < end) out[to + 1] = out[to + 1]! + takenB * factor
    if (columnA + 2 < end) out[to + 2] = out[to + 2]! + takenC * factor
    if (columnA + 3 < end) out[to + 3] = out[to + 3]! + takenD * factor
  }

  /**
   * Opens `size` in EVERY class, entered evenly between `low` and `high`. `reached` is the extreme of the sweep before:
   * mass that would be liquidated at or below it was opened and closed within the bar, and does not enter.
   */
  open(low: number, high: number, size: number, reached: number): void {
    const { cohorts, standing, gone } = this
    for (let i = 0; i < cohorts.length; i++) cohorts[i]!.enter(low, high, size, reached, standing, gone)
  }

  /**
   * Adds to `out[bin - from]` the mass in bins [from, to], column c weighted by `shares[c]`. With `reached`, as much as
   * a sweep up to that position would leave.
   */
  addDensity(
    shares: Float64Array,
    from: number,
    to: number,
    out: Float64Array,
    reached = Number.NEGATIVE_INFINITY,
  ): void {
    const { data, origin, stride, end } = this.standing
    const bins = to - from + 1
    if (this.sums.length < bins) this.sums = new Float64Array(bins)
    const last = Math.min(to, end - 1)
    const top = Math.floor(reached)
    for (const cohort of this.cohorts) {
      cohort.begin(reached - top)
      const sums = this.sums.fill(0, 0, bins)
      cohort.addPending(shares, from, to, sums)
      for (let bin = Math.max(from, origin); bin <= last; bin++) {
        let sum = 0
        const base = (bin - origin) * stride + cohort.slot - cohort.column
        for (let c = cohort.column; c < cohort.end; c++) sum += shares[c]! * data[base + c]!
        sums[bin - from] = sums[bin - from]! + sum
      }
      for (let bin = from; bin <= Math.min(to, top); bin++)
        sums[bin - from] = sums[bin - from]! * (cohort.kept[top - bin] ?? 0)
      for (let i = 0; i < bins; i++) out[i] = out[i]! + sums[i]! * cohort.factor
    }
  }

  /** All bins that can hold mass, [from, to]; empty before anything was opened. */
  extent(): { from: number; to: number } {
    const { origin, end } = this.standing
    const extents = this.cohorts.map((cohort) => cohort.pendingExtent)
    if (origin !== end) extents.push({ from: origin, to: end - 1 })
    return {
      from: Math.min(...extents.map(({ from }) => from)),
      to: Math.max(...extents.map(({ to }) => to)),
    }
  }

  private renormalise(cohort: PositionCohort): void {
    const { slot, slotsEnd, factor } = cohort
    this.standing.scale(factor, slot, slotsEnd, markOf(slot, slotsEnd))
    for (let i = slot; i < slotsEnd; i++) this.gone[i] = this.gone[i]! * factor
    cohort.renormalise()
  }
}
