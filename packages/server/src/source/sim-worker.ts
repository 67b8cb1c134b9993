import { parentPort, workerData } from 'node:worker_threads'
import { startSimVenue } from '@liqscope/sim'
import { SimOrder, simOptions } from './sim-feed.ts'

// Runs in a worker thread: simulates the history, serves the venue on loopback, then tells where.
const venue = await startSimVenue({ ...simOptions(SimOrder.parse(workerData)), now: () => Date.now() })
parentPort?.postMessage({ restUrl: venue.restUrl, wsUrl: venue.wsUrl })
