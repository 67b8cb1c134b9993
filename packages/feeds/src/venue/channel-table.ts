import type { Channel, MarketEvent, Venue } from '@liqscope/market'
import type { ChannelState, ChannelStatus } from '../feed.ts'
import { ChannelLiveness } from '../socket/channel-liveness.ts'
import type { ChannelNature } from './adapter.ts'

interface Row {
  readonly channel: Channel
  readonly symbol: string
  readonly sampled: boolean
  readonly liveness: ChannelLiveness
  errors: number
  /** What the feed is doing about missed data, over the liveness. */
  repair: 'backfilling' | 'gap' | undefined
  /** The venue's own words. */
  refusal: string | undefined
  shown: ChannelState
}

/** Every (channel, symbol) of one venue: its liveness, its counts, and one call for each change of state. */
export class ChannelTable {
  readonly #rows = new Map<string, Row>()

  constructor(
    readonly venue: Venue,
    readonly nature: ChannelNature,
    readonly onChange: (status: ChannelStatus) => void,
  ) {}

  /** Adding it twice changes nothing. */
  add(channel: Channel, symbol: string): void {
    if (this.#rows.has(keyOf(channel, symbol))) return
    const { pace, sampled, silenceMs } = this.nature[channel] ?? { pace: 'continuous' as const, sampled: false }
    const liveness = new ChannelLiveness(pace, silenceMs)
    const row: Row = {
      channel,
      symbol,
      sampled,
      liveness,
      errors: 0,
      repair: undefined,
      refusal: undefined,
      shown: 'connecting',
    }
    this.#rows.set(keyOf(channel, symbol), row)
    this.onChange(this.#status(row))
  }

  remove(symbol: string): void {
    for (const [key, row] of this.#rows) if (row.symbol === symbol) this.#rows.delete(key)
  }

  connected(channels: readonly Channel[], symbol: string, now: number): void {
    this.#each(channels, symbol, now, (row) => {
      row.refusal = undefined
      row.liveness.connected(now)
    })
  }

  acknowledged(channels: readonly Channel[], symbol: string, now: number): void {
    this.#each(channels, symbol, now, (row) => row.liveness.acknowledged(now))
  }

  /** The venue will not send these: their silence is no news any more, its reason is. */
  refused(channels: readonly Channel[], symbol: string, reason: string, now: number): void {
    this.#each(channels, symbol, now, (row) => {
      row.refusal = reason
      row.errors++
    })
  }

  disconnected(channels: readonly Channel[], symbol: string, now: number): void {
    this.#each(channels, symbol, now, (row) => row.liveness.disconnected())
  }

  repairing(channel: Channel, symbol: string, repair: Row['repair'], now: number): void {
    this.#each([channel], symbol, now, (row) => {
      row.repair = repair
    })
  }

  failed(channel: Channel, symbol: string): void {
    const row = this.#rows.get(keyOf(channel, symbol))
    if (row !== undefined) row.errors++
  }

  heard(event: MarketEvent, symbol: string): void {
    const row =
      event.kind === 'gap' || event.kind === 'marginTable' ? undefined : this.#rows.get(keyOf(event.kind, symbol))
    if (row === undefined) return
    row.liveness.heard(event.exchangeTime, event.receivedTime)
    if (row.shown !== 'live') this.#show(row, event.receivedTime)
  }

  /** Looks at the silence of every channel; returns those that are newly stale. Call about once a second. */
  sweep(now: number): ChannelStatus[] {
    const stale: ChannelStatus[] = []
    for (const row of this.#rows.values()) {
      const before = row.shown
      this.#show(row, now)
      if (row.shown === 'stale' && before !== 'stale') stale.push(this.#status(row))
    }
    return stale
  }

  statuses(): ChannelStatus[] {
    return [...this.#rows.values()].map((row) => this.#status(row))
  }

  #each(channels: readonly Channel[], symbol: string, now: number, change: (row: Row) => void): void {
    for (const channel of channels) {
      const row = this.#rows.get(keyOf(channel, symbol))
      if (row === undefined) continue
      change(row)
      this.#show(row, now)
    }
  }

  #show(row: Row, now: number): void {
    const alive = row.refusal === undefined ? row.liveness.state(now) : 'stale'
    const state = row.repair !== undefined && (alive === 'live' || alive === 'lagging') ? row.repair : alive
    if (state === row.shown) return
    row.shown = state
    this.onChange(this.#status(row))
  }

  #status(row: Row): ChannelStatus {
    const { lastExchangeTime, lastReceivedTime, messages, skewMs } = row.liveness
    return {
      venue: this.venue,
      channel: row.channel,
      symbol: row.symbol,
      state: row.shown,
      ...(row.refusal === undefined ? {} : { refusal: row.refusal }),
      ...(lastExchangeTime === undefined ? {} : { lastExchangeTime }),
      ...(lastReceivedTime === undefined ? {} : { lastReceivedTime }),
      messages,
      errors: row.errors,
      ...(skewMs === undefined ? {} : { skewMs }),
      sampled: row.sampled,
    }
  }
}

function keyOf(channel: Channel, symbol: string): string {
  return `${channel}:${symbol}`
}
