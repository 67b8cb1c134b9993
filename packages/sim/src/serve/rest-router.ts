import type { RestReply, RestRequest } from './dialect.ts'
import { Query } from './query.ts'
import { Refusal } from './refusal.ts'
import type { BudgetVerdict, RequestBudget } from './request-budget.ts'

export interface Route {
  readonly budget: RequestBudget
  readonly weight: (query: URLSearchParams) => number
  readonly answer: (query: Query, time: number) => unknown
}

/** How one venue words what is the same on all. */
export interface RestStyle {
  readonly owns: (path: string) => boolean
  /** Puts an answer into the venue's envelope. */
  readonly wrap: (result: unknown, time: number) => unknown
  readonly unknownPath: (request: RestRequest) => Refusal
  readonly overBudget: (verdict: BudgetVerdict & { readonly retryAfter: number }, time: number) => Refusal
  readonly badQuery: ConstructorParameters<typeof Query>[1]
  /** Told with every answer. */
  readonly headers?: (verdict: BudgetVerdict) => Readonly<Record<string, string>>
}

/** Finds the route, charges its budget and answers. Nothing that a client asks for makes it throw. */
export class RestRouter {
  readonly #style: RestStyle
  readonly #routes: ReadonlyMap<string, Route>

  constructor(style: RestStyle, routes: ReadonlyMap<string, Route>) {
    this.#style = style
    this.#routes = routes
  }

  /** Undefined when the path is not this venue's. */
  answer(request: RestRequest): RestReply | undefined {
    const style = this.#style
    const { path, query, time } = request
    if (!style.owns(path)) return undefined
    const route = this.#routes.get(path)
    if (route === undefined || request.method !== 'GET') return style.unknownPath(request).reply
    const verdict = route.budget.charge(request.client, route.weight(query), time)
    const headers = style.headers?.(verdict) ?? {}
    try {
      if (verdict.kind !== 'allowed') throw style.overBudget(verdict, time)
      const result = route.answer(new Query(query, style.badQuery), time)
      return { status: 200, body: JSON.stringify(style.wrap(result, time)), headers }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { ...error.reply, headers: { ...headers, ...error.reply.headers } }
    }
  }
}
