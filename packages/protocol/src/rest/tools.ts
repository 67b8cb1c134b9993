import {
  type Answer,
  breakoutTool,
  executionTool,
  type MarketView,
  scalpTool,
  stopTool,
  TESTED_GAINS,
  TOOL_NAMES,
  type ToolName,
  targetTool,
  volatilityTool,
  withheld,
} from '@liqscope/engine'
import { z } from 'zod'
import { GradientZoneSchema } from './clusters.ts'
import { EvidenceSchema, InsightHeadSchema, insightToJson, NoSignalSchema, type Told } from './insight.ts'

export { TOOL_NAMES, type ToolName }

const TestedSchema = z
  .object({
    over: z.string().describe('The plain rule'),
    unit: z.string(),
    value: z.number().nullable().describe('Tool minus plain rule, more is better'),
    low: z.number().nullable(),
    high: z.number().nullable(),
    decisions: z.number(),
    verdict: z.enum(['better', 'not better', 'worse', 'too few']),
    market: z.string(),
    from: z.string(),
    to: z.string(),
  })
  .nullable()
  .describe('What a backtest of this tool found, on recorded data')
export type TestedJson = z.infer<typeof TestedSchema>

const Side = z.enum(['long', 'short'])
const Head = InsightHeadSchema.extend({ kind: z.literal('answer'), tested: TestedSchema })
const None = NoSignalSchema.extend({ tested: TestedSchema })
const Reasoned = Head.extend({ reason: z.string(), evidence: z.array(EvidenceSchema), notes: z.array(z.string()) })

export const StopSchema = z.discriminatedUnion('kind', [
  Reasoned.extend({
    side: Side,
    entry: z.number(),
    stop: z.number(),
    risk: z.number().describe('From entry, a fraction'),
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
  }),
  None,
])
export type StopJson = z.infer<typeof StopSchema>

export const TargetSchema = z.discriminatedUnion('kind', [
  Reasoned.extend({
    side: Side,
    entry: z.number(),
    target: z.number(),
    gain: z.number(),
    horizonMs: z.number(),
    zones: z.array(
      z.object({
        cluster: z.string().optional().describe('Absent: the plain rule'),
        price: z.number(),
        gain: z.number(),
        touch: z.number(),
        liquidity: z.number().describe('ESTIMATED USD forced from the near edge to the price'),
        filled: z.number().optional(),
        worth: z.number(),
      }),
    ),
  }),
  None,
])
export type TargetJson = z.infer<typeof TargetSchema>

export const ScalpSchema = z.discriminatedUnion('kind', [
  Reasoned.extend({
    side: Side,
    cluster: z.string(),
    entry: z.number(),
    now: z.boolean(),
    exit: z.number(),
    stop: z.number(),
    move: z.number(),
    cost: z.number(),
    breakEven: z.number(),
  }),
  None,
])
export type ScalpJson = z.infer<typeof ScalpSchema>

const BreakoutSideSchema = z.object({
  bound: z.number(),
  fuel: z.number().describe('ESTIMATED USD'),
  clusters: z.array(z.string()),
  end: z.number().optional().describe('Scenario'),
})
export const BreakoutSchema = z.discriminatedUnion('kind', [
  Reasoned.extend({
    bias: z.enum(['up', 'down']),
    share: z.number(),
    lookbackMs: z.number(),
    low: z.number(),
    high: z.number(),
    tightness: z.number(),
    up: BreakoutSideSchema,
    down: BreakoutSideSchema,
    invalidation: z.number(),
    upFirst: z.number(),
  }),
  None,
])
export type BreakoutJson = z.infer<typeof BreakoutSchema>

