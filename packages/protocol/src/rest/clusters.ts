import {
  type ClusterEvent,
  type ClusterLives,
  clusterFacts,
  gradientIndex,
  LEVERAGE_GROUPS,
  type MarketView,
} from '@liqscope/engine'
import { z } from 'zod'
import { headOf, InsightHeadSchema } from './insight.ts'
import { ClusterSchema } from './map.ts'

export const ClusterFactsSchema = ClusterSchema.extend({
  byLeverage: z.array(z.number()).describe('ESTIMATED USD per leverage group, in the order of leverageGroups'),
  byVenue: z.array(z.object({ venue: z.string(), notional: z.number() })),
  distanceAtr: z.number().optional().describe('From the mark to the near edge in average true ranges (14 x 30 min)'),
  touch: z
    .object({ '1h': z.number(), '4h': z.number(), '24h': z.number() })
    .optional()
    .describe('Probability that price touches the near edge: first passage of a price without drift'),
  key: z.string().optional().describe('Stays the same over maps, unlike id'),
  bornAt: z.number().optional().describe('epoch ms; not before the oldest map held'),
  grownAt: z.number().optional(),
  life: z
    .enum(['born', 'grown', 'standing'])
    .optional()
    .describe('What it did within the last hour; events say which were swept or closed'),
})
export type ClusterFactsJson = z.infer<typeof ClusterFactsSchema>

export const GradientZoneSchema = z.object({
  kind: z.enum(['blackHole', 'smooth']),
  side: z.enum(['long', 'short']),
  low: z.number(),
  high: z.number(),
  index: z.number().describe('Mean gradient index, 0-100; the average place of the map has 50'),
  distance: z.number(),
})
export type GradientZoneJson = z.infer<typeof GradientZoneSchema>

const ClusterEventSchema = z.object({
  kind: z.enum(['born', 'grown', 'swept', 'closed']),
  at: z.number().describe('epoch ms'),
  key: z.string(),
  side: z.enum(['long', 'short']),
  price: z.number(),
  notional: z.number(),
})

export const ClustersSchema = InsightHeadSchema.extend({
  atr: z.number().optional().describe('Average true range of 14 x 30 min, a fraction of price'),
  leverageGroups: z.array(z.string()),
  clusters: z.array(ClusterFactsSchema).describe('ESTIMATED, by price'),
  zones: z
    .array(GradientZoneSchema)
    .describe('Where the gradient index is high or low over at least an hour of movement'),
  gradient: z
    .object({ firstBin: z.number(), step: z.number(), width: z.number(), values: z.array(z.number().nullable()) })
    .describe('The index of each bin; null where a side is empty'),
  events: z.array(ClusterEventSchema).describe('Lives of clusters, newest last; empty where no earlier maps are held'),
})
export type ClustersJson = z.infer<typeof ClustersSchema>

export function clustersToJson(
  view: MarketView,
  simulated: boolean,
  lives?: ClusterLives,
  events: readonly ClusterEvent[] = [],
): ClustersJson {
  const { values, width, zones } = gradientIndex(view.map)
  return {
    ...headOf(view, simulated),
    ...(view.atr === undefined ? {} : { atr: view.atr }),
    leverageGroups: [...LEVERAGE_GROUPS],
    clusters: clusterFacts(view, lives).map(({ byLeverage, byVenue, ...facts }) => ({
      ...facts,
      byLeverage: [...byLeverage],
      byVenue: byVenue.map((part) => ({ ...part })),
    })),
    zones: zones.map((zone) => ({ ...zone })),
    gradient: {
      firstBin: view.map.firstBin,
      step: view.map.step,
      width,
      values: Array.from(values, (value) => (Number.isNaN(value) ? null : Math.round(10 * value) / 10)),
    },
    events: events.map((event) => ({ ...event })),
  }
}
