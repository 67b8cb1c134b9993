/** Reproducible numbers in [0, 1) from a seed (mulberry32): the jitter of a recording and of its replay. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The jitter of one feed of a recording: the same for the same name. */
export function randomOf(name: string): () => number {
  let seed = 0
  for (const character of name) seed = (Math.imul(seed, 31) + character.charCodeAt(0)) >>> 0
  return seededRandom(seed)
}
