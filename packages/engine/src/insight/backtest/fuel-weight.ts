/** Odds are kept within these, so that a price at its bound does not decide alone. */
const LEAST = 0.02
/** Pull of the weight to 0, as much as so many decisions of even odds would have. */
const PULL = 4
const STEPS = 4

interface Decided {
  readonly distance: number // ln odds
  readonly fuel: number // ln odds
  readonly up: boolean
  /** When the outcome was known, epoch ms. */
  readonly knownAt: number
}

/** How much fuel adds to distance: logistic regression of one weight, on outcomes that were known at each moment alone. */
export class FuelWeight {
  /** 0: nothing. 1: as much as distance. Below 0: fuel points the wrong way. */
  weight = 0
  private readonly waiting: Decided[] = []
  private readonly known: Decided[] = []

  learn(upFirst: number, upShare: number, up: boolean, knownAt: number): void {
    this.waiting.push({ distance: lnOdds(upFirst), fuel: lnOdds(upShare), up, knownAt })
  }

  /** That the upper bound breaks first, as it would have been said at `at`. */
  probability(upFirst: number, upShare: number, at: number): number {
    while (this.waiting[0] !== undefined && this.waiting[0].knownAt <= at) this.known.push(this.waiting.shift()!)
    for (let i = 0; i < STEPS; i++) this.step()
    return probabilityOf(lnOdds(upFirst) + this.weight * lnOdds(upShare))
  }

  /** One step of Newton's method. */
  private step(): void {
    let slope = -PULL * this.weight
    let curvature = PULL
    for (const { distance, fuel, up } of this.known) {
      const said = probabilityOf(distance + this.weight * fuel)
      slope += (Number(up) - said) * fuel
      curvature += said * (1 - said) * fuel ** 2
    }
    this.weight += slope / curvature
  }
}

function lnOdds(probability: number): number {
  const bounded = Math.min(1 - LEAST, Math.max(LEAST, probability))
  return Math.log(bounded / (1 - bounded))
}

function probabilityOf(odds: number): number {
  return 1 / (1 + Math.exp(-odds))
}
