import { z } from 'zod'
import { MarketSkillSchema } from './score.ts'

/** The state words of a venue chip. */
export const FeedStateSchema = z.enum([
  'connecting',
  'live',
  'lagging',
  'stale',
  'backfilling',
  'gap',
  'offline',
  'replay',
])
export type FeedState = z.infer<typeof FeedStateSchema>

export const MarketSchema = z.object({
  id: z.string().describe('venue:native symbol, what the other calls take as `market`'),
  symbol: z.string().describe('As ccxt writes it, BTC/USDT:USDT'),
  venue: z.string(),
  venueName: z.string(),
  base: z.string(),
  quote: z.string(),
  tickSize: z.number(),
  simulated: z.boolean(),
  state: FeedStateSchema,
  price: z.number().nullable(),
  change24h: z.number().nullable().describe('Fraction'),
  openInterestNotional: z.number().nullable().describe('One-sided, USD'),
  fundingRate: z.number().nullable(),
  nextFundingTime: z.number().nullable().describe('epoch ms'),
  from: z.number().nullable().describe('Oldest bar held, epoch ms'),
  to: z.number().nullable().describe('Data as of, exchange time, epoch ms'),
  coverage: z.number().nullable().describe('Share of the held range whose bars arrived, 0-1'),
  sumOf: z.array(z.string()).nullable().describe('Of a sum of markets: their ids, else null'),
  choiceOf: z
    .string()
    .nullable()
    .describe('Of a sum of chosen venues (all:BTC@binance,okx): the whole sum, else null. Listed to who follows it'),
  skill: MarketSkillSchema.nullable()
    .optional()
    .describe('How right its maps were; null until there is a score, and for a sum'),
})
export type MarketJson = z.infer<typeof MarketSchema>

export const ReplaySchema = z.object({
  playing: z.boolean(),
  speed: z.number().describe('Bar time per wall time'),
  at: z.number().describe('epoch ms'),
  from: z.number(),
  to: z.number(),
})
export type ReplayJson = z.infer<typeof ReplaySchema>

/** Sentences that are always the same, so that a page can say them in its reader's language. */
export const NOTICE_CODES = ['noExchange', 'simAlone', 'nothingYet', 'preparing', 'sourceFailed'] as const
export type NoticeCode = (typeof NOTICE_CODES)[number]

export const NoticeSchema = z.object({
  level: z.enum(['simulated', 'partial', 'error']),
  code: z.enum(NOTICE_CODES).optional().describe('Which of the sentences that are always the same; absent for others'),
  text: z.string(),
})
export type NoticeJson = z.infer<typeof NoticeSchema>

export const MarketsSchema = z.object({
  markets: z.array(MarketSchema),
  default: z.string().nullable().describe('The market the page opens on'),
  notices: z.array(NoticeSchema),
  replay: ReplaySchema.nullable().describe('Present when a file is being replayed'),
})
export type MarketsJson = z.infer<typeof MarketsSchema>

export const BarSchema = z.object({
  openTime: z.number(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number().nullable(),
  takerBuyVolume: z.number().nullable(),
  openInterest: z.number().nullable().describe('Base units, one-sided, at the close'),
  fundingRate: z.number().nullable(),
  longLiquidated: z.number().nullable().describe('Observed, base units'),
  shortLiquidated: z.number().nullable(),
})
export type BarJson = z.infer<typeof BarSchema>

export const GapSchema = z.object({ from: z.number(), to: z.number(), channel: z.string(), reason: z.string() })
export type GapJson = z.infer<typeof GapSchema>

export const ForcedOrderSchema = z.object({
  time: z.number(),
  positionSide: z.enum(['long', 'short']),
  price: z.number(),
  priceKind: z.string(),
  triggerPrice: z
    .number()
    .optional()
    .describe('Where it was triggered, by bankruptcy price and margin table; absent where one of them is not known'),
  size: z.number(),
  notional: z.number(),
  venue: z.string(),
})
export type ForcedOrderJson = z.infer<typeof ForcedOrderSchema>

export const RANGES = ['12h', '24h', '3d', '7d', '30d', '90d', '180d', '1y'] as const
export const RangeSchema = z.enum(RANGES)
export type Range = z.infer<typeof RangeSchema>
const HOUR = 3_600_000
export const RANGE_MS: Record<Range, number> = {
  '12h': 12 * HOUR,
  '24h': 24 * HOUR,
  '3d': 72 * HOUR,
  '7d': 168 * HOUR,
  '30d': 720 * HOUR,
  '90d': 2160 * HOUR,
  '180d': 4320 * HOUR,
  '1y': 8760 * HOUR,
}

export const HeatmapSchema = z.object({
  market: z.string(),
  simulated: z.boolean(),
  intervalMs: z.number(),
  gridStep: z.number(),
  firstBin: z.number(),
  bins: z.number(),
  openTimes: z.array(z.number()).describe('One per column'),
  prices: z.array(z.number()).describe('Mark when the column was taken'),
  values: z
    .array(z.number())
    .describe('ESTIMATED USD per bin, column after column; below the column price longs, above shorts'),
  bars: z.array(BarSchema).describe('Of the same interval'),
  forcedOrders: z.array(ForcedOrderSchema).describe('OBSERVED; feeds are throttled'),
  gaps: z.array(GapSchema),
  complete: z.boolean().describe('False when the range asked for is longer than what is held'),
})
export type HeatmapJson = z.infer<typeof HeatmapSchema>

export const ChannelHealthSchema = z.object({
  venue: z.string(),
  channel: z.string(),
  symbol: z.string(),
  state: FeedStateSchema,
  lastTime: z.number().nullable().describe('Exchange time of the last datum, epoch ms'),
  messages: z.number(),
  errors: z.number(),
  skewMs: z.number().nullable(),
  sampled: z.boolean(),
})
export type ChannelHealthJson = z.infer<typeof ChannelHealthSchema>

export const HealthSchema = z.object({
  status: z.enum(['ok', 'degraded', 'simulated']),
  version: z.string(),
  startedAt: z.number(),
  channels: z.array(ChannelHealthSchema),
  refused: z.array(z.object({ venue: z.string(), channel: z.string(), reason: z.string(), count: z.number() })),
})
export type HealthJson = z.infer<typeof HealthSchema>
