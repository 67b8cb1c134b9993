import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import websocket from '@fastify/websocket'
import { type BotAnswer, type BotQuestion, startTelegramBot } from '@liqscope/alerts'
import { type Clock, EXCHANGES, type Exchange } from '@liqscope/feeds'
import type { InstrumentId } from '@liqscope/market'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { pino } from 'pino'
import { type AlertsOptions, openAlerts } from './alerts/alerts.ts'
import { botAnswer } from './alerts/bot-answers.ts'
import { MarketPictures } from './alerts/market-picture.ts'
import { type CaptureOptions, ServedCapture } from './capture/served-capture.ts'
import { every, systemClock } from './clock.ts'
import { DataFolder } from './data-folder.ts'
import { Directory, type Sources } from './directory.ts'
import { PortBusyError, ServerError } from './error.ts'
import { metricsRoute } from './metrics.ts'
import { servePage } from './page.ts'
import { Pipeline } from './pipeline.ts'
import { alertRoutes } from './rest/alerts-route.ts'
import type { App } from './rest/app.ts'
import { barsRoute, heatmapRoute } from './rest/heatmap-route.ts'
import { cascadeRoute, clustersRoute, toolRoutes } from './rest/insight-route.ts'
import { healthRoute, marketsRoute } from './rest/list-route.ts'
import { mapRoute } from './rest/map-route.ts'
import { positionsRoute } from './rest/positions-route.ts'
import { answerError, answerNotFound, Problem } from './rest/problem.ts'
import { scoreRoute } from './rest/score-route.ts'
import { Scores } from './score/scores.ts'
import { type SecurityOptions, secure } from './security.ts'
import { Broadcast } from './socket/broadcast.ts'
import { Sessions } from './socket/session.ts'
import { openBanFile } from './source/ban-file.ts'
import { type LiveVenuesOptions, openLiveVenues, type SourceParts } from './source/open-venues.ts'
import { Replay, type ReplayOptions } from './source/replay.ts'
import { DEFAULT_SIM_HOURS, type SimOptions, simFeed } from './source/sim-feed.ts'
import { type OpenFeed, VenueSource } from './source/venue-source.ts'
import { readVersion } from './version.ts'

/** Patches go out this often: four a second is smooth for a map that changes with each bar. */
const BROADCAST_MS = 250
const STATUS_MS = 1_000
/** Largest message a client may send. */
const MAX_INBOUND_BYTES = 64 * 1024
/** Requests of one address to the REST interface. A page needs a few; a heatmap costs tens of ms. */
const RATE_LIMIT = { max: 600, timeWindow: '1 minute' }
/** Clients get their 1001 and this long to answer; then connections are cut. Within the 10 s a supervisor waits. */
const DRAIN_MS = 3_000
const DEFAULT_BACKFILL_HOURS = 72

interface LiveOptions {
  /** `BTC`, `ETHUSDT`, `binance:SOLUSDT` */
  readonly symbols: readonly string[]
  /** Exchanges to follow; the first that has a market is what the page opens on. Default: all that are understood. */
  readonly venues?: readonly Exchange[]
  /** Hyperliquid addresses whose positions are looked at from the start; others are found by their trades. */
  readonly hyperliquidAccounts?: readonly string[]
  /** Where exchanges' requests for silence are written down, so that a restart obeys them. Absent: this run alone. */
  readonly bansFile?: string
  readonly backfillHours?: number
  /** Other feeds in the place of the exchanges' own, for tests; without `venues`, in that of Binance's alone. */
  readonly open?: (...args: [...Parameters<OpenFeed>, Exchange]) => ReturnType<OpenFeed>
}

export interface ServerOptions {
  /** Default 127.0.0.1: reachable from this machine alone. */
  readonly host?: string
  /** Default 8787; 0 picks a free one. */
  readonly port?: number
  /** Real exchanges. Absent: none are asked. */
  readonly live?: LiveOptions
  /** The simulated market. Absent: with its defaults; `false`: none. */
  readonly sim?: SimOptions | false
  /** A recording to play: instead of every other source. */
  readonly capture?: CaptureOptions
  /** A file of bars to replay; then the page opens on it. */
  readonly bars?: ReplayOptions
  /** Folder that keeps scores, alert rules and undelivered messages over restarts. Absent: they are in memory alone. */
  readonly dataDir?: string
  /** Folder of the built page. Default: packages/web/dist. */
  readonly webRoot?: string
  /** Channels of alerts. Absent: they are shown on the page alone. */
  readonly alerts?: AlertsOptions
  readonly security?: Partial<SecurityOptions>
  readonly logger?: FastifyBaseLogger
  readonly clock?: Clock
}

