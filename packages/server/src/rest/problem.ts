import { STATUS_CODES } from 'node:http'
import type { ProblemJson } from '@liqscope/protocol'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { ServerError } from '../error.ts'

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** An answer that is an error, RFC 9457. Thrown anywhere below a route. */
export class Problem extends ServerError {
  override readonly name = 'Problem'
  constructor(
    readonly status: number,
    /** Stable kebab-case name of the kind of problem. */
    readonly type: string,
    readonly title: string,
    readonly more: { readonly detail: string; readonly nearest?: string[]; readonly errors?: ProblemJson['errors'] },
  ) {
    super(more.detail)
  }
}

/** The one place where an error becomes an answer. Unexpected ones are logged, their text stays inside. */
export function answerError(error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): void {
  const problem = asProblem(error)
  if (problem.status >= 500) request.log.error({ err: error }, 'request failed')
  const body: ProblemJson = {
    type: problem.type,
    title: problem.title,
    status: problem.status,
    instance: request.url.slice(0, 500),
    detail: problem.more.detail,
    ...(problem.more.nearest && { nearest: problem.more.nearest }),
    ...(problem.more.errors && { errors: problem.more.errors }),
  }
  reply.status(problem.status).type(PROBLEM_TYPE).header('cache-control', 'no-store').send(JSON.stringify(body))
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): void {
  answerError(
    new Problem(404, 'not-found', 'Not found', {
      detail: `There is nothing at ${request.url.slice(0, 200)}. /openapi.json lists what there is.`,
    }),
    request,
    reply,
  )
}

function asProblem(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message }) => ({
      field: instancePath.replace(/^\//, '') || 'query',
      message: message ?? 'is not valid',
    }))
    return new Problem(400, 'bad-query', 'The query is not valid', {
      detail: errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
      errors,
    })
  }
  const status = error.statusCode ?? 500
  if (status >= 500)
    return new Problem(500, 'internal', 'Internal error', { detail: 'The server failed; its log says why.' })
  return new Problem(status, error.code?.toLowerCase() ?? 'refused', STATUS_CODES[status] ?? 'Refused', {
    detail: error.message,
  })
}