export const ExecutionSchema = z.discriminatedUnion('kind', [
  Reasoned.extend({
    side: z.enum(['buy', 'sell']),
    size: z.number(),
    best: z.string(),
    slices: z.number(),
    cost: z.number(),
    risk: z.number(),
    schedules: z.array(
      z.object({
        name: z.enum(['at once', 'TWAP', 'VWAP', 'participation', 'Almgren-Chriss', 'wait for cluster']),
        durationMs: z.number(),
        slices: z.array(z.number()),
        cost: z.number(),
        impact: z.number(),
        risk: z.number(),
        score: z.number(),
      }),
    ),
    avoid: z.array(z.object({ id: z.string(), price: z.number(), touch: z.number() })),
    fill: z.object({ id: z.string(), price: z.number(), touch: z.number(), filled: z.number() }).optional(),
  }),
  None,
])
export type ExecutionJson = z.infer<typeof ExecutionSchema>

export const VolatilitySchema = z.discriminatedUnion('kind', [
  Reasoned.extend({
    horizonMs: z.number(),
    range: z.number(),
    rangeLow: z.number(),
    rangeHigh: z.number(),
    regime: z.enum(['calm', 'usual', 'violent']),
    lastHour: z.number(),
    index: z.number().optional(),
    above: GradientZoneSchema.optional(),
    below: GradientZoneSchema.optional(),
  }),
  None,
])
export type VolatilityJson = z.infer<typeof VolatilitySchema>

export const TOOL_SCHEMAS = {
  breakout: BreakoutSchema,
  scalp: ScalpSchema,
  stop: StopSchema,
  target: TargetSchema,
  execution: ExecutionSchema,
  volatility: VolatilitySchema,
} as const
export type ToolJson = z.infer<(typeof TOOL_SCHEMAS)[ToolName]>

/** What may be asked of the tools; each takes what it knows. Lengths in ms, amounts in USD. */
export interface ToolQuestion {
  readonly side?: string | undefined
  readonly entry?: number | undefined
  readonly size?: number | undefined
  readonly stop?: number | undefined
  readonly horizonMs?: number | undefined
  readonly durationMs?: number | undefined
  readonly riskAversion?: number | undefined
  /** Answer also where a backtest found the tool worse than the plain rule. Default: no. */
  readonly evenSo?: boolean | undefined
}

/** Asks one tool. What is missing of its question is refused by the tool itself, by field. */
export function askTool(name: ToolName, view: MarketView, question: ToolQuestion): Answer<object> {
  const answer = answerOf(name, view, question)
  const gain = TESTED_GAINS[name]
  if (answer.kind !== 'answer' || question.evenSo || gain === undefined) return answer
  return withheld(gain) ?? answer
}

function answerOf(name: ToolName, view: MarketView, question: ToolQuestion): Answer<object> {
  const { size = Number.NaN, durationMs, riskAversion, horizonMs, entry, stop } = question
  const side = question.side === 'long' || question.side === 'short' ? question.side : undefined
  const order = question.side === 'buy' || question.side === 'sell' ? question.side : undefined
  switch (name) {
    case 'breakout':
      return breakoutTool(view, { horizonMs })
    case 'scalp':
      return scalpTool(view)
    case 'stop':
      return side === undefined ? NO_SIDE : stopTool(view, { side, entry, size: question.size, stop, horizonMs })
    case 'target':
      return side === undefined ? NO_SIDE : targetTool(view, { side, entry, size: question.size, horizonMs })
    case 'execution':
      return order === undefined
        ? { kind: 'refused', field: 'side', reason: 'The side must be buy or sell.' }
        : executionTool(view, { side: order, size, durationMs, riskAversion })
    case 'volatility':
      return volatilityTool(view, { horizonMs })
  }
}

const NO_SIDE = { kind: 'refused', field: 'side', reason: 'The side must be long or short.' } as const

/** A tool's answer as REST and the command line say it. */
export function toolToJson<T extends object>(name: ToolName, view: MarketView, simulated: boolean, told: Told<T>) {
  return { ...insightToJson(view, simulated, told), tested: TESTED_GAINS[name] ?? null }
}
