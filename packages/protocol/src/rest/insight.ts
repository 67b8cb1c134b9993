import { type MarketView, NO_SIGNAL_CODES, type NoSignal } from '@liqscope/engine'
import { z } from 'zod'

/** What every answer about a market begins with. */
export const InsightHeadSchema = z.object({
  market: z.string(),
  simulated: z.boolean(),
  at: z.iso.datetime().describe('Exchange time of the newest datum in it'),
  price: z.number().describe('The mark price'),
})
export type InsightHeadJson = z.infer<typeof InsightHeadSchema>

export const NoSignalSchema = InsightHeadSchema.extend({
  kind: z.literal('noSignal'),
  code: z.enum(NO_SIGNAL_CODES),
  values: z.array(z.string()).describe('What the sentence is about, in its order'),
  reason: z.string().describe('Why there is no answer, in a sentence'),
})
export type NoSignalJson = z.infer<typeof NoSignalSchema>

export const QuantilesSchema = z
  .object({ low: z.number(), median: z.number(), high: z.number() })
  .describe('10, 50 and 90 % of the drawn paths')

export const EvidenceSchema = z.object({
  text: z.string(),
  kind: z.enum(['estimated', 'observed', 'model']),
  value: z.number(),
  unit: z.enum(['usd', 'price', 'fraction', 'probability', 'count', 'ratio']),
  low: z.number().optional(),
  high: z.number().optional(),
})
export type EvidenceJson = z.infer<typeof EvidenceSchema>

const LevelSchema = z.tuple([z.coerce.number().positive(), z.coerce.number().positive()])

/** An order book in a file, as venues' depth routes answer: prices and sizes (base units) as numbers or text. */
export const OrderBookFileSchema = z.object({ bids: z.array(LevelSchema).min(1), asks: z.array(LevelSchema).min(1) })

export function headOf({ map }: MarketView, simulated: boolean): InsightHeadJson {
  return { market: map.market, simulated, at: new Date(map.at).toISOString(), price: map.price }
}

/** An answer, or why there is none, as REST and the command line say it. Refusals are errors there, not answers. */
export function insightToJson<T extends object>(
  view: MarketView,
  simulated: boolean,
  told: Told<T>,
): InsightHeadJson & Told<T> {
  return { ...told, ...headOf(view, simulated) }
}

/** What is left of an answer once refusals were thrown. */
export type Told<T> = ({ readonly kind: 'answer' } & T) | NoSignal
