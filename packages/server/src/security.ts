import { isIP } from 'node:net'
import helmet from '@fastify/helmet'
import type { FastifyRequest } from 'fastify'
import type { App } from './rest/app.ts'
import { Problem } from './rest/problem.ts'

export interface SecurityOptions {
  /** Names beside IP addresses and localhost under which the server is reached, without port: `liq.example.org`. */
  readonly allowedHosts: readonly string[]
  /** Pages of other servers that may open `/ws`, written exactly as the browser sends them: `https://example.org`. */
  readonly allowedOrigins: readonly string[]
}

/**
 * Refuses what a web page elsewhere could make a browser send us. A rebound name shows in Host (an address cannot be
 * rebound, a name can: names must be listed); a foreign page shows in Origin, which is checked before the upgrade.
 * Programs send no Origin and are let in: they are not driven by a page.
 */
export async function secure(app: App, options: SecurityOptions): Promise<void> {
  app.addHook('onRequest', async (request) => {
    checkHost(request, options)
    if (request.headers.upgrade !== undefined || request.headers.origin !== undefined) checkOrigin(request, options)
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        // 'self' does not cover ws: in every browser.
        connectSrc: [
          "'self'",
          (request) => `ws://${request.headers.host}`,
          (request) => `wss://${request.headers.host}`,
        ],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Plain HTTP on loopback: a browser told to insist on HTTPS could not come back.
    strictTransportSecurity: false,
  })
}

function checkHost(request: FastifyRequest, { allowedHosts }: SecurityOptions): void {
  const name = hostName(request.headers.host)
  if (name !== undefined && (isIP(name) !== 0 || name === 'localhost' || allowedHosts.includes(name))) return
  throw new Problem(421, 'unknown-host', 'Not served under this name', {
    detail: 'Open the server by its address or as localhost, or list the name among its allowed hosts.',
  })
}

function checkOrigin(request: FastifyRequest, { allowedOrigins }: SecurityOptions): void {
  const { origin, host } = request.headers
  if (origin === undefined || allowedOrigins.includes(origin)) return
  if (origin === `http://${host}` || origin === `https://${host}`) return
  throw new Problem(403, 'foreign-origin', 'Not for pages of other servers', {
    detail: 'Pages of other servers may not use this one unless their origin is listed among its allowed origins.',
  })
}

/** `127.0.0.1` of `127.0.0.1:8787`, `::1` of `[::1]:8787`; undefined when it is neither name nor address. */
function hostName(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/i.exec(header ?? '')
  return match ? (match[1] ?? match[2])?.toLowerCase() : undefined
}
