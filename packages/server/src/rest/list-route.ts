import { type HealthJson, HealthSchema, MarketsSchema } from '@liqscope/protocol'
import type { Directory, Sources } from '../directory.ts'
import { answerJson } from './answer.ts'
import type { App } from './app.ts'

export function marketsRoute(app: App, directory: Directory): void {
  app.get(
    '/markets',
    { schema: { summary: 'Markets, the one to open, notices, the replay clock', response: { 200: MarketsSchema } } },
    async (request, reply) => {
      answerJson(request, reply, directory.list())
      return reply
    },
  )
}

export function healthRoute(app: App, sources: Sources, about: { version: string; startedAt: number }): void {
  app.get(
    '/health',
    { schema: { summary: 'Every channel of every venue', response: { 200: HealthSchema } } },
    async (request, reply) => {
      answerJson(request, reply, healthJson(sources, about))
      return reply
    },
  )
}

function healthJson(sources: Sources, about: { version: string; startedAt: number }): HealthJson {
  const real = sources.live?.channels() ?? []
  const feeds = [sources.live, sources.sim].filter((source) => source !== undefined)
  const isReal = sources.replay !== undefined || (sources.live?.answered ?? false)
  return {
    status: !isReal ? 'simulated' : real.every(({ state }) => state === 'live') ? 'ok' : 'degraded',
    ...about,
    channels: [...real, ...(sources.sim?.channels() ?? [])],
    refused: feeds.flatMap((source) =>
      source.refused().map(({ venue, channel, reason, count }) => ({ venue, channel, reason, count })),
    ),
  }
}
