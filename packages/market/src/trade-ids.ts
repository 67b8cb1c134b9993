import type { Trade } from './event.ts'

/** Ids a merged trade may stand for at most: more is garbage. */
const MAX_MATCHES = 10_000

/** The ids of every match that a trade stands for: what a list of single matches would name. */
export function tradeIdsOf({ tradeId, matches = 1 }: Pick<Trade, 'tradeId' | 'matches'>): readonly string[] {
  const last = Number(tradeId)
  if (matches <= 1 || matches > MAX_MATCHES || !Number.isSafeInteger(last)) return [tradeId]
  return Array.from({ length: matches }, (_, i) => String(last - matches + 1 + i))
}
