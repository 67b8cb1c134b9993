import { join } from 'node:path'
import { AlertService, type AlertSettings, type Sender, type StoredRule, type ToldAlert } from '@liqscope/alerts'
import { bandFacts, gradientIndex, type LiquidationMap, type MarketView } from '@liqscope/engine'
import type { Clock } from '@liqscope/feeds'
import type { InstrumentId } from '@liqscope/market'
import type { AlertJson, AlertRuleInput, AlertRuleJson, AlertsJson, FeedState } from '@liqscope/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { DataFolder } from '../data-folder.ts'
import { ServerError } from '../error.ts'
import type { Market } from '../market/market.ts'
import { viewOf } from '../market/market-view.ts'
import type { Pipeline } from '../pipeline.ts'
import { ClusterFollow } from './cluster-follow.ts'
import { digestLines } from './digest-lines.ts'
import type { MarketPictures } from './market-picture.ts'

export interface AlertsOptions {
  readonly settings?: AlertSettings
  /** Another way out than the internet, for tests. */
  readonly send?: Sender
}

interface Parts {
  /** Whether rules may be changed over REST. */
  readonly mayChange: boolean
  readonly pipeline: Pipeline
  readonly stateOf: (id: InstrumentId) => FeedState
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  readonly pictures: MarketPictures
  /** Tells an alert to whoever looks at the page. */
  readonly tell: (alert: AlertJson) => void
}

/** A market that has told nothing for so long, its own time against ours, is stale whatever its feed says, ms. */
const SILENT_MS = 60_000
const STALE_STATES: ReadonlySet<FeedState> = new Set(['stale', 'offline'])

/** Where rules and undelivered messages are kept, or why they are not. */
interface Kept {
  readonly directory?: string
  readonly notes: readonly string[]
}

/**
 * Alerts kept in a folder. Where that cannot be used they are in memory, and say so.
 *
 * @throws {ServerError} when the stored rules cannot be read: going on without them would be silence.
 */
