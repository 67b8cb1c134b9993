import type { Refusal } from '@liqscope/feeds'
import type { ChannelHealthJson } from '@liqscope/protocol'
import { type ChannelRow, channelTable } from './channel-table.ts'

/** @param seconds that were listened */
export function channelRows(channels: readonly ChannelHealthJson[], seconds: number): ChannelRow[] {
  return channels.map(({ venue, symbol, channel, state, messages, errors, skewMs, sampled }) => ({
    market: `${venue}:${symbol}`,
    channel,
    state,
    messages,
    rate: seconds > 0 ? messages / seconds : null,
    errors,
    skewMs,
    sampled,
  }))
}

/** What each channel said, and what came and did not become an event. */
export function captureText(rows: readonly ChannelRow[], refused: readonly Refusal[]): string {
  const lines = refused.map(({ venue, channel, reason, count }) => `${venue} ${channel}: ${reason} (${count})`)
  return [channelTable(rows), ...(lines.length === 0 ? [] : ['', 'came, counted and left out:', ...lines])].join('\n')
}
