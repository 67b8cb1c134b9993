import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProblemSchema } from '@liqscope/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { started, subscriber } from './running.ts'

/** A request with any Host and path, which fetch would not send. */
function raw(url: string, path: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(url)
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (response) => {
      let body = ''
      response.on('data', (part) => {
        body += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

const folder = mkdtempSync(join(tmpdir(), 'liqscope-server-'))
afterAll(() => rmSync(folder, { recursive: true }))

function builtPage(): string {
  const root = mkdtempSync(join(folder, 'page-'))
  mkdirSync(join(root, 'assets'))
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(root, 'assets', 'index-Ab3_x9Qz.js'), 'export {}')
  writeFileSync(join(root, '..', 'liqscope-outside.txt'), 'outside')
  return root
}

describe('a name that is not ours', () => {
  it.each(['evil.example', 'evil.example:8787', '127.0.0.1.evil.example', 'localhost.evil.example', 'a b'])(
    'in Host (%j) is refused on every path',
    async (host) => {
      const { url } = await started()
      for (const path of ['/', '/api/v1/markets', '/ws', '/metrics', '/openapi.json']) {
        const { status, body } = await raw(url, path, { host })
        expect([path, status]).toEqual([path, 421])
        expect(ProblemSchema.parse(JSON.parse(body)).type).toBe('unknown-host')
      }
    },
  )

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST:1234', '[::1]:8787', '192.168.1.7:8787'])(
    'is not meant by %s',
    async (host) => {
      const { url } = await started()
      expect((await raw(url, '/api/v1/markets', { host })).status).toBe(200)
    },
  )

  it('can be listed', async () => {
    const { url } = await started({ security: { allowedHosts: ['liq.example.org'] } })
    expect((await raw(url, '/api/v1/markets', { host: 'liq.example.org' })).status).toBe(200)
  })
})

describe('a page of another server', () => {
  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'http://127.0.0.1.evil.example'])(
    '(%s) gets no WebSocket',
    async (origin) => {
      const { url } = await started()
      const client = subscriber(url, { origin })
      const refused = await new Promise<number | undefined>((resolve) => {
        client.socket.on('unexpected-response', (_, response) => resolve(response.statusCode))
        client.socket.on('open', () => resolve(undefined))
      })
      expect(refused).toBe(403)
    },
  )

  it('gets no answer from REST either', async () => {
    const { url } = await started()
    expect((await raw(url, '/api/v1/markets', { origin: 'http://evil.example' })).status).toBe(403)
  })

  it('is let in when its origin is listed', async () => {
    const { url } = await started({ security: { allowedOrigins: ['https://dash.example'] } })
    const client = subscriber(url, { origin: 'https://dash.example' })
    await client.until((messages) => messages.find(({ type }) => type === 'welcome'), 'welcome')
  })

  it('is not our own page', async () => {
    const { url } = await started()
    const client = subscriber(url, { origin: url })
    await client.until((messages) => messages.find(({ type }) => type === 'welcome'), 'welcome')
  })
})

describe('the page', () => {
  it('comes with a policy that lets no inline code or style run and no foreign page frame it', async () => {
    const { url } = await started({ webRoot: builtPage() })
    const response = await fetch(`${url}/`)
    expect(await response.text()).toContain('<title>page</title>')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain(`connect-src 'self' ${url.replace('http', 'ws')}`)
    expect(policy).not.toMatch(/unsafe|\*/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('strict-transport-security')).toBeNull()
  })

  it('lets browsers keep what is named by its content', async () => {
    const { url } = await started({ webRoot: builtPage() })
    const asset = await fetch(`${url}/assets/index-Ab3_x9Qz.js`)
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(asset.headers.get('content-type')).toContain('javascript')
  })

  it.each(['/../liqscope-outside.txt', '/assets/../../liqscope-outside.txt', '/%2e%2e/liqscope-outside.txt'])(
    'does not reach outside its folder by %s',
    async (path) => {
      const { url } = await started({ webRoot: builtPage() })
      const { status, body } = await raw(url, path, {})
      expect(status).toBeGreaterThanOrEqual(400)
      expect(body).not.toContain('outside\n')
    },
  )

  it('that is not built is said to be so, with what to do', async () => {
    const { url } = await started()
    const response = await fetch(`${url}/`)
    expect(response.status).toBe(404)
    expect(ProblemSchema.parse(await response.json()).detail).toContain('npm run build')
  })
})
