const MINUTE = 60_000
const HOUR = 60 * MINUTE
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: 24 * HOUR }

/** Lengths in ms by the venue's names, from what they mean: `5m`, `4h`, `1d`. Weeks and months do not align to the epoch. */
export function intervals(meanings: readonly string[], name = (meaning: string) => meaning): Map<string, number> {
  return new Map(
    meanings.map((meaning) => [name(meaning), Number.parseInt(meaning, 10) * (UNITS[meaning.at(-1) ?? ''] ?? HOUR)]),
  )
}

/** What most venues offer. */
export const USUAL_INTERVALS = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d']
