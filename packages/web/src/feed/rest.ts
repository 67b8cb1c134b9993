import type { HealthJson, HeatmapJson, MarketsJson, Range } from '@liqscope/protocol'
import { isHealth, isHeatmap, isMarkets } from './guards.ts'

/** A request that got no usable answer; the message says what to do. */
class RequestError extends Error {
  override readonly name = 'RequestError'
}

export function getMarkets(signal?: AbortSignal): Promise<MarketsJson> {
  return get('/api/v1/markets', isMarkets, signal)
}

export function getHeatmap(market: string, range: Range, signal?: AbortSignal): Promise<HeatmapJson> {
  return get(`/api/v1/heatmap?${new URLSearchParams({ market, range })}`, isHeatmap, signal)
}

export function getHealth(signal?: AbortSignal): Promise<HealthJson> {
  return get('/api/v1/health', isHealth, signal)
}

async function get<T>(path: string, guard: (value: unknown) => value is T, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) })
  const body: unknown = await response.json().catch(() => undefined)
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
