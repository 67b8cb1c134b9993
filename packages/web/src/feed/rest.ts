import type {
  BreakoutJson,
  CascadeJson,
  ClustersJson,
  ExecutionJson,
  HealthJson,
  HeatmapJson,
  MapJson,
  MarketsJson,
  PositionsJson,
  Range,
  ScalpJson,
  ScoreJson,
  StopJson,
  TargetJson,
  VolatilityJson,
} from '@liqscope/protocol'
import { isHealth, isHeatmap, isInsight, isMap, isMarkets, isPositions, isScore } from './guards.ts'

/** A request that got no usable answer; the message says what to do. */
class RequestError extends Error {
  override readonly name = 'RequestError'
}

export function getMarkets(signal?: AbortSignal): Promise<MarketsJson> {
  return get('/api/v1/markets', isMarkets, signal)
}

/** @param to end of the range, epoch ms; undefined is the newest data. */
export function getHeatmap(
  market: string,
  range: Range,
  to: number | undefined,
  signal?: AbortSignal,
): Promise<HeatmapJson> {
  const query = new URLSearchParams({ market, range, ...(to === undefined ? {} : { to: String(Math.round(to)) }) })
  return get(`/api/v1/heatmap?${query}`, isHeatmap, signal)
}

/** The map as it was known at a moment, epoch ms. */
export function getMap(market: string, at: number, signal?: AbortSignal): Promise<MapJson> {
  return get(`/api/v1/map?${new URLSearchParams({ market, at: String(at) })}`, isMap, signal)
}

/** OBSERVED: known positions of a market whose exchange shows them. */
export function getPositions(market: string, signal?: AbortSignal): Promise<PositionsJson> {
  return get(`/api/v1/positions?${new URLSearchParams({ market })}`, isPositions, signal)
}

export function getHealth(signal?: AbortSignal): Promise<HealthJson> {
  return get('/api/v1/health', isHealth, signal)
}

export function getScore(market: string, signal?: AbortSignal): Promise<ScoreJson> {
  return get(`/api/v1/score?${new URLSearchParams({ market })}`, isScore, signal)
}

/** What the server answers to questions about a market, by route. */
interface Insights {
  clusters: ClustersJson
  cascade: CascadeJson
  'tools/breakout': BreakoutJson
  'tools/scalp': ScalpJson
  'tools/stop': StopJson
  'tools/target': TargetJson
  'tools/execution': ExecutionJson
  'tools/volatility': VolatilityJson
}
export type InsightRoute = keyof Insights
export type InsightOf<Route extends InsightRoute> = Insights[Route]

/** @param question route and query, `cascade?market=...` */
export function getInsight<Route extends InsightRoute>(
  question: string,
  signal?: AbortSignal,
): Promise<InsightOf<Route>> {
  return get(`/api/v1/${question}`, isInsight<InsightOf<Route>>, signal)
}

async function get<T>(path: string, guard: (value: unknown) => value is T, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) })
  const body: unknown = await response.json().catch(() => undefined)
  // A refused question is its writer's to mend: the server's sentence says how, the path says nothing.
  if (response.status === 400) throw new RequestError(problemOf(body) ?? 'The server refused the question.')
  if (!response.ok) throw new RequestError(`${path}: ${problemOf(body) ?? `the server answered ${response.status}`}`)
  if (!guard(body))
    throw new RequestError(`${path}: the answer is not what liqscope sends; is another program on this port?`)
  return body
}

/** The sentence of a problem+json body. */
function problemOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  for (const name of ['detail', 'title', 'message']) {
    const text: unknown = Reflect.get(body, name)
    if (typeof text === 'string' && text !== '') return text
  }
  return undefined
}
