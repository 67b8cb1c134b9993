import { binanceDialect } from '../binance/dialect.ts'
import { SIM_CONTRACTS, type SimContract } from '../core/contract.ts'
import type { SimMarket } from '../core/sim-market.ts'
import type { Dialect } from './dialect.ts'
import type { FaultStep } from './fault-script.ts'
import { FaultScript } from './fault-script.ts'
import type { Faults } from './faults.ts'
import { MarketFloor } from './market-floor.ts'
import { VenueServer } from './venue-server.ts'

/** How often the markets catch up with the clock. Order books are published at this pace. */
const STEP_MS = 100
const DEFAULT_WARMUP_MS = 72 * 3_600_000

export interface SimVenuesOptions {
  readonly dialects: readonly Dialect[]
  /**
   * `same`: every venue serves the same markets, event for event. `own`: each venue has its own traders and prices, and
   * they share what the coin is worth.
   */
  readonly markets: 'same' | 'own'
  readonly seed?: number
  /** Ports from here on, in the order of the dialects; 0 takes free ones. */
  readonly port?: number
  readonly host?: string
  /** Simulated seconds per second of `now`. */
  readonly speed?: number
  /** Simulated history before the first moment that is served. */
  readonly warmupMs?: number
  /** Epoch ms. */
  readonly now: () => number
  /** Of the contracts that ship with the simulator; default: all of them. */
  readonly symbols?: readonly string[]
  /** Instead of `symbols`: contracts of one's own. */
  readonly contracts?: readonly SimContract[]
  /** What goes wrong on each venue, and when, from the moment it serves. */
  readonly faults?: readonly FaultStep[]
}

export interface SimVenueOptions extends Omit<SimVenuesOptions, 'dialects' | 'markets'> {
  /** Default: Binance's. */
  readonly dialect?: Dialect
}

/** A running venue on loopback. */
export interface SimVenue {
  /** The dialect's name. */
  readonly name: string
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly restUrl: string
  /** `ws://127.0.0.1:port`, without a slash at the end. */
  readonly wsUrl: string
  readonly markets: readonly SimMarket[]
  readonly faults: Faults
  /** Connections that are open now. */
  readonly connections: number
  /** Brings the markets up to `now` and sends what happened, without waiting for the timer. */
  step(): void
  /** Ends every connection with 1001 and frees the port. */
  close(): Promise<void>
}

/** Several venues in step, each on its own port. */
export interface SimVenues {
  /** In the order of the dialects. */
  readonly venues: readonly SimVenue[]
  step(): void
  close(): Promise<void>
}

/**
 * Simulates `warmupMs` of history, then serves the markets in step with the clock.
 * @throws when the port is taken, or a symbol is unknown.
 */
export async function startSimVenue(options: SimVenueOptions): Promise<SimVenue> {
  const { dialect = binanceDialect, ...rest } = options
  const { venues, close } = await startSimVenues({ ...rest, dialects: [dialect], markets: 'same' })
  const venue = venues[0]
  if (venue === undefined) throw new RangeError('a venue needs a dialect')
  return Object.assign(venue, { close })
}

/** Like `startSimVenue`, for several venues. */
export async function startSimVenues(options: SimVenuesOptions): Promise<SimVenues> {
  const { now, dialects, speed = 1, host = '127.0.0.1', warmupMs = DEFAULT_WARMUP_MS, seed = 1, port = 0 } = options
  const contracts = options.contracts ?? contractsOf(options.symbols)
  const wallStart = now()
  const marketTime = (): number => Math.floor(wallStart + (now() - wallStart) * speed)
  const floor = new MarketFloor({
    seed,
    contracts,
    venues: options.markets === 'own' ? dialects.map(({ name }) => name) : [],
    startTime: wallStart - warmupMs,
  })
  await floor.warmUp(marketTime)
  const servers = dialects.map((dialect) => {
    const own = floor.markets.filter(({ venue }) => venue === '' || venue === dialect.name)
    return { dialect, own, server: new VenueServer(dialect, own, now, marketTime) }
  })
  const scripts = servers.map(({ server }) => new FaultScript(options.faults ?? [], server.faults, now()))
  const step = (): void => {
    for (const script of scripts) script.tick(now())
    const happened = floor.advance(marketTime())
    for (const { server } of servers) server.tick(happened)
  }
  const ports: number[] = []
  try {
    for (const [at, { server }] of servers.entries()) ports.push(await server.listen(port === 0 ? 0 : port + at, host))
  } catch (error) {
    await Promise.all(servers.slice(0, ports.length).map(({ server }) => server.close()))
    throw error
  }
  for (const { market } of floor.markets) market.publishBook(true)
  const timer = setInterval(step, STEP_MS)
  return {
    venues: servers.map(({ dialect, own, server }, at) => ({
      name: dialect.name,
      restUrl: `http://${host}:${ports[at]}`,
      wsUrl: `ws://${host}:${ports[at]}`,
      markets: own.map(({ market }) => market),
      faults: server.faults,
      get connections() {
        return server.connections.size
      },
      step,
      close: () => server.close(),
    })),
    step,
    async close() {
      clearInterval(timer)
      await Promise.all(servers.map(({ server }) => server.close()))
    },
  }
}

/** @throws {RangeError} on a symbol that does not ship with the simulator. */
function contractsOf(symbols: readonly string[] | undefined): readonly SimContract[] {
  if (symbols === undefined) return SIM_CONTRACTS
  return symbols.map((symbol) => {
    const found = SIM_CONTRACTS.find((contract) => contract.symbol === symbol)
    if (found === undefined) throw new RangeError(`no simulated contract is called "${symbol}"`)
    return found
  })
}
