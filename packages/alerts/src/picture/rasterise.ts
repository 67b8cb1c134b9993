import { Worker } from 'node:worker_threads'

const TIMEOUT_MS = 20_000

/**
 * An SVG picture as PNG, made in a thread of its own: half a second during which a server must answer. The rasteriser
 * (2.4 MB) is loaded for each picture and gone afterwards. Rejects when it fails or takes longer than 20 s.
 */
export async function rasterise(svg: string): Promise<Uint8Array> {
  // Node cannot start a worker from TypeScript sources, which is how tests run.
  if (import.meta.url.endsWith('.ts')) return (await import('./raster.ts')).rasterInThread(svg)
  const worker = new Worker(new URL('./raster-worker.js', import.meta.url), { workerData: svg })
  worker.unref()
  const timer = setTimeout(() => void worker.terminate(), TIMEOUT_MS)
  try {
    return await new Promise((resolve, reject) => {
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`drawing ended with code ${code}`)))
      worker.once('message', (png: unknown) =>
        png instanceof Uint8Array ? resolve(png) : reject(new TypeError('drawing gave no picture')),
      )
    })
  } finally {
    clearTimeout(timer)
  }
}
