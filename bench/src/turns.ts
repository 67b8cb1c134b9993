/** Rounds of each of two readers, in turns; the least disturbed one of each counts. */
const ROUNDS = 300

/** What `ours` and `theirs` do with the same texts: messages a second of ours, and that over theirs. */
export function inTurns(
  texts: readonly string[],
  ours: (text: string) => boolean,
  theirs: (text: string) => boolean,
): { value: number; unit: string; ratio: number } {
  let our = 0
  let their = 0
  for (let round = 0; round < ROUNDS; round++) {
    our = Math.max(our, rate(texts, ours))
    their = Math.max(their, rate(texts, theirs))
  }
  return { value: Math.round(our), unit: 'messages/s', ratio: round2(our / their) }
}

/** Messages a second. @throws when a message is not understood: then the figure would be about something else. */
function rate(texts: readonly string[], understands: (text: string) => boolean): number {
  let understood = 0
  const started = performance.now()
  for (const text of texts) if (understands(text)) understood++
  const seconds = (performance.now() - started) / 1_000
  if (understood !== texts.length) throw new Error(`${texts.length - understood} messages were not understood`)
  return texts.length / seconds
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
