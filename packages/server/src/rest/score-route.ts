import { ProblemSchema, type ScoreJson, ScoreSchema } from '@liqscope/protocol'
import type { Pipeline } from '../pipeline.ts'
import { answerJson } from './answer.ts'
import type { App } from './app.ts'
import { Problem } from './problem.ts'
import { MarketQuery } from './query.ts'

export function scoreRoute(app: App, pipeline: Pipeline): void {
  app.get(
    '/score',
    {
      schema: {
        summary: 'How right the maps were: frozen every hour, held to what they said 1, 4 and 24 hours later',
        querystring: MarketQuery,
        response: { 200: ScoreSchema, 400: ProblemSchema, 404: ProblemSchema },
      },
    },
    async (request, reply) => {
      answerJson(request, reply, scoreOf(pipeline, request.query.market))
      return reply
    },
  )
}

function scoreOf(pipeline: Pipeline, asked: string): ScoreJson {
  const { instrument } = pipeline.find(asked)
  const members = pipeline.membersOf(instrument.id)
  if (members.length === 0) {
    const score = pipeline.scoreOf(instrument.id)
    if (score) return score.json()
    throw new Problem(404, 'no-score-yet', 'No score yet', {
      detail: `${instrument.id} is still reading its history. Ask again in a few seconds.`,
    })
  }
  const scores = members.flatMap(({ instrument: { id } }) => pipeline.scoreOf(id)?.json() ?? [])
  const first = scores.map(({ since }) => since ?? Number.POSITIVE_INFINITY)
  const since = Math.min(...first)
  return {
    market: instrument.id,
    simulated: instrument.simulated,
    basis: 'live',
    since: Number.isFinite(since) ? since : null,
    frozen: scores.reduce((sum, { frozen }) => sum + frozen, 0),
    pending: scores.reduce((sum, { pending }) => sum + pending, 0),
    horizons: [],
    skill: null,
    snapshots: [],
    stored: scores.length > 0 && scores.every(({ stored }) => stored),
    notes: ['A sum of markets is scored by its markets.'],
    members: scores.map(({ members: _, ...score }) => score),
  }
}
