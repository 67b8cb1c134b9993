import { isExchange } from '@liqscope/feeds'
import { z } from 'zod'
import { SimAddress } from '../source/sim-feed.ts'

/** What a recording was made of: enough to open the same sources again. Nothing secret is in it. */
export const CaptureAbout = z.object({
  by: z.string().describe('the version that recorded'),
  /** Real exchanges, in the order in which they were opened; empty when simulated. */
  exchanges: z.array(z.string().refine(isExchange)),
  /** Simulated venues; empty when real. */
  simulated: z.array(SimAddress),
  symbols: z.array(z.string()),
  backfillHours: z.number().nonnegative(),
  accounts: z.array(z.string()),
  /** Until when which address wanted silence, epoch ms. */
  bans: z.record(z.string(), z.number()),
})
export type CaptureAbout = z.infer<typeof CaptureAbout>
