import { findClusters, mapOfColumn } from '@liqscope/engine'
import { type MapJson, MapSchema, mapToJson, ProblemSchema } from '@liqscope/protocol'
import type { Sources } from '../directory.ts'
import type { Market } from '../market/market.ts'
import type { Pipeline } from '../pipeline.ts'
import { answerJson } from './answer.ts'
import type { App } from './app.ts'
import { Problem } from './problem.ts'
import { epochOf, INTERVAL_MS, MapQuery } from './query.ts'

/** How far before `at` the newest closed column may lie to stand for it. */
const NEAREST_MS = 4 * 3_600_000

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
    const column = Object.values(INTERVAL_MS)
      .flatMap((intervalMs) => state.columns(intervalMs, at - NEAREST_MS - intervalMs, at))
      .filter(({ openTime, intervalMs }) => openTime + intervalMs <= at)
      .toSorted((a, b) => b.openTime + b.intervalMs - (a.openTime + a.intervalMs) || a.intervalMs - b.intervalMs)[0]
    if (column) {
      const current = state.map()?.model
      const map = mapOfColumn(column, state.instrument.id, {
        name: current?.name ?? 'unknown',
        version: current?.version ?? 'unknown',
        weights: current?.weights ?? 'prior',
        notes: [
          'A past column as it was drawn then: its bounds and leverage split were not kept, so both bounds equal the ' +
            'estimate and all of it counts as leverage unknown.',
        ],
      })
      return { ...mapToJson(map, findClusters(map), state.instrument.simulated), basis: 'column' }
    }
  }
  const { from } = state.facts()
  throw new Problem(404, 'not-held', 'That moment is not held', {
    detail:
      from === null
        ? `${state.instrument.id} has no history yet.`
        : `${state.instrument.id} is held from ${new Date(from).toISOString()} to ${new Date(state.at ?? from).toISOString()}.`,
  })
}
