import type { AlertRuleInput, AlertsJson } from '@liqscope/protocol'

const PATH = '/api/v1/alerts'

/** Rules, what they told, channels. Rejects with an Error whose message is the server's own sentence. */
export async function getAlerts(signal?: AbortSignal): Promise<AlertsJson> {
  const body: unknown = await ask(PATH, { ...(signal ? { signal } : {}) })
  if (!isAlerts(body)) throw new Error('the answer is not what liqscope sends')
  return body
}

export function putRule(rule: AlertRuleInput): Promise<unknown> {
  return ask(`${PATH}/rules`, sending('PUT', rule))
}

export function deleteRule(id: string): Promise<unknown> {
  return ask(`${PATH}/rules/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

export function mute(minutes: number): Promise<unknown> {
  return ask(`${PATH}/mute`, sending('PUT', { minutes }))
}

export function tryChannel(name: string): Promise<unknown> {
  return ask(`${PATH}/channels/${encodeURIComponent(name)}/test`, { method: 'POST' })
}

function sending(method: string, body: object): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

async function ask(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(path, init)
  if (response.status === 204) return undefined
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) return body
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined
  throw new Error(typeof detail === 'string' ? detail : `the server answered ${response.status}`)
}

function isAlerts(value: unknown): value is AlertsJson {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['rules', 'told', 'channels'].every((name) => Array.isArray(Reflect.get(value, name)))
  )
}
