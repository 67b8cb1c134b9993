/** How much of what was predicted came, and how freely it spreads. Plain numbers, so that it serialises as it is. */
export interface LevelState {
  /** Observed size, longs and shorts. */
  readonly observed: [number, number]
  readonly predicted: [number, number]
  /** Sum of squared misses over both sides. */
  squares: number
}

/**
 * A slow correction of the mass: observed over predicted, both fading with a half-life, drawn toward 1 by as many
 * observations of average noise as `anchor` says. It is what survives a change of regime: the shape stays, the level
 * moves. A single violent bar raises the noise (squared misses) as well, which makes the anchor heavier: one crash
 * does not set the level.
 *
 * Worked line: noise 2 BTC (squares / predicted), anchor 20, 100 observed and 60 predicted: (40 + 100) / (40 + 60) = 1.4.
 */
export class Level {
  /** The power is taken once for bars of one length. */
  private lastElapsedMs = 0
  private lastFactor = 1

  constructor(
    private readonly halfLifeMs: number,
    private readonly anchor: number,
    readonly state: LevelState = { observed: [0, 0], predicted: [0, 0], squares: 0 },
  ) {}

  /** Lets time pass. */
  fade(elapsedMs: number): void {
    const { state } = this
    if (elapsedMs !== this.lastElapsedMs) {
      this.lastElapsedMs = elapsedMs
      this.lastFactor = 0.5 ** (elapsedMs / this.halfLifeMs)
    }
    const factor = this.lastFactor
    state.observed[0] *= factor
    state.observed[1] *= factor
    state.predicted[0] *= factor
    state.predicted[1] *= factor
    state.squares *= factor
  }

  /** Adds a bar of one side (0 longs, 1 shorts). */
  add(side: 0 | 1, observed: number, predicted: number): void {
    const { state } = this
    state.observed[side] += observed
    state.predicted[side] += predicted
    state.squares += (observed - predicted) ** 2
  }

  /** Variance over mean, in units of size; 0 before anything was seen. The larger mean: a miss in scale is no noise. */
  get noise(): number {
    const { observed, predicted, squares } = this.state
    const mean = Math.max(observed[0] + observed[1], predicted[0] + predicted[1])
    return mean > 0 ? squares / mean : 0
  }

  /** The factor for both sides together. */
  get both(): number {
    const { observed, predicted } = this.state
    return this.factor(observed[0] + observed[1], predicted[0] + predicted[1])
  }

  /** The factor of one side. */
  of(side: 0 | 1): number {
    return this.factor(this.state.observed[side], this.state.predicted[side])
  }

  private factor(observed: number, predicted: number): number {
    const rest = this.anchor * this.noise
    const factor = (rest + observed) / (rest + predicted)
    return factor >= 0 && factor < Number.POSITIVE_INFINITY ? factor : 1
  }
}
