import type { Refusal } from './refusal.ts'

/** What can be wrong with a parameter. */
export type QueryProblem = 'missing' | 'not a time' | 'not a limit' | 'not an interval'

/** The query of a request, checked. Every method throws the venue's own Refusal. */
export class Query {
  readonly #query: URLSearchParams
  readonly #refuse: (problem: QueryProblem, name: string) => Refusal

  constructor(query: URLSearchParams, refuse: (problem: QueryProblem, name: string) => Refusal) {
    this.#query = query
    this.#refuse = refuse
  }

  optional(name: string): string | undefined {
    return this.#query.get(name) || undefined
  }

  mandatory(name: string): string {
    const value = this.optional(name)
    if (value === undefined) throw this.#refuse('missing', name)
    return value
  }

  /** A time in epoch ms (or what `unitMs` says), or an id. */
  time(name: string, unitMs = 1): number | undefined {
    const text = this.optional(name)
    if (text === undefined) return undefined
    if (!/^[0-9]{1,20}$/.test(text)) throw this.#refuse('not a time', name)
    return Number(text) * unitMs
  }

  /** More than `most` is answered with `most`. */
  limit(usual: number, most: number, name = 'limit'): number {
    const text = this.optional(name)
    if (text === undefined) return usual
    if (!/^[0-9]{1,9}$/.test(text) || Number(text) === 0) throw this.#refuse('not a limit', name)
    return Math.min(Number(text), most)
  }

  /** The length in ms of an interval or period by its name. */
  interval(name: string, known: ReadonlyMap<string, number>, usual?: string): number {
    const length = known.get(usual === undefined ? this.mandatory(name) : (this.optional(name) ?? usual))
    if (length === undefined) throw this.#refuse('not an interval', name)
    return length
  }
}
