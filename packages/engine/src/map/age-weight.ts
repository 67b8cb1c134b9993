/** A venue this much behind the newest counts in full, ms: marks come every second or three, open interest every ten. */
const FULL_UNTIL_MS = 15_000
/** From here on it counts nothing, ms: a minute of fading, so that no cluster vanishes between two pictures. */
const GONE_AFTER_MS = 75_000

/** The part of a venue's map that still counts in a sum: 1 while it is `ageMs` behind by little, falling to 0. */
export function weightOfAge(ageMs: number): number {
  return Math.min(1, Math.max(0, (GONE_AFTER_MS - ageMs) / (GONE_AFTER_MS - FULL_UNTIL_MS)))
}