export interface RunningServer {
  /** `http://127.0.0.1:8787` */
  readonly url: string
  /** Ends sources, tells clients (1001), closes the port. Resolves within 10 s. Idempotent. */
  close(): Promise<void>
}

/**
 * Starts pipeline, sources, REST, WebSocket and page. Resolves when the port is open and a given file is folded;
 * exchanges are connected in the background and tried for ever.
 *
 * @throws {PortBusyError} when another program listens on the port. Rejects with the reader's error for a bad file.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 8787, clock = systemClock } = options
  const log = options.logger ?? pino({ level: 'warn' }, pino.destination(2))
  const version = readVersion()
  const folder = options.dataDir === undefined ? undefined : new DataFolder(options.dataDir)
  const scores = new Scores(folder, clock, log)
  // What is only played again is no test of our maps of today: it is not scored, and nothing of it is stored.
  const pipeline = new Pipeline(options.capture === undefined ? scores : undefined)
  const sources = await openSources(options, pipeline, clock, log)
  const directory = new Directory(pipeline, sources)
  const broadcast = new Broadcast(pipeline)
  const sessions = new Sessions({ pipeline, broadcast, directory, sources, clock, log, version })
  const stateOf = (id: InstrumentId) => directory.stateOf(id)
  const pictures = new MarketPictures({ stateOf, clock, log })
  const alerts = await openAlerts(folder, {
    ...options.alerts,
    mayChange: isLoopback(host),
    pipeline,
    pictures,
    stateOf,
    clock,
    log,
    tell: (alert) => sessions.tellAll({ type: 'alert', ...alert }),
  })

  const app: App = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler(answerNotFound)
  const connections = openConnections(app)
  // Before the checks: it ends the connection of an upgrade that they refuse.
  await app.register(websocket, {
    options: { maxPayload: MAX_INBOUND_BYTES, perMessageDeflate: false },
    preClose: (done) => drain(app, sessions, connections, clock, done),
    errorHandler: (error, socket) => {
      log.debug({ err: error }, 'connection failed')
      socket.terminate()
    },
  })
  await secure(app, { allowedHosts: [], allowedOrigins: [], ...options.security })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'liqscope',
        version,
        description: 'Estimated liquidation maps of perpetual futures. Live updates: WebSocket at /ws.',
      },
    },
    transform: jsonSchemaTransform,
  })
  app.get('/ws', { websocket: true }, (socket) => sessions.accept(socket))
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  metricsRoute(app, { pipeline, broadcast, sessions, sources })
  await app.register(
    async (api: App) => {
      await api.register(rateLimit, {
        ...RATE_LIMIT,
        errorResponseBuilder: (_, { after }) =>
          new Problem(429, 'too-many-requests', 'Too many requests', { detail: `Ask again in ${after}.` }),
      })
      marketsRoute(api, directory)
      mapRoute(api, pipeline, sources)
      heatmapRoute(api, pipeline)
      barsRoute(api, pipeline)
      positionsRoute(api, pipeline, sources)
      clustersRoute(api, pipeline, sources, clock)
      cascadeRoute(api, pipeline, sources, clock)
      toolRoutes(api, pipeline, sources, clock)
      alertRoutes(api, alerts)
      scoreRoute(api, pipeline)
      healthRoute(api, sources, { version, startedAt: clock.now() })
    },
    { prefix: '/api/v1' },
  )
  await servePage(app, options.webRoot ?? fileURLToPath(new URL('../../web/dist', import.meta.url)))

  const url = await listen(app, host, port).catch(async (error: unknown) => {
    alerts.close()
    await closeSources(sources)
    await folder?.release()
    throw error
  })
  const onError = (error: unknown) => log.error({ err: error }, 'a broadcast failed')
  const tell = () => {
    sessions.sweep()
    sessions.tellStatus()
  }
  const stops = [
    every(clock, BROADCAST_MS, () => broadcast.tick(), onError),
    every(
      clock,
      BROADCAST_MS,
      () => alerts.tick(),
      (error) => log.error({ err: error }, 'alerts failed'),
    ),
    every(clock, STATUS_MS, tell, onError),
  ]
  const bot = openBot(options, (question) => botAnswer(question, { pipeline, alerts, pictures, stateOf }), log)
  let closed: Promise<void> | undefined
  const close = async () => {
    for (const stop of stops) stop()
    alerts.close()
    await Promise.all([bot?.close(), closeSources(sources), app.close()])
    await scores.close()
    await folder?.release()
  }
  const running: RunningServer = {
    url,
    close() {
      closed ??= close()
      return closed
    },
  }
  if (!sources.capture) {
    void sources.live?.start()
    void sources.sim?.start()
  }
  try {
    await sources.replay?.player.load()
    await sources.capture?.begin()
  } catch (error) {
    await running.close()
    throw error
  }
  return running
}

function openBot(
  { alerts }: ServerOptions,
  answer: (question: BotQuestion) => Promise<BotAnswer>,
  log: FastifyBaseLogger,
) {
  const telegram = alerts?.settings?.telegram
  if (!telegram) return undefined
  return startTelegramBot({ ...telegram, answer, onProblem: (problem) => log.warn({ problem }, 'the Telegram bot') })
}

/** An address that only this machine reaches. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

async function openSources(
  options: ServerOptions,
  pipeline: Pipeline,
  clock: Clock,
  log: FastifyBaseLogger,
): Promise<Sources> {
  const { live, sim = {}, bars } = options
  const parts = { pipeline, clock, log }
  if (options.capture !== undefined) {
    const capture = await ServedCapture.open(options.capture, pipeline, log)
    return { ...capture.sources, capture, replay: undefined }
  }
  return {
    capture: undefined,
    live: live && openLiveVenues(liveOptions(live, clock, log), parts),
    sim: sim === false ? undefined : simSource(sim, parts),
    replay: bars && { id: bars.instrument.id, player: new Replay(bars, pipeline, clock, log) },
  }
}

function simSource(sim: SimOptions, { pipeline, clock, log }: SourceParts): VenueSource {
  const backfillHours = sim.backfillHours ?? DEFAULT_SIM_HOURS
  return new VenueSource({ open: simFeed(sim, clock), symbols: 'all', backfillHours }, pipeline, clock, log)
}

function liveOptions(live: LiveOptions, clock: Clock, log: FastifyBaseLogger): LiveVenuesOptions {
  const { open, venues = open ? ['binance'] : EXCHANGES, symbols, hyperliquidAccounts: accounts = [], bansFile } = live
  return {
    venues,
    symbols,
    accounts,
    backfillHours: live.backfillHours ?? DEFAULT_BACKFILL_HOURS,
    ...(bansFile === undefined ? {} : { bans: openBanFile(bansFile, () => clock.now(), log) }),
    ...(open === undefined ? {} : { open }),
  }
}

async function closeSources({ live, sim, replay, capture }: Sources): Promise<void> {
  replay?.player.close()
  await capture?.close()
  await Promise.all([live?.close(), sim?.close()])
}

async function listen(app: App, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close()
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new PortBusyError(host, port, { cause: error })
    const reason = error instanceof Error ? error.message : String(error)
    throw new ServerError(`cannot listen on ${host} port ${port}: ${reason}`, { cause: error })
  }
}

/** Every open connection: Node forgets those that were upgraded, and waits for them at close. */
function openConnections(app: App): Set<Socket> {
  const open = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return open
}

/** Says goodbye to every client and waits until they answered or their time is over. */
function drain(app: App, sessions: Sessions, connections: Set<Socket>, clock: Clock, done: () => void): void {
  sessions.close()
  const started = clock.now()
  const look = () => {
    if (sessions.clients.size > 0 && clock.now() - started < DRAIN_MS) return void clock.setTimeout(look, 20)
    app.websocketServer.close()
    for (const connection of connections) connection.destroy()
    done()
  }
  look()
}
