import { parentPort, workerData } from 'node:worker_threads'
import { startSimVenues } from '@liqscope/sim'
import { SimOrder, simOptions } from './sim-feed.ts'

// Runs in a worker thread: simulates the history, serves the venues on loopback, then tells where.
const { venues } = await startSimVenues(simOptions(SimOrder.parse(workerData), () => Date.now()))
parentPort?.postMessage(venues.map(({ name, restUrl, wsUrl }) => ({ name, restUrl, wsUrl })))
