import { RangeSchema } from '@liqscope/protocol'
import { z } from 'zod'

export const MarketName = z
  .string()
  .min(1)
  .max(300)
  .describe('binance:BTCUSDT, BTC, BTCUSDT or BTC/USDT:USDT; of a sum some venues alone: all:BTC@binance,okx')

/** A moment as people and programs write it: ISO 8601 with a zone, or epoch ms. Becomes epoch ms. */
const Moment = z
  .union([z.iso.datetime({ offset: true }), z.string().regex(/^\d{12,14}$/, 'write epoch ms or ISO 8601 with a zone')])
  .describe('ISO 8601 with a zone, or epoch ms')

export function epochOf(moment: string): number {
  return /^\d+$/.test(moment) ? Number(moment) : Date.parse(moment)
}

/** Bar lengths there are columns for, as people write them. */
export const INTERVALS = ['1m', '5m', '30m', '1h', '4h', '1d'] as const
export type Interval = (typeof INTERVALS)[number]
const MINUTE_MS = 60_000
export const INTERVAL_MS: Record<Interval, number> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '4h': 240 * MINUTE_MS,
  '1d': 1440 * MINUTE_MS,
}

export const MarketQuery = z.object({ market: MarketName })

export const MapQuery = z.object({
  market: MarketName,
  at: Moment.optional().describe('A past moment; without it, now'),
})

export const HeatmapQuery = z.object({
  market: MarketName,
  range: RangeSchema.default('24h'),
  to: Moment.optional().describe('End of the range; without it, the newest data'),
  interval: z.enum(INTERVALS).optional().describe('Column width; without it, one that gives a drawable number'),
})
