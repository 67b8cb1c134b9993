import { z } from 'zod'
import { InsightHeadSchema, NoSignalSchema, QuantilesSchema } from './insight.ts'

const CascadeAnswerSchema = InsightHeadSchema.extend({
  kind: z.literal('answer'),
  side: z.enum(['long', 'short']).describe('Positions that are forced'),
  trigger: z.number().describe('Price at which the chain begins'),
  shock: z.number().describe('USD sold or bought at market on top'),
  onTheWay: z.number().describe('ESTIMATED USD that the move to the trigger forces'),
  end: z.number().describe('Price where the expected path ends'),
  endBand: QuantilesSchema,
  forced: z.number().describe('USD forced in all'),
  forcedBand: QuantilesSchema,
  insured: z.number().describe('USD left to the insurance fund: the book did not take it before the bankruptcy price'),
  rounds: z.array(z.object({ price: z.number(), sold: z.number(), insured: z.number(), triggered: z.number() })),
  roundsBand: QuantilesSchema,
  multiplier: z.number().describe('All that is sold over what started it, 1 / (1 - n)'),
  multiplierBand: QuantilesSchema,
  ranOut: z.number().describe('Share of drawn paths that left the map'),
  tipping: z.array(z.object({ from: z.number(), to: z.number(), ratio: z.number() })),
  reached: z.array(z.object({ id: z.string(), price: z.number(), probability: z.number() })),
  bins: z.array(
    z.object({
      price: z.number(),
      forced: z.number().describe('ESTIMATED'),
      depth: z.number(),
      observed: z.boolean().describe('The depth is of the book, not of the square-root law'),
      waiting: z.number().describe('Not yet absorbed when price passed: scenario'),
    }),
  ),
  basis: z.object({
    liquidity: z.enum(['book', 'law']),
    bookAgeMs: z.number().optional(),
    bookNotional: z.number(),
    bookReach: z.number(),
    lawScale: z.number(),
    refill: z.number(),
    partialShare: z.number(),
    draws: z.number(),
    seed: z.number(),
    capture: z
      .object({ factor: z.number(), low: z.number(), high: z.number() })
      .describe('Part of what is forced that the map stands for, 10-90 %: amounts of a cascade are divided by it'),
    notes: z.array(z.string()),
  }),
})

/** A scenario, not a forecast. */
export const CascadeSchema = z.discriminatedUnion('kind', [CascadeAnswerSchema, NoSignalSchema])
export type CascadeJson = z.infer<typeof CascadeSchema>
export type CascadeAnswerJson = z.infer<typeof CascadeAnswerSchema>
