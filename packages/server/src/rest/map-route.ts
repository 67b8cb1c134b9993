import { findClusters } from '@liqscope/engine'
import { type MapJson, MapSchema, mapToJson, ProblemSchema } from '@liqscope/protocol'
import type { Sources } from '../directory.ts'
import type { Market } from '../market/market.ts'
import { mapDrawnAt } from '../market/past-map.ts'
import type { Pipeline } from '../pipeline.ts'
import { answerJson } from './answer.ts'
import type { App } from './app.ts'
import { Problem } from './problem.ts'
import { epochOf, INTERVAL_MS, MapQuery } from './query.ts'

export function mapRoute(app: App, pipeline: Pipeline, sources: Sources): void {
  app.get(
    '/map',
    {
      schema: {
        summary: 'The liquidation map, now or at a past moment',
        querystring: MapQuery,
        response: { 200: MapSchema, 400: ProblemSchema, 404: ProblemSchema },
      },
    },
    async (request, reply) => {
      const state = pipeline.find(request.query.market)
      const { at } = request.query
      const json =
        at === undefined || epochOf(at) >= (state.at ?? 0) ? now(state) : await past(state, epochOf(at), sources)
      answerJson(request, reply, { ...json, skill: pipeline.scoreOf(state.instrument.id)?.skill() ?? null })
      return reply
    },
  )
}

function now(state: Market): MapJson {
  const map = state.map()
  if (!map)
    throw new Problem(404, 'no-map-yet', 'No map yet', {
      detail: `${state.instrument.id} has no price or open interest yet. Ask again in a few seconds.`,
    })
  return { ...mapToJson(map, findClusters(map), state.instrument.simulated), basis: 'now' }
}

/** A file is folded again up to the moment; a live market answers with the column it drew then, never a later view. */
async function past(state: Market, at: number, { replay }: Sources): Promise<MapJson> {
  if (replay?.id === state.instrument.id) {
    const folded = await replay.player.foldUntil(at)
    const map = folded?.map()
    if (map) return { ...mapToJson(map, findClusters(map), state.instrument.simulated), basis: 'refold' }
  } else {
    const map = mapDrawnAt(state, at, Object.values(INTERVAL_MS))
    if (map) return { ...mapToJson(map, findClusters(map), state.instrument.simulated), basis: 'column' }
  }
  throw notHeld(state)
}

/** The answer where a past moment is asked for that is not held. */
export function notHeld(state: Market): Problem {
  const { from } = state.facts()
  return new Problem(404, 'not-held', 'That moment is not held', {
    detail:
      from === null
        ? `${state.instrument.id} has no history yet.`
        : `${state.instrument.id} is held from ${new Date(from).toISOString()} to ${new Date(state.at ?? from).toISOString()}.`,
  })
}
