import { type MapJson, MapSchema, MarketsSchema, ProblemSchema } from '@liqscope/protocol'
import { CliError, EXIT } from '../exit.ts'

const ANSWER_WITHIN_MS = 10_000 // a map is made in milliseconds; a server that is busy folding needs seconds

/**
 * The map of a running server, of the market asked for or of the one its page opens on. Which names it knows, and which
 * are near to a wrong one, is the server's to say.
 *
 * @throws {CliError} when it does not answer (network) or has no such market (usage), with the nearest names.
 */
export async function fetchMap(
  server: URL,
  asked: string | undefined,
  { at, window }: { readonly at: number | undefined; readonly window: number | undefined },
): Promise<MapJson> {
  const market = await marketOf(server, asked)
  const found = MapSchema.parse(
    await fetchJson(server, 'map', { market, ...(at === undefined ? {} : { at: new Date(at).toISOString() }) }),
  )
  if (window === undefined) return found
  const near = ({ price }: { readonly price: number }) => Math.abs(price / found.price - 1) <= window
  return { ...found, bins: found.bins.filter(near), cumulative: found.cumulative.filter(near) }
}

/** What an answer must look like; `parse` throws when it does not. */
export interface Schema<Json> {
  parse(value: unknown): Json
}

/** What a running server answers to a question about a market; names with undefined values are left out. */
export async function fetchInsight<Json>(
  server: URL,
  route: string,
  asked: string | undefined,
  question: Readonly<Record<string, string | number | boolean | undefined>>,
  schema: Schema<Json>,
): Promise<Json> {
  const market = await marketOf(server, asked)
  const given = Object.entries(question).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return schema.parse(await fetchJson(server, route, { market, ...Object.fromEntries(given) }))
}

async function marketOf(server: URL, asked: string | undefined): Promise<string> {
  const market = asked ?? MarketsSchema.parse(await fetchJson(server, 'markets', {})).default
  if (market === null) throw new CliError('the server has no market yet; try again in a few seconds')
  return market
}

async function fetchJson(server: URL, route: string, query: Readonly<Record<string, string>>): Promise<unknown> {
  const address = new URL(`/api/v1/${route}?${new URLSearchParams(query)}`, server)
  const response = await fetch(address, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch((error: unknown) => {
    throw new CliError(`${server.origin} does not answer; is \`liqscope serve\` running there?`, EXIT.network, {
      cause: error,
    })
  })
  const body = parsed(await response.text())
  const problem = ProblemSchema.safeParse(body)
  if (!response.ok && problem.success) {
    const { type, detail } = problem.data
    throw new CliError(detail, response.status === 400 || type === 'unknown-market' ? EXIT.usage : EXIT.failure)
  }
  if (response.ok && body !== undefined) return body
  throw new CliError(`${server.origin} is not a liqscope server: it answers ${response.status}`, EXIT.network)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