export async function openAlerts(folder: DataFolder | undefined, parts: AlertsOptions & Parts): Promise<Alerts> {
  if (folder === undefined) return new Alerts(parts, { notes: [] })
  const fault = await folder.fault()
  if (fault !== undefined) return new Alerts(parts, { notes: [`Rules and messages are lost at a restart: ${fault}.`] })
  try {
    return new Alerts(parts, { directory: join(folder.path, 'alerts'), notes: [] })
  } catch (error) {
    await folder.release()
    throw new ServerError(`alerts: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** Alerts of the running server: looks at each market that has a rule, four times a second. */
export class Alerts {
  readonly mayChange: boolean
  private readonly service: AlertService
  private readonly follows = new Map<Market, ClusterFollow>()
  /** Exchange time up to which forced orders were shown to the rules, by market. */
  private readonly seenTo = new Map<Market, number>()
  private watched = new Set<InstrumentId>()
  private made = 0

  constructor(
    private readonly parts: AlertsOptions & Parts,
    private readonly kept: Kept,
  ) {
    const { directory } = kept
    const { settings = {}, mayChange, send, pipeline, pictures, clock, log, tell } = parts
    this.mayChange = mayChange
    this.service = new AlertService({
      settings,
      clock,
      random: Math.random,
      onAlert: (told) => tell(alertJson(told)),
      onOutcome: ({ channel, outcome, reason }) =>
        log[outcome === 'sent' ? 'debug' : 'warn']({ channel, outcome, reason }, 'alert delivery'),
      picture: async (id) => {
        const market = pipeline.markets().find(({ instrument }) => instrument.id === id)
        return market && pictures.of(market)
      },
      digest: () => digestLines(pipeline.markets()),
      lives: () => Object.fromEntries([...this.follows].map(([{ instrument }, { lives }]) => [instrument.id, lives])),
      ...(directory === undefined ? {} : { directory }),
      ...(send === undefined ? {} : { send }),
    })
    this.takeStock()
  }

  /** Shows every watched market's news to its rules. */
  tick(): void {
    if (this.watched.size === 0) return
    for (const id of this.watched) {
      const market = this.parts.pipeline.get(id)
      if (market) this.look(market)
    }
  }

  list(): AlertsJson {
    return {
      rules: this.service.rules().map(ruleJson),
      told: this.service.history().map(alertJson),
      channels: this.service.channels().map(({ lastProblem, lastSentAt, ...health }) => ({
        ...health,
        lastProblem: lastProblem ?? null,
        lastSentAt: lastSentAt ?? null,
      })),
      mutedUntil: this.service.muted ?? null,
      mayChange: this.mayChange,
      isKept: this.kept.directory !== undefined,
      notes: [...this.kept.notes],
    }
  }

  /** @throws {RangeError} when the rule cannot be meant; {Problem} when there is no such market. */
  setRule({ id, market, condition, cooldownMs, hysteresis, channels }: AlertRuleInput): AlertRuleJson {
    const rule = {
      id: id ?? this.freeId(condition.kind),
      market: this.parts.pipeline.find(market).instrument.id,
      condition,
      cooldownMs,
      hysteresis,
      channels,
    }
    this.service.setRule(asStoredRule(rule))
    this.takeStock()
    return rule
  }

  removeRule(id: string): boolean {
    const isGone = this.service.removeRule(id)
    this.takeStock()
    return isGone
  }

  mute(minutes: number): void {
    this.service.mute(minutes > 0 ? this.parts.clock.now() + minutes * 60_000 : undefined)
  }

  /** Rejects with SendError. */
  tryOut(channel: string): Promise<void> {
    return this.service.tryOut(channel)
  }

  close(): void {
    this.service.close()
  }

  private look(market: Market): void {
    const map = market.map()
    const { at, instrument } = market
    if (map === undefined || at === undefined) return
    // What history is folded over is no news.
    if (this.parts.stateOf(instrument.id) === 'backfilling') return
    const follow = this.followOf(market)
    const changes = follow.look(map)
    const from = this.seenTo.get(market) ?? at
    this.seenTo.set(market, at + 1)
    let view: MarketView | undefined
    this.service.observe({
      market: instrument.id,
      at,
      price: map.price,
      simulated: instrument.simulated,
      clusters: follow.living,
      changes,
      forcedOrders: market
        .forcedOrders(from, at + 1)
        .map(({ positionSide, time, notional }) => ({ positionSide, at: time, notional })),
      zone: zoneAt(map),
      factsOf: (cluster) => {
        view ??= viewOf(market, this.parts.clock.now())
        return view === undefined ? {} : bandFacts(view, cluster)
      },
      isStale: STALE_STATES.has(this.parts.stateOf(instrument.id)) || this.isSilent(market),
    })
  }

  /** A replayed or simulated market has its own time: only its feed can say that it stopped. */
  private isSilent({ instrument, at }: Market): boolean {
    const isLive = !instrument.simulated && this.parts.stateOf(instrument.id) !== 'replay'
    return isLive && at !== undefined && this.parts.clock.now() - at > SILENT_MS
  }

  /** A replay that went elsewhere is another state: its clusters begin anew, and no key is given twice. */
  private followOf(market: Market): ClusterFollow {
    const known = this.follows.get(market)
    if (known) return known
    const { id } = market.instrument
    let lives = this.service.storedLives(id)
    for (const [other, { lives: theirs }] of this.follows) {
      if (other.instrument.id !== id) continue
      lives = { ...theirs, living: [] }
      this.follows.delete(other)
      this.seenTo.delete(other)
    }
    const follow = new ClusterFollow(lives)
    this.follows.set(market, follow)
    return follow
  }

  private takeStock(): void {
    this.watched = new Set(this.service.rules().map(({ market }) => market))
  }

  private freeId(kind: string): string {
    const taken = new Set(this.service.rules().map(({ id }) => id))
    for (;;) {
      this.made++
      const id = `${kind}-${this.made}`
      if (!taken.has(id)) return id
    }
  }
}

function zoneAt(map: LiquidationMap): 'blackHole' | 'smooth' | undefined {
  const { price } = map
  return gradientIndex(map).zones.find(({ low, high }) => price >= low && price <= high)?.kind
}

/** Absent stays absent: the schema's optional figures are `undefined` where nothing was said. */
function asStoredRule(rule: AlertRuleJson & { market: InstrumentId }): StoredRule {
  const said = Object.fromEntries(Object.entries(rule.condition).filter(([, value]) => value !== undefined))
  return { ...rule, condition: said as unknown as StoredRule['condition'] }
}

function ruleJson(rule: StoredRule): AlertRuleJson {
  return { ...rule, condition: { ...rule.condition }, channels: [...rule.channels] } as AlertRuleJson
}

function alertJson({ alert, message }: ToldAlert): AlertJson {
  const { id, rule, kind, market, at, price, simulated } = alert
  return { id, rule, kind, market, at, price, simulated, title: message.title, lines: [...message.lines] }
}
