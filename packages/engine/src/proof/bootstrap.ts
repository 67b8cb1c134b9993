/** A figure with its 95 % interval. Bounds are null where there are too few days to resample. */
export interface Figure {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

const DRAWS = 1000
/** Fewer blocks than this say nothing about the spread. */
const FEWEST_BLOCKS = 3

/**
 * A figure computed from sums over blocks of time, with the 2.5 % and 97.5 % quantiles of the figure over resampled
 * blocks (drawn with replacement, seeded: the same input gives the same interval). Blocks, not single windows, because
 * neighbouring windows share their market.
 *
 * @param blocks sums per block; all of one length.
 * @param figure of the summed block sums.
 */
export function blockBootstrap(
  blocks: readonly Float64Array[],
  figure: (sums: Float64Array) => number,
  seed = 1,
): Figure {
  const width = blocks[0]?.length ?? 0
  const sums = new Float64Array(width)
  for (const block of blocks) add(sums, block)
  const value = figure(sums)
  if (!Number.isFinite(value)) return { value: null, low: null, high: null }
  if (blocks.length < FEWEST_BLOCKS) return { value, low: null, high: null }
  const random = seeded(seed)
  const draws: number[] = []
  for (let draw = 0; draw < DRAWS; draw++) {
    sums.fill(0)
    for (let i = 0; i < blocks.length; i++) add(sums, blocks[Math.floor(random() * blocks.length)]!)
    const found = figure(sums)
    if (Number.isFinite(found)) draws.push(found)
  }
  draws.sort((a, b) => a - b)
  const at = (part: number) => draws[Math.min(draws.length - 1, Math.floor(part * draws.length))] ?? null
  return { value, low: at(0.025), high: at(0.975) }
}

/** Uniform numbers in [0, 1) from a seed: Marsaglia's xorshift, 32 bits ("Xorshift RNGs", 2003, shifts 13, 17, 5). */
export function seeded(seed: number): () => number {
  let state = (Math.imul(seed, 2_654_435_769) ^ 0x9e3779b9) | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}

function add(sums: Float64Array, block: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + block[i]!
}
