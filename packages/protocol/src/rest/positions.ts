import { z } from 'zod'

export const KnownPositionSchema = z.object({
  account: z.string().describe("The holder's address, as the venue shows it to everyone"),
  side: z.enum(['long', 'short']),
  size: z.number().describe('Base units'),
  notional: z.number().describe('At the mark when it was seen, USD'),
  entryPrice: z.number(),
  leverage: z.number().describe('As its holder set it'),
  marginMode: z.enum(['cross', 'isolated']),
  liquidationPrice: z.number().nullable().describe('As the venue prints it; null: no price liquidates it'),
  seenTime: z.number().describe('Exchange time, epoch ms'),
})
export type KnownPositionJson = z.infer<typeof KnownPositionSchema>

export const PositionsSchema = z.object({
  market: z.string().describe('The market whose positions these are; of a sum, its member that shows them'),
  venueName: z.string(),
  simulated: z.boolean(),
  at: z.number().nullable().describe('Newest sighting, exchange time, epoch ms'),
  accounts: z.number().describe('Accounts that are looked at'),
  openInterest: z.number().nullable().describe('One-sided, base units'),
  coverage: z.number().nullable().describe('Known size / (2 x open interest): a position stands on each side of it'),
  longSize: z.number().describe('Of known longs, base units'),
  shortSize: z.number(),
  withoutPrice: z.number().describe('Of the known size, what no price liquidates, base units'),
  gridStep: z.number().describe('Width of a level in ln(price)'),
  levels: z
    .array(z.object({ price: z.number(), long: z.number(), short: z.number() }))
    .describe('OBSERVED: USD at the printed liquidation prices of known positions, lowest price first'),
  positions: z.array(KnownPositionSchema).describe('Largest first'),
})
export type PositionsJson = z.infer<typeof PositionsSchema>
