import { z } from 'zod'

const FigureSchema = z
  .object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() })
  .describe('With its 95 % interval; null where there is too little to resample')
export type FigureJson = z.infer<typeof FigureSchema>

const RivalsSchema = z.object({ freshness: FigureSchema, freshnessLeg: FigureSchema })

export const VerdictSchema = z
  .enum(['better', 'notBetter', 'undecided', 'notEnoughYet'])
  .describe(
    'Against the freshness rival, which knows no positions: better (the interval of skill lies above 0), notBetter ' +
      '(skill is not above 0), undecided (above 0, its interval is not), notEnoughYet',
  )
export type VerdictJson = z.infer<typeof VerdictSchema>

/** What a map says of itself, beside its picture. */
export const MarketSkillSchema = z.object({
  verdict: VerdictSchema,
  hours: z.number().describe('How far ahead'),
  value: z.number().nullable().describe('Skill over freshness, 1 - deviance / deviance of freshness'),
  low: z.number().nullable(),
  high: z.number().nullable(),
  scored: z.number().describe('Frozen maps held to what they said'),
  needed: z.number().describe('Maps that are needed before there is a figure'),
  further: z.array(z.object({ hours: z.number(), verdict: VerdictSchema })).describe('Further ahead'),
})
export type MarketSkill = z.infer<typeof MarketSkillSchema>

const HorizonSchema = z.object({
  hours: z.number(),
  scored: z.number().describe('Frozen maps held to what they said'),
  unobserved: z.number().describe('Frozen maps not scored: bars or forced orders of the horizon were not received'),
  needed: z.object({ maps: z.number(), sides: z.number() }).describe('Before there are figures'),
  sides: z.number().describe('Sides of scored maps that saw forced orders'),
  verdict: VerdictSchema,
  figures: z
    .object({
      devianceExplained: FigureSchema.describe('1 - deviance / deviance of a constant rate'),
      rivalDevianceExplained: RivalsSchema,
      skillOver: RivalsSchema.describe('1 - deviance / deviance of the rival'),
      massRatio: FigureSchema.describe('Expected over forced, nothing rescaled'),
      rivalMassRatio: RivalsSchema,
      bandCoverage: FigureSchema.describe('Part of what was forced within the 10-90 % band; 0.8 is meant'),
      expected: z.number().describe('ESTIMATED, USD over all scored maps'),
      forced: z.number().describe('OBSERVED where price went for the first time since, USD'),
      again: z.number().describe('OBSERVED where price had been already: a frozen map does not speak of it, USD'),
      missed: z.number().describe('OBSERVED where the map expected nothing, USD'),
      resampled: z.string().describe('What the intervals were resampled from'),
    })
    .nullable()
    .describe('Null while there is not enough'),
})
export type HorizonJson = z.infer<typeof HorizonSchema>

const MarketScoreSchema = z.object({
  market: z.string(),
  simulated: z.boolean(),
  basis: z.enum(['live', 'replay']).describe('live: frozen as it came. replay: frozen in the time of a file'),
  since: z.number().nullable().describe('When the first map was frozen, epoch ms'),
  frozen: z.number().describe('Maps frozen so far, one an hour'),
  pending: z.number().describe('Maps whose last horizon has not ended'),
  horizons: z.array(HorizonSchema),
  skill: MarketSkillSchema.nullable().describe('What is said beside the map; null for a sum of markets'),
  snapshots: z
    .array(z.object({ time: z.number(), hash: z.string() }))
    .describe('Newest first. Each hash is SHA-256 over the frozen map and the hash before it'),
  stored: z.boolean().describe('True when frozen maps survive a restart'),
  notes: z.array(z.string()),
})

/** How right a market's maps were, from maps frozen before what they foretold. */
export const ScoreSchema = MarketScoreSchema.extend({
  members: z.array(MarketScoreSchema).describe('A sum of markets is scored by its markets; empty for any other'),
})
export type ScoreJson = z.infer<typeof ScoreSchema>
