import { type Cluster, LEVERAGE_GROUPS, type LiquidationMap, type MapShare } from '@liqscope/engine'
import { z } from 'zod'
import { MarketSkillSchema } from './score.ts'

export const ModelNoteSchema = z.object({
  name: z.string(),
  version: z.string(),
  weights: z.enum(['prior', 'fitted']),
  capture: z
    .object({
      factor: z.number().describe('Published over forced size: divide USD by it for all that is forced'),
      low: z.number(),
      high: z.number(),
      source: z.enum(['complete', 'assumed', 'learned']),
    })
    .optional()
    .describe('What part of the forced orders the amounts stand for. Absent in a sum of markets'),
  notes: z.array(z.string()),
})

export const MapBinSchema = z.object({
  price: z.number().describe('Middle of the bin, quote per base'),
  long: z.number().describe('ESTIMATED forced notional if price swept this bin next, USD'),
  short: z.number(),
  longLow: z.number().describe('10 % bound, USD'),
  longHigh: z.number().describe('90 % bound, USD'),
  shortLow: z.number(),
  shortHigh: z.number(),
  strength: z.number().describe('0-100 against the strongest bin of this map'),
  leverage: z.array(z.number()).describe('USD per leverage group, in the order of leverageGroups'),
  venues: z.array(z.number()).optional().describe('Of a sum of markets: USD per market, in the order of shares'),
})

export const ClusterSchema = z.object({
  id: z.string(),
  side: z.enum(['long', 'short']),
  low: z.number(),
  high: z.number(),
  price: z.number(),
  notional: z.number(),
  notionalLow: z.number(),
  notionalHigh: z.number(),
  strength: z.number(),
  distance: z.number(),
})

export const MapShareSchema = z.object({
  market: z.string(),
  weight: z.number().describe('1: in full. Less: fading, its data are late. 0: left out'),
  at: z.iso.datetime().describe('Exchange time of its newest event'),
  price: z.number().describe('Its own mark'),
  basis: z.number().describe('ln(its mark / the reference mark): its prices were moved by minus this'),
  openInterestShare: z.number().nullable().describe('Of the open interest of all, faded ones included, 0-1'),
})
export type MapShareJson = z.infer<typeof MapShareSchema>

export const MapSchema = z.object({
  market: z.string(),
  simulated: z.boolean(),
  at: z.iso.datetime(),
  price: z.number(),
  gridStep: z.number().describe('Width of a bin in ln(price)'),
  leverageGroups: z.array(z.string()),
  bins: z.array(MapBinSchema),
  cumulative: z
    .array(z.object({ price: z.number(), long: z.number(), short: z.number() }))
    .describe('From the mark outward to this price, USD'),
  clusters: z.array(ClusterSchema),
  openInterest: z.object({ size: z.number(), notional: z.number() }).nullable(),
  shares: z.array(MapShareSchema).optional().describe('Of a sum of markets: whose it is'),
  model: ModelNoteSchema,
  skill: MarketSkillSchema.nullable()
    .optional()
    .describe("How right this market's maps were; absent where no server keeps a score"),
  basis: z
    .enum(['now', 'column', 'refold'])
    .optional()
    .describe(
      'now: the current map. column: the heatmap column nearest to `at`, as it was known then (no bands, no leverage ' +
        'split). refold: the bars up to `at` folded again. Absent where there is no choice.',
    ),
})

export type MapJson = z.infer<typeof MapSchema>

/** The map as REST, the command line and files say it (DESIGN's `map --json` contract). */
export function mapToJson(map: LiquidationMap, clusters: readonly Cluster[], simulated: boolean): MapJson {
  const strongest = map.long.reduce((most, value, i) => Math.max(most, value + map.short[i]!), 0)
  const priceOf = (i: number) => Math.exp((map.firstBin + i + 0.5) * map.step)
  const indices = Array.from({ length: map.bins }, (_, i) => i)
  return {
    market: map.market,
    simulated,
    at: new Date(map.at).toISOString(),
    price: map.price,
    gridStep: map.step,
    leverageGroups: [...LEVERAGE_GROUPS],
    bins: indices.map((i) => ({
      price: priceOf(i),
      long: map.long[i]!,
      short: map.short[i]!,
      longLow: map.longLow[i]!,
      longHigh: map.longHigh[i]!,
      shortLow: map.shortLow[i]!,
      shortHigh: map.shortHigh[i]!,
      strength: strongest > 0 ? (100 * (map.long[i]! + map.short[i]!)) / strongest : 0,
      leverage: LEVERAGE_GROUPS.map((_, group) => map.byLeverage[group * map.bins + i]!),
      ...(map.shares && map.byVenue && { venues: map.shares.map((_, venue) => map.byVenue![venue * map.bins + i]!) }),
    })),
    cumulative: cumulate(map).map(({ long, short }, i) => ({ price: priceOf(i), long, short })),
    clusters: clusters.map((cluster) => ({ ...cluster })),
    openInterest: map.openInterest ? { ...map.openInterest } : null,
    ...(map.shares && { shares: map.shares.map(shareJson) }),
    model: { ...map.model, notes: [...map.model.notes] },
  }
}

export function shareJson({ at, openInterestShare, ...share }: MapShare): MapShareJson {
  return { ...share, at: new Date(at).toISOString(), openInterestShare: openInterestShare ?? null }
}

/** Running sums from the mark outward: longs downward, shorts upward. */
function cumulate(map: LiquidationMap): { long: number; short: number }[] {
  const sums = Array.from({ length: map.bins }, () => ({ long: 0, short: 0 }))
  for (let i = map.bins - 1, sum = 0; i >= 0; i--) sums[i]!.long = sum += map.long[i]!
  for (let i = 0, sum = 0; i < map.bins; i++) sums[i]!.short = sum += map.short[i]!
  return sums
}
