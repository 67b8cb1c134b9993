import { z } from 'zod'
import { EvidenceSchema, InsightHeadSchema, NoSignalSchema } from './insight.ts'

/** The six tools, in the order they are shown. */
export const TOOL_NAMES = ['stop'] as const
export type ToolName = (typeof TOOL_NAMES)[number]

const StopAnswerSchema = InsightHeadSchema.extend({
  kind: z.literal('answer'),
  side: z.enum(['long', 'short']),
  entry: z.number(),
  stop: z.number(),
  risk: z.number().describe('From entry, a fraction'),
  reason: z.string(),
  horizonMs: z.number(),
  candidates: z.array(
    z.object({
      name: z.enum(['beyond cluster', 'in cluster', 'plain ATR', 'tight ATR', 'yours']),
      cluster: z.string().optional(),
      price: z.number(),
      risk: z.number(),
      touch: z.number().describe('Probability of being touched within the horizon'),
      back: z.number().describe('Probability, once touched, of coming back to the entry within the horizon'),
      density: z.number().describe('ESTIMATED USD forced within a bin of it'),
      slippage: z.number().optional(),
      cost: z.number(),
    }),
  ),
  evidence: z.array(EvidenceSchema),
  notes: z.array(z.string()),
})
export const StopSchema = z.discriminatedUnion('kind', [StopAnswerSchema, NoSignalSchema])
export type StopJson = z.infer<typeof StopSchema>
