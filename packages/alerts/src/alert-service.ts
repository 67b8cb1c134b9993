import { join } from 'node:path'
import {
  type Alert,
  type AlertMoment,
  type AlertRule,
  AlertWatch,
  type Armed,
  type ClusterLives,
} from '@liqscope/engine'
import type { Clock } from './clock.ts'
import { type ChannelHealth, Courier, type DeliveryOutcome } from './courier.ts'
import { DigestSchedule } from './digest-schedule.ts'
import { isQuiet, parseQuietHours, SESSIONS, type Session } from './local-time.ts'
import { type Message, messageOf } from './message.ts'
import { Outbox } from './outbox.ts'
import { type Sender, safeSender } from './sender.ts'
import { type AlertSettings, channelsOf } from './settings.ts'
import { StoredJson } from './stored-json.ts'

/** A rule and where its alerts go. Without a channel they are shown on the page alone. */
export interface StoredRule extends AlertRule {
  readonly channels: readonly string[]
}

/** An alert as it was told, in words and in figures. */
export interface ToldAlert {
  readonly alert: Alert
  readonly message: Message
}

export interface AlertServiceOptions {
  readonly settings: AlertSettings
  /** Where rules and what is on its way are kept. Absent: in memory. */
  readonly directory?: string
  readonly clock: Clock
  readonly random: () => number
  readonly send?: Sender
  /** Each alert, at once, whatever the quiet hours: the page shows them all. */
  readonly onAlert?: (told: ToldAlert) => void
  /** A picture of a market's map for channels that take one. Never rejects. */
  readonly picture?: (market: string) => Promise<Uint8Array | undefined>
  readonly onOutcome?: (outcome: DeliveryOutcome) => void
  /** The lines of a session's digest; none: nothing is sent. */
  readonly digest?: (session: Session, at: number) => readonly string[]
  /** Lives of the clusters that rules speak of: their keys must mean the same after a restart. */
  readonly lives?: () => Lives
}

type Lives = Readonly<Record<string, ClusterLives>>

interface Stored {
  readonly rules: readonly StoredRule[]
  readonly armed: Readonly<Record<string, Armed>>
  /** Nothing is sent before this time, epoch ms. */
  readonly mutedUntil?: number
  readonly lives: Lives
}

/** What rules have told is written down this long after, ms: a flood of alerts is one write. */
const SAVE_AFTER_MS = 2_000
/** Alerts shown when a page is opened. */
const MOST_TOLD = 200
export const MOST_RULES = 10_000

/** Rules watched, alerts told and delivered, digests at session opens. Rules and parcels survive a restart. */
export class AlertService {
  private readonly watch = new AlertWatch()
  private readonly channelsOfRule = new Map<string, readonly string[]>()
  private readonly told: ToldAlert[] = []
  private readonly store: StoredJson<Stored>
  private readonly courier: Courier
  private readonly digests: DigestSchedule
  private readonly livesBefore: Lives
  private mutedUntil: number | undefined
  private saving: unknown

  /** @throws {RangeError} for quiet hours nobody can mean; {Error} when the stored rules cannot be read. */
  constructor(private readonly options: AlertServiceOptions) {
    const { settings, directory, clock, random, send = safeSender(), picture, onOutcome } = options
    const quiet = settings.quiet === undefined ? undefined : parseQuietHours(settings.quiet)
    this.store = new StoredJson(directory && join(directory, 'alert-rules.json'), asStored, {
      rules: [],
      armed: {},
      lives: {},
    })
    const { rules, armed, mutedUntil, lives } = this.store.read()
    this.livesBefore = lives
    for (const rule of rules) this.take(rule, armed[rule.id])
    this.mutedUntil = mutedUntil
    this.courier = new Courier({
      channels: channelsOf(settings),
      outbox: new Outbox(directory && join(directory, 'alert-outbox.ndjson')),
      send,
      clock,
      random,
      isQuiet: (now) => now < (this.mutedUntil ?? 0) || (quiet !== undefined && isQuiet(quiet, now)),
      ...(picture ? { picture } : {}),
      ...(onOutcome ? { onOutcome } : {}),
    })
    this.courier.start()
    this.digests = new DigestSchedule(settings.digest ?? [], clock, (session, at) => this.tellDigest(session, at))
  }

  rules(): StoredRule[] {
    return this.watch.list().map((rule) => ({ ...rule, channels: this.channelsOfRule.get(rule.id) ?? [] }))
  }

