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
import type { Sources } from '../directory.ts'
import { clusterLivesAt, clusterLivesOf } from '../market/cluster-chronicle.ts'
import type { Market } from '../market/market.ts'
import { viewOf, viewOfPast } from '../market/market-view.ts'
import { mapDrawnAt } from '../market/past-map.ts'
import type { Pipeline } from '../pipeline.ts'
import { answerJson } from './answer.ts'
import type { App } from './app.ts'
import { CascadeQuery, ClustersQuery, TOOL_QUERIES } from './insight-query.ts'
import { notHeld } from './map-route.ts'
import { Problem } from './problem.ts'
import { epochOf, INTERVAL_MS } from './query.ts'

const PROBLEMS = { 400: ProblemSchema, 404: ProblemSchema }

export function clustersRoute(app: App, pipeline: Pipeline, sources: Sources, clock: Clock): void {
  app.get(
    '/clusters',
    {
      schema: {
        summary: 'Clusters with all that is known of them, gradient zones, and their lives',
        querystring: ClustersQuery,
        response: { 200: ClustersSchema, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const state = pipeline.find(request.query.market)
      const { view, lives } = await seen(state, request.query.at, sources, clock)
      const followed = lives()
      answerJson(request, reply, clustersToJson(view, state.instrument.simulated, followed.lives, followed.events))
      return reply
    },
  )
}

export function cascadeRoute(app: App, pipeline: Pipeline, sources: Sources, clock: Clock): void {
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
      const { market: _, at, ...question } = request.query
      const { view } = await seen(state, at, sources, clock)
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

export function toolRoutes(app: App, pipeline: Pipeline, sources: Sources, clock: Clock): void {
  for (const name of TOOL_NAMES) {
    const schema = {
      summary: SUMMARIES[name],
      querystring: TOOL_QUERIES[name],
      response: { 200: TOOL_SCHEMAS[name], ...PROBLEMS },
    }
    app.get(`/tools/${name}`, { schema }, async (request, reply) => {
      const state = pipeline.find(request.query.market)
      const { market: _, at, ...question } = request.query
      const { view } = await seen(state, at, sources, clock)
      answerJson(
        request,
        reply,
        toolToJson(name, view, state.instrument.simulated, told(askTool(name, view, question))),
      )
      return reply
    })
  }
}

/** What is known of a market now, or was at a past moment, with the lives of its clusters up to then. */
async function seen(state: Market, moment: string | undefined, { replay }: Sources, clock: Clock): Promise<Seen> {
  const at = moment === undefined ? undefined : epochOf(moment)
  if (at === undefined || at >= (state.at ?? 0)) return ofMarket(state, clock)
  if (replay?.id === state.instrument.id) {
    const folded = await replay.player.foldUntil(at)
    if (folded?.map() === undefined) throw notHeld(state)
    return ofMarket(folded, clock)
  }
  const map = mapDrawnAt(state, at, Object.values(INTERVAL_MS))
  if (map === undefined) throw notHeld(state)
  return { view: viewOfPast(state, map), lives: () => clusterLivesAt(state, map.at) }
}

interface Seen {
  readonly view: MarketView
  readonly lives: () => ReturnType<typeof clusterLivesOf>
}

function ofMarket(market: Market, clock: Clock): Seen {
  const view = viewOf(market, clock.now())
  if (view !== undefined) return { view, lives: () => clusterLivesOf(market) }
  throw new Problem(404, 'no-map-yet', 'No map yet', {
    detail: `${market.instrument.id} has no price or open interest yet. Ask again in a few seconds.`,
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
