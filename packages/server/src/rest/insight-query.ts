import { z } from 'zod'
import { MapQuery } from './query.ts'

const Figure = z.coerce.number()
const Side = z.enum(['long', 'short'])
/** `90s`, `15m`, `4h`, `1d` in ms. */
const Length = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,3})?(s|m|h|d)$/, 'write a length of time like 90s, 15m, 4h or 1d')
  .transform(
    (text) => Number.parseFloat(text) * { s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[text.at(-1) as 's' | 'm' | 'h' | 'd'],
  )

/** A market, now or as it was known at a past moment. */
export const ClustersQuery = MapQuery

export const CascadeQuery = ClustersQuery.extend({
  to: Figure.optional().describe(
    'Price that the market is assumed to move to at once; default: the strongest cluster within 5 %',
  ),
  shock: Figure.optional().describe('USD sold (upward: bought) at market on top'),
  side: Side.optional().describe('Whose positions a shock alone may force'),
  liquidity: z.enum(['book', 'law']).optional().describe('law: without a book, depth by the square-root law alone'),
  refill: Figure.optional().describe('Part of the consumed depth that is back in the next round, 0-0.95; default 0.4'),
  partialShare: Figure.optional().describe('Part of a position closed at its trigger, the rest further on; default 1'),
  draws: Figure.optional().describe('Drawn paths, 1-10000; default 1000'),
  seed: Figure.optional().describe('The same seed draws the same paths; default 1'),
})

const Horizon = { horizonMs: Length.optional().describe('Like 4h') }
const Entry = Figure.optional().describe('Default: the mark')
const EvenSo = {
  evenSo: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .optional()
    .describe('true: answer also where a backtest found the tool worse than the plain rule'),
}
const Size = Figure.optional().describe('USD')

/** What each tool may be asked. */
export const TOOL_QUERIES = {
  breakout: ClustersQuery.extend({ ...Horizon, ...EvenSo }),
  scalp: ClustersQuery.extend(EvenSo),
  stop: ClustersQuery.extend({
    side: Side,
    entry: Entry,
    size: Size,
    stop: Figure.optional().describe('A stop of your own to judge beside the others'),
    ...Horizon,
    ...EvenSo,
  }),
  target: ClustersQuery.extend({ side: Side, entry: Entry, size: Size, ...Horizon, ...EvenSo }),
  execution: ClustersQuery.extend({
    side: z.enum(['buy', 'sell']),
    size: Figure.describe('USD'),
    durationMs: Length.optional().describe('Like 1h, the default'),
    riskAversion: Figure.optional(),
    ...EvenSo,
  }),
  volatility: ClustersQuery.extend({ ...Horizon, ...EvenSo }),
} as const
