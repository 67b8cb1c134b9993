import { parentPort, workerData } from 'node:worker_threads'
import { DIALECTS, SIM_CONTRACTS, type SimContract, startSimVenues } from '@liqscope/sim'

/** What the load generator is asked for. */
export interface LoopbackOrder {
  readonly symbols: number
  /** Simulated seconds per second. */
  readonly speed: number
}

// Runs in a worker thread: as many contracts as asked for, all like BTC's, on every venue.
if (parentPort !== null) {
  const { symbols, speed }: LoopbackOrder = workerData
  const [model] = SIM_CONTRACTS
  const contracts = Array.from({ length: symbols }, (_, at): SimContract => {
    const base = `C${at}X`
    return { ...model!, base, symbol: `${base}USDT` }
  })
  const dialects = Object.values(DIALECTS)
  const { venues } = await startSimVenues({
    dialects,
    markets: 'same',
    contracts,
    speed,
    warmupMs: 60_000,
    now: () => Date.now(),
  })
  parentPort.postMessage(venues.map(({ name, restUrl, wsUrl }) => ({ name, restUrl, wsUrl })))
}
