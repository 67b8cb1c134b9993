import { z } from 'zod'

const Side = z.enum(['long', 'short']).optional()
const LeastNotional = z.number().min(0).optional().describe('Estimated, USD')

const ClusterChangeSchema = <T extends string>(kind: T) =>
  z.object({ kind: z.literal(kind), leastNotional: LeastNotional, side: Side })

export const AlertConditionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('approach'),
    within: z.number().gt(0).max(0.2).describe('Fraction of the price, 0.01 is 1 %'),
    leastNotional: LeastNotional,
    side: Side,
  }),
  ClusterChangeSchema('sweep'),
  ClusterChangeSchema('newCluster'),
  ClusterChangeSchema('clusterGone'),
  z.object({
    kind: z.literal('cascade'),
    leastNotional: z.number().gt(0).describe('OBSERVED forced orders of one side, USD'),
    windowMs: z.number().int().min(1_000).max(86_400_000).default(60_000),
    side: Side,
  }),
  z.object({ kind: z.literal('gradientZone'), zone: z.enum(['blackHole', 'smooth']) }),
  z.object({ kind: z.literal('stale') }),
])

/** What a person sends to make or change a rule. */
export const AlertRuleInputSchema = z.object({
  id: z
    .string()
    .regex(/^[\w.-]{1,60}$/, 'letters, digits, dots and dashes, at most 60')
    .optional()
    .describe('Of a rule to replace; without it a new one is made'),
  market: z.string().min(1).max(80),
  condition: AlertConditionSchema,
  cooldownMs: z
    .number()
    .int()
    .min(0)
    .max(7 * 86_400_000)
    .default(300_000),
  hysteresis: z.number().min(0).max(10).default(0.25),
  channels: z.array(z.string().max(40)).max(20).default([]).describe('Names of channels; none: the page alone'),
})
export type AlertRuleInput = z.infer<typeof AlertRuleInputSchema>

export const AlertRuleSchema = AlertRuleInputSchema.extend({
  id: z.string(),
  cooldownMs: z.number(),
  hysteresis: z.number(),
  channels: z.array(z.string()),
})
export type AlertRuleJson = z.infer<typeof AlertRuleSchema>

/** An alert that was told. */
export const AlertSchema = z.object({
  id: z.string(),
  rule: z.string(),
  kind: z.string(),
  market: z.string(),
  at: z.number().describe('Exchange time, epoch ms'),
  price: z.number(),
  simulated: z.boolean(),
  title: z.string(),
  lines: z.array(z.string()),
})
export type AlertJson = z.infer<typeof AlertSchema>

/** A channel that is set up. Its address and token stay in the settings. */
export const AlertChannelSchema = z.object({
  name: z.string(),
  kind: z.string(),
  waiting: z.number(),
  sent: z.number(),
  dropped: z.number(),
  lastProblem: z.string().nullable(),
  lastSentAt: z.number().nullable().describe('epoch ms'),
})

export const AlertsSchema = z.object({
  rules: z.array(AlertRuleSchema),
  told: z.array(AlertSchema).describe('The newest last'),
  channels: z.array(AlertChannelSchema),
  mutedUntil: z.number().nullable().describe('epoch ms'),
  mayChange: z.boolean().describe('False where the server is reachable from outside: rules are then read-only'),
  isKept: z.boolean().describe('Rules and undelivered messages survive a restart'),
  notes: z.array(z.string()).describe('Why they do not, where they should'),
})
export type AlertsJson = z.infer<typeof AlertsSchema>

export const AlertMuteSchema = z.object({
  minutes: z
    .number()
    .min(0)
    .max(7 * 1440)
    .describe('From now; 0 ends it'),
})
