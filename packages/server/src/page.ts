import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { App } from './rest/app.ts'
import { Problem } from './rest/problem.ts'

/** Serves the built page: assets named by their content may be kept for ever, the rest is asked for again. */
export async function servePage(app: App, root: string): Promise<void> {
  if (!existsSync(join(root, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, async () => {
      throw new Problem(404, 'page-not-built', 'The page is not built', {
        detail: 'Build it with `npm run build`. The data is served already, see /openapi.json.',
      })
    })
    return
  }
  await app.register(fastifyStatic, {
    root,
    index: 'index.html',
    cacheControl: false,
    setHeaders(reply, path) {
      reply.setHeader(
        'cache-control',
        /[\\/]assets[\\/].+-[\w-]{8,}\.\w+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
}
