/** A request the venue refuses, with its own code and words. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  constructor(
    readonly code: number,
    message: string,
    readonly status = 400,
  ) {
    super(message)
  }
}

/** The query of a request, checked as the venue checks it. Every method throws a Refusal. */
export class Query {
  readonly #query: URLSearchParams

  constructor(query: URLSearchParams) {
    this.#query = query
  }

  optional(name: string): string | undefined {
    return this.#query.get(name) || undefined
  }

  mandatory(name: string): string {
    const value = this.optional(name)
    if (value === undefined)
      throw new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
    return value
  }

  /** A time in epoch ms. */
  time(name: string): number | undefined {
    const text = this.optional(name)
    if (text === undefined) return undefined
    if (!/^[0-9]{1,20}$/.test(text))
      throw new Refusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`)
    return Number(text)
  }

  /** More than `most` is answered with `most`. */
  limit(usual: number, most: number): number {
    const text = this.optional('limit')
    if (text === undefined) return usual
    if (!/^[0-9]{1,9}$/.test(text) || Number(text) === 0)
      throw new Refusal(-1130, "Data sent for parameter 'limit' is not valid.")
    return Math.min(Number(text), most)
  }

  /** The length in ms of an interval or period by its name. */
  interval(name: string, known: ReadonlyMap<string, number>): number {
    const length = known.get(this.mandatory(name))
    if (length === undefined) throw new Refusal(-1120, 'Invalid interval.')
    return length
  }
}
