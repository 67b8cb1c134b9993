import { z } from 'zod'
import { BarSchema, GapSchema } from './market.ts'

export const BarsSchema = z.object({
  market: z.string(),
  simulated: z.boolean(),
  intervalMs: z.number(),
  bars: z.array(BarSchema).describe('By open time; the last one may still be open'),
  gaps: z.array(GapSchema),
  complete: z.boolean().describe('False when the range asked for is longer than what is held'),
})
export type BarsJson = z.infer<typeof BarsSchema>
