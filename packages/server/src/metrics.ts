import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Sources } from './directory.ts'
import type { Pipeline } from './pipeline.ts'
import type { App } from './rest/app.ts'
import type { Broadcast } from './socket/broadcast.ts'
import type { Sessions } from './socket/session.ts'

/** Event-loop delay is sampled this often, ms. */
const LOOP_RESOLUTION_MS = 10

/** `/metrics` in Prometheus' text format. Values are read when asked for: counting costs the hot path nothing. */
export function metricsRoute(
  app: App,
  parts: { pipeline: Pipeline; broadcast: Broadcast; sessions: Sessions; sources: Sources },
): void {
  const registry = new Registry()
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  loop.enable()
  app.addHook('onClose', async () => {
    loop.disable()
    registry.clear()
  })
  collectDefaultMetrics({ register: registry })
  marketMetrics(registry, parts.pipeline, parts.sources)
  scoreMetrics(registry, parts.pipeline)
  socketMetrics(registry, parts.broadcast, parts.sessions)
  new Gauge({
    name: 'liqscope_event_loop_delay_p99_seconds',
    help: 'Event-loop delay, 99th percentile since the last scrape',
    registers: [registry],
    collect() {
      this.set(loop.percentile(99) / 1e9)
      loop.reset()
    },
  })
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) => {
    reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await registry.metrics())
    return reply
  })
}

function marketMetrics(registry: Registry, pipeline: Pipeline, sources: Sources): void {
  const registers = [registry]
  const feeds = () => [sources.live, sources.sim].filter((source) => source !== undefined)
  new Counter({
    name: 'liqscope_events_total',
    help: 'Events folded',
    labelNames: ['venue', 'channel', 'kind'],
    registers,
    collect() {
      this.reset()
      for (const { count, ...labels } of pipeline.eventCounts()) this.inc(labels, count)
    },
  })
  new Counter({
    name: 'liqscope_fold_seconds_total',
    help: 'Time spent folding events',
    registers,
    collect() {
      this.reset()
      this.inc(pipeline.foldSeconds)
    },
  })
  new Counter({
    name: 'liqscope_refused_total',
    help: 'Messages that did not become an event',
    labelNames: ['venue', 'channel', 'reason'],
    registers,
    collect() {
      this.reset()
      for (const { venue, channel, reason, count } of feeds().flatMap((source) => [...source.refused()]))
        this.inc({ venue, channel, reason }, count)
    },
  })
  new Gauge({
    name: 'liqscope_channel_lag_seconds',
    help: 'Received minus exchange time of recent messages, smoothed',
    labelNames: ['venue', 'channel', 'symbol'],
    registers,
    collect() {
      this.reset()
      for (const { venue, channel, symbol, skewMs } of feeds().flatMap((source) => source.channels()))
        if (skewMs !== null) this.set({ venue, channel, symbol }, skewMs / 1000)
    },
  })
  new Gauge({
    name: 'liqscope_channel_live',
    help: '1 when the channel is live, else 0',
    labelNames: ['venue', 'channel', 'symbol'],
    registers,
    collect() {
      this.reset()
      for (const { venue, channel, symbol, state } of feeds().flatMap((source) => source.channels()))
        this.set({ venue, channel, symbol }, state === 'live' ? 1 : 0)
    },
  })
}

function scoreMetrics(registry: Registry, pipeline: Pipeline): void {
  const registers = [registry]
  const scores = () =>
    pipeline.markets().flatMap(({ instrument: { id } }) => {
      const score = pipeline.scoreOf(id)
      return score === undefined ? [] : [{ market: id, score: score.json() }]
    })
  new Gauge({
    name: 'liqscope_score_frozen_maps',
    help: 'Maps frozen to be held to what they said',
    labelNames: ['market'],
    registers,
    collect() {
      this.reset()
      for (const { market, score } of scores()) this.set({ market }, score.frozen)
    },
  })
  new Gauge({
    name: 'liqscope_score_scored_maps',
    help: 'Frozen maps whose horizon has ended and was observed',
    labelNames: ['market', 'hours'],
    registers,
    collect() {
      this.reset()
      for (const { market, score } of scores())
        for (const { hours, scored } of score.horizons) this.set({ market, hours }, scored)
    },
  })
  new Gauge({
    name: 'liqscope_score_skill_over_freshness',
    help: '1 - deviance / deviance of the freshness rival; absent while there is not enough',
    labelNames: ['market', 'hours'],
    registers,
    collect() {
      this.reset()
      for (const { market, score } of scores())
        for (const { hours, figures } of score.horizons) {
          const skill = figures?.skillOver.freshness.value ?? null
          if (skill !== null) this.set({ market, hours }, skill)
        }
    },
  })
}

function socketMetrics(registry: Registry, broadcast: Broadcast, sessions: Sessions): void {
  const registers = [registry]
  new Gauge({
    name: 'liqscope_clients',
    help: 'WebSocket connections',
    registers,
    collect() {
      this.set(sessions.clients.size)
    },
  })
  new Gauge({
    name: 'liqscope_subscribers',
    help: 'Subscriptions of markets',
    registers,
    collect() {
      this.set(broadcast.subscriptions)
    },
  })
  const perEncoding = (figure: 'messages' | 'bytes', help: string) =>
    new Counter({
      name: `liqscope_sent_${figure}_total`,
      help,
      labelNames: ['encoding'],
      registers,
      collect() {
        this.reset()
        this.inc({ encoding: 'json' }, broadcast.sent.json[figure])
        this.inc({ encoding: 'binary' }, broadcast.sent.binary[figure])
      },
    })
  perEncoding('messages', 'Market updates sent')
  perEncoding('bytes', 'Bytes of market updates sent (JSON: characters)')
  new Counter({
    name: 'liqscope_skipped_patches_total',
    help: 'Patches a slow client did not get; it gets a snapshot later',
    registers,
    collect() {
      this.reset()
      this.inc(broadcast.skippedPatches)
    },
  })
}
