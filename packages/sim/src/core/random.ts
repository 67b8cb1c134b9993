/** Seeded random numbers (xoshiro128**, public domain by Blackman and Vigna). Same seed, same sequence, on any machine. */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number
  #spareNormal: number | undefined

  /** `seed` is mixed with `name`, so that two markets of one seed do not move together. */
  constructor(seed: number, name = '') {
    let state = seed | 0
    for (let at = 0; at < name.length; at++) state = Math.imul(state ^ name.charCodeAt(at), 0x01000193)
    const word = (): number => {
      state = (state + 0x9e3779b9) | 0
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
      return mixed ^ (mixed >>> 15)
    }
    this.#a = word()
    this.#b = word()
    this.#c = word()
    this.#d = word()
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    const scrambled = Math.imul(this.#b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = (this.#d << 11) | (this.#d >>> 21)
    return (result >>> 0) / 0x1_0000_0000
  }

  chance(probability: number): boolean {
    return this.uniform() < probability
  }

  /** Uniform integer in [0, count). */
  integer(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** Standard normal, Marsaglia's polar method. */
  normal(): number {
    const spare = this.#spareNormal
    if (spare !== undefined) {
      this.#spareNormal = undefined
      return spare
    }
    for (;;) {
      const x = 2 * this.uniform() - 1
      const y = 2 * this.uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      this.#spareNormal = y * factor
      return x * factor
    }
  }

  /** Lognormal with this median and log standard deviation. */
  lognormal(median: number, logDeviation: number): number {
    return median * Math.exp(logDeviation * this.normal())
  }

  /** Exponential with this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform())
  }

  /** Poisson count by inversion: meant for means below about 20. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean)
    let product = this.uniform()
    let count = 0
    while (product > limit) {
      product *= this.uniform()
      count++
    }
    return count
  }

  /** An index, with a chance in proportion to its weight. */
  weighted(weights: readonly number[], total: number): number {
    let left = this.uniform() * total
    for (let index = 0; index < weights.length - 1; index++) {
      left -= weights[index]!
      if (left < 0) return index
    }
    return weights.length - 1
  }
}
