import { nearestNames, parseSymbol } from '@liqscope/market'
import { type MapJson, MapSchema, type MarketJson, MarketsSchema } from '@liqscope/protocol'
import { CliError, EXIT } from '../exit.ts'

const ANSWER_WITHIN_MS = 10_000 // a map is made in milliseconds; a server that is busy folding needs seconds

/**
 * The map of a running server.
 * @throws {CliError} when it does not answer (network) or has no such market (usage), with the nearest names.
 */
export async function fetchMap(
  server: URL,
  asked: string,
  options: { readonly at: number | undefined; readonly window: number | undefined },
): Promise<MapJson> {
  const { markets } = MarketsSchema.parse(await fetchJson(server, 'markets', {}))
  const market = pickMarket(asked, markets)
  const found = MapSchema.parse(
    await fetchJson(server, 'map', {
      market: market.id,
      ...(options.at === undefined ? {} : { at: new Date(options.at).toISOString() }),
    }),
  )
  const { window } = options
  if (window === undefined) return found
  const near = ({ price }: { readonly price: number }) => Math.abs(price / found.price - 1) <= window
  return { ...found, bins: found.bins.filter(near), cumulative: found.cumulative.filter(near) }
}

function pickMarket(asked: string, markets: readonly MarketJson[]): MarketJson {
  const wanted = asked.toUpperCase()
  const query = parseSymbol(asked)
  const found =
    markets.find(({ id }) => id.toUpperCase() === wanted) ??
    markets.find(
      ({ base, quote, venue }) =>
        base === query.base &&
        (query.quote === undefined || quote === query.quote) &&
        (query.venue === undefined || venue === query.venue),
    )
  if (found !== undefined) return found
  const nearest = nearestNames(
    asked,
    markets.map(({ id }) => id),
  )
  throw new CliError(
    nearest.length === 0
      ? `the server has no market yet; try again in a few seconds`
      : `the server has no market "${asked}"; the nearest names are ${nearest.join(', ')}`,
    EXIT.usage,
  )
}

async function fetchJson(server: URL, route: string, query: Readonly<Record<string, string>>): Promise<unknown> {
  const address = new URL(`/api/v1/${route}?${new URLSearchParams(query)}`, server)
  const response = await fetch(address, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch((error: unknown) => {
    throw new CliError(`${server.origin} does not answer; is \`liqscope serve\` running there?`, EXIT.network, {
      cause: error,
    })
  })
  const text = await response.text()
  if (response.ok) {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new CliError(`${server.origin} is not a liqscope server: its answer is not JSON`, EXIT.network, {
        cause: error,
      })
    }
  }
  const code = response.status < 500 ? EXIT.failure : EXIT.network
  throw new CliError(`${server.origin} answered ${response.status}: ${problemText(text)}`, code)
}

function problemText(text: string): string {
  try {
    const problem: unknown = JSON.parse(text)
    if (typeof problem === 'object' && problem !== null && 'detail' in problem) return String(problem.detail)
  } catch {
    // not problem+json: shown as it came
  }
  return text.slice(0, 200)
}
