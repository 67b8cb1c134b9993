import { type Answer, type MarketView, simulateCascade } from '@liqscope/engine'
import type { Clock } from '@liqscope/feeds'
import {
  askTool,
  CascadeSchema,
  ClustersSchema,
  clustersToJson,
  insightToJson,
  ProblemSchema,
  TOOL_NAMES,
  TOOL_SCHEMAS,
  type Told,
  type ToolName,
  toolToJson,
} from '@liqscope/protocol'
import { clusterLivesOf } from '../market/cluster-chronicle.ts'
import type { Market } from '../market/market.ts'
import { viewOf } from '../market/market-view.ts'
import type { Pipeline } from '../pipeline.ts'
import { answerJson } from './answer.ts'
import type { App } from './app.ts'
import { CascadeQuery, MarketQuery, TOOL_QUERIES } from './insight-query.ts'
import { Problem } from './problem.ts'

const PROBLEMS = { 400: ProblemSchema, 404: ProblemSchema }

export function clustersRoute(app: App, pipeline: Pipeline, clock: Clock): void {
  app.get(
    '/clusters',
    {
      schema: {
        summary: 'Clusters with all that is known of them, gradient zones, and their lives',
        querystring: MarketQuery,
        response: { 200: ClustersSchema, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const state = pipeline.find(request.query.market)
      const { lives, events } = clusterLivesOf(state)
      answerJson(request, reply, clustersToJson(viewFor(state, clock), state.instrument.simulated, lives, events))
      return reply
    },
  )
}

export function cascadeRoute(app: App, pipeline: Pipeline, clock: Clock): void {
  app.get(
    '/cascade',
    {
      schema: {
        summary: 'A chain of forced orders, if price went there: a scenario, not a forecast',
        querystring: CascadeQuery,
        response: { 200: CascadeSchema, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const state = pipeline.find(request.query.market)
      const view = viewFor(state, clock)
      const { market: _, ...question } = request.query
      answerJson(request, reply, insightToJson(view, state.instrument.simulated, told(simulateCascade(view, question))))
      return reply
    },
  )
}

const SUMMARIES: Readonly<Record<ToolName, string>> = {
  breakout: 'Which side of a consolidation holds more forced orders beyond it',
  scalp: 'Into the nearest zone: entry ahead of it, exit inside it, stop',
  stop: 'Where a stop stands beyond the forced orders',
  target: 'Where forced orders fill a resting exit',
  execution: 'Schedules for a large order, with cost and risk of each',
  volatility: 'Expected range, regime and the gradient around the price',
}

export function toolRoutes(app: App, pipeline: Pipeline, clock: Clock): void {
  for (const name of TOOL_NAMES) {
    const schema = {
      summary: SUMMARIES[name],
      querystring: TOOL_QUERIES[name],
      response: { 200: TOOL_SCHEMAS[name], ...PROBLEMS },
    }
    app.get(`/tools/${name}`, { schema }, async (request, reply) => {
      const state = pipeline.find(request.query.market)
      const view = viewFor(state, clock)
      const { market: _, ...question } = request.query
      answerJson(
        request,
        reply,
        toolToJson(name, view, state.instrument.simulated, told(askTool(name, view, question))),
      )
      return reply
    })
  }
}

function viewFor(state: Market, clock: Clock): MarketView {
  const view = viewOf(state, clock.now())
  if (view !== undefined) return view
  throw new Problem(404, 'no-map-yet', 'No map yet', {
    detail: `${state.instrument.id} has no price or open interest yet. Ask again in a few seconds.`,
  })
}

/** A refusal is the asker's to mend: 400, with the field. */
function told<T extends object>(answer: Answer<T>): Told<T> {
  if (answer.kind !== 'refused') return answer
  throw new Problem(400, 'bad-question', 'The question cannot be answered', {
    detail: answer.reason,
    errors: [{ field: answer.field, message: answer.reason }],
  })
}
