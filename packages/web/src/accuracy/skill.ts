import type { FigureJson, MarketJson, MarketSkill, VerdictJson } from '@liqscope/protocol'

/** Signed to two digits, with a true minus; `–` for what is not known. */
export function formatSkill(value: number | null): string {
  if (value === null) return '–'
  const text = Math.abs(value).toFixed(2)
  return `${Number(text) === 0 ? '' : value < 0 ? '\u2212' : '+'}${text}`
}

/** Two digits, with a true minus. */
export function formatFigure(value: number | null): string {
  return formatSkill(value).replace('+', '')
}

/** `0.47 – 0.54`, empty where there is no interval. */
export function formatReach({ low, high }: FigureJson, words: (value: number | null) => string = formatFigure): string {
  return low === null || high === null ? '' : `${words(low)} – ${words(high)}`
}

/** True when the whole 95 % interval lies above 0: only then the dot is filled. */
export function isAhead({ value, low }: FigureJson): boolean {
  return value !== null && value > 0 && low !== null && low > 0
}

/** What is said beside the map, and of which venues: the worst verdict of a sum's markets, or the market's own. */
export interface SaidSkill {
  readonly verdict: VerdictJson
  /** Venues of a sum that it holds for; empty for a single market. */
  readonly venues: readonly string[]
  readonly scored: number
  readonly needed: number
  /** Hours further ahead at which the map is not better. */
  readonly notBetterAt: readonly number[]
}

const WORST_FIRST: readonly VerdictJson[] = ['notBetter', 'undecided', 'notEnoughYet', 'better']

export function saidSkill(market: MarketJson, markets: readonly MarketJson[]): SaidSkill | undefined {
  const of = (skill: MarketSkill, venues: readonly string[]): SaidSkill => ({
    verdict: skill.verdict,
    venues,
    scored: skill.scored,
    needed: skill.needed,
    notBetterAt: skill.further.filter(({ verdict }) => verdict === 'notBetter').map(({ hours }) => hours),
  })
  if (market.skill) return of(market.skill, [])
  const members = markets.filter(({ id, skill }) => market.sumOf?.includes(id) && skill)
  const worst = WORST_FIRST.find((verdict) => members.some(({ skill }) => skill?.verdict === verdict))
  const those = members.filter(({ skill }) => skill?.verdict === worst)
  const least = those.toSorted((a, b) => (a.skill?.scored ?? 0) - (b.skill?.scored ?? 0))[0]?.skill
  return least == null
    ? undefined
    : of(
        least,
        // What is said of all of them needs no names.
        those.length === members.length ? [] : those.map(({ venueName }) => venueName),
      )
}
