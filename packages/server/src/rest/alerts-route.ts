import { SendError } from '@liqscope/alerts'
import { AlertMuteSchema, AlertRuleInputSchema, AlertRuleSchema, AlertsSchema, ProblemSchema } from '@liqscope/protocol'
import { z } from 'zod'
import type { Alerts } from '../alerts/alerts.ts'
import type { App } from './app.ts'
import { Problem } from './problem.ts'

const Named = z.object({ name: z.string().min(1).max(60) })
const problems = { 400: ProblemSchema, 403: ProblemSchema, 404: ProblemSchema }

/**
 * Rules can be changed where only this machine reaches the server. There is no password, and whoever may write rules may
 * send messages to somebody's phone.
 */
export function alertRoutes(app: App, alerts: Alerts): void {
  app.get(
    '/alerts',
    { schema: { summary: 'Rules, what they told, channels', response: { 200: AlertsSchema } } },
    async () => alerts.list(),
  )
  app.put(
    '/alerts/rules',
    {
      schema: {
        summary: 'Makes or replaces a rule',
        body: AlertRuleInputSchema,
        response: { 200: AlertRuleSchema, ...problems },
      },
    },
    async ({ body }) => {
      mustBeOurs(alerts)
      return asked(() => alerts.setRule(body))
    },
  )
  app.delete(
    '/alerts/rules/:name',
    { schema: { summary: 'Removes a rule', params: Named, response: { 204: z.null(), ...problems } } },
    async ({ params }, reply) => {
      mustBeOurs(alerts)
      if (!alerts.removeRule(params.name))
        throw new Problem(404, 'unknown-rule', 'Unknown rule', { detail: `There is no alert rule "${params.name}".` })
      return reply.status(204).send(null)
    },
  )
  app.put(
    '/alerts/mute',
    {
      schema: {
        summary: 'Sends nothing for a while',
        body: AlertMuteSchema,
        response: { 200: AlertsSchema, ...problems },
      },
    },
    async ({ body }) => {
      mustBeOurs(alerts)
      alerts.mute(body.minutes)
      return alerts.list()
    },
  )
  app.post(
    '/alerts/channels/:name/test',
    {
      schema: {
        summary: 'Sends a test message through a channel',
        params: Named,
        response: { 204: z.null(), ...problems, 502: ProblemSchema },
      },
    },
    async ({ params }, reply) => {
      mustBeOurs(alerts)
      await alerts.tryOut(params.name).catch((error: unknown) => {
        if (!(error instanceof SendError)) throw error
        throw new Problem(502, 'not-delivered', 'Not delivered', { detail: `${params.name}: ${error.message}.` })
      })
      return reply.status(204).send(null)
    },
  )
}

function mustBeOurs({ mayChange }: Alerts): void {
  if (mayChange) return
  throw new Problem(403, 'read-only', 'Alerts are read-only here', {
    detail:
      'This server is reachable from outside and has no password: alerts can be changed only where it listens on 127.0.0.1.',
  })
}

function asked<T>(change: () => T): T {
  try {
    return change()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Problem(400, 'bad-rule', 'The rule cannot be meant', { detail: error.message })
  }
}
