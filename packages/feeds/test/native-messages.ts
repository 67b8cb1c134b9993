import type { VenueMessage } from '../src/venue/message.ts'
import { isRecord } from '../src/wire-values.ts'
import { recorded } from './recorded.ts'

const TEXT = recorded('native-messages.jsonl')

/** The recorded messages of one venue, as text; undefined where no recorded data is. */
export function nativeMessages(group: string): readonly string[] | undefined {
  return TEXT?.split('\n').flatMap((line) => {
    const row: unknown = line === '' ? undefined : JSON.parse(line)
    return isRecord(row) && row.test === group ? [JSON.stringify(row.message)] : []
  })
}

/** Outcomes by name, for a table that a person can check against the recording. */
export function tallyOf(messages: readonly VenueMessage[]): Record<string, number> {
  const counts: Record<string, number> = {}
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  for (const message of messages) {
    if (message.kind === 'events') {
      for (const event of message.events) count(event.kind)
      for (const { kind, reason } of message.refused ?? []) count(`${kind}: ${reason}`)
    } else if (message.kind === 'bad' || message.kind === 'unused') count(`${message.kind}: ${message.reason}`)
    else count(message.kind)
  }
  return counts
}
