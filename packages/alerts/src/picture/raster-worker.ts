import { parentPort, workerData } from 'node:worker_threads'
import { rasterInThread } from './raster.ts'

// Runs in a worker thread: one picture, then it ends and its memory with it.
parentPort?.postMessage(await rasterInThread(String(workerData)))