  /** Adds or replaces a rule. @throws {RangeError} when it cannot be meant, or there are too many. */
  setRule(rule: StoredRule): void {
    const known = new Set(this.courier.health().map(({ name }) => name))
    const unknown = rule.channels.find((name) => !known.has(name))
    if (unknown !== undefined)
      throw new RangeError(`there is no channel "${unknown}"; set up: ${[...known].join(', ') || 'none'}`)
    if (!this.channelsOfRule.has(rule.id) && this.channelsOfRule.size >= MOST_RULES)
      throw new RangeError(`there are ${MOST_RULES} rules already: remove one first`)
    this.take(rule)
    this.save()
  }

  /** @returns false when there is none. */
  removeRule(id: string): boolean {
    if (!this.channelsOfRule.delete(id)) return false
    this.watch.remove(id)
    this.save()
    return true
  }

  /** What the market has come to: tells and delivers what its rules say. */
  observe(moment: AlertMoment): void {
    const alerts = this.watch.observe(moment)
    if (alerts.length === 0) return
    for (const alert of alerts) {
      const told = { alert, message: messageOf(alert) }
      this.told.push(told)
      if (this.told.length > 2 * MOST_TOLD) this.told.splice(0, MOST_TOLD)
      this.options.onAlert?.(told)
      this.courier.deliver(told.message, this.channelsOfRule.get(alert.rule) ?? [])
    }
    // What is on its way must not be told again by the next start; the page alone can wait.
    if (alerts.some(({ rule }) => this.channelsOfRule.get(rule)?.length)) this.save()
    else this.saveSoon()
  }

  /** The newest last. */
  history(): readonly ToldAlert[] {
    return this.told.slice(-MOST_TOLD)
  }

  /** Lives of a market's clusters as the run before left them. */
  storedLives(market: AlertRule['market']): ClusterLives | undefined {
    return this.livesBefore[market]
  }

  channels(): ChannelHealth[] {
    return this.courier.health()
  }

  /** Sends a test message through one channel at once. Rejects with SendError. */
  tryOut(name: string): Promise<void> {
    const at = this.options.clock.now()
    return this.courier.tryOut(name, {
      id: `test/${name}/${at}`,
      at,
      title: 'liqscope: a test',
      lines: ['This channel works. Nothing happened on a market.'],
      facts: { test: true },
    })
  }

  /** Nothing is sent to channels before `until`, epoch ms; what was told meanwhile goes out together then. */
  mute(until: number | undefined): void {
    this.mutedUntil = until
    this.save()
  }

  get muted(): number | undefined {
    return this.mutedUntil !== undefined && this.mutedUntil > this.options.clock.now() ? this.mutedUntil : undefined
  }

  close(): void {
    this.save()
    this.digests.close()
    this.courier.close()
  }

  private take({ channels, ...rule }: StoredRule, armed?: Armed): void {
    this.watch.set(rule, armed)
    this.channelsOfRule.set(rule.id, channels)
  }

  private saveSoon(): void {
    this.saving ??= this.options.clock.setTimeout(() => this.save(), SAVE_AFTER_MS)
  }

  private save(): void {
    if (this.saving !== undefined) this.options.clock.clearTimeout(this.saving)
    this.saving = undefined
    this.store.write({
      rules: this.rules(),
      armed: this.watch.state(),
      lives: { ...this.livesBefore, ...this.options.lives?.() },
      ...(this.mutedUntil === undefined ? {} : { mutedUntil: this.mutedUntil }),
    })
  }

  /** The id is of the open, so a restart within the hour sends none twice. */
  private tellDigest(session: Session, at: number): void {
    const lines = this.options.digest?.(session, at) ?? []
    if (lines.length === 0) return
    const message: Message = {
      id: `digest/${session}/${new Date(at).toISOString().slice(0, 10)}`,
      at,
      title: SESSIONS[session].name,
      lines,
      facts: { session, at },
    }
    this.courier.deliver(
      message,
      this.courier.health().map(({ name }) => name),
    )
  }
}

function asStored(value: unknown): Stored {
  if (typeof value !== 'object' || value === null || !('rules' in value) || !Array.isArray(value.rules))
    throw new TypeError('it holds no rules')
  const armed = 'armed' in value && typeof value.armed === 'object' && value.armed !== null ? value.armed : {}
  const mutedUntil = 'mutedUntil' in value && typeof value.mutedUntil === 'number' ? value.mutedUntil : undefined
  const lives = 'lives' in value && typeof value.lives === 'object' && value.lives !== null ? value.lives : {}
  const known = Object.entries(lives).filter(([, one]) => Array.isArray(one?.living) && Number.isInteger(one.born))
  return {
    rules: value.rules,
    armed: { ...armed },
    lives: Object.fromEntries(known),
    ...(mutedUntil === undefined ? {} : { mutedUntil }),
  }
}
