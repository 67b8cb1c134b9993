import { adapterOf, EXCHANGES, type Exchange, type VenueMessage } from '@liqscope/feeds'
import { inTurns } from './turns.ts'
import { isGood, type Listing, listingOf, payloadsOf, RECEIVED, textsLike } from './wire-texts.ts'

/**
 * Frame text to checked event, for each exchange and kind of message, as a share of what bare `JSON.parse` does on the
 * same texts. The texts are the exchange's fixtures with every number varied as live ones do.
 */
export async function* feedsBench(): AsyncGenerator<{
  name: string
  value: number
  unit: string
  ratio: number
  against: string
}> {
  for (const exchange of EXCHANGES) {
    const listing = listingOf(exchange)
    const all: string[] = []
    for (const [kind, texts] of textsByKind(exchange, listing)) {
      all.push(...texts.slice(0, texts.length / 4))
      yield { name: `feeds: ${exchange} ${kind}, text to event`, ...compare(exchange, listing, texts) }
    }
    yield { name: `feeds: ${exchange}, every kind in equal parts, text to event`, ...compare(exchange, listing, all) }
  }
}

/** The first linear fixture of each kind of event, as many texts of it as a round needs. */
function textsByKind(exchange: Exchange, listing: Listing): Map<string, string[]> {
  const read = adapterOf(exchange).openReader()
  const found = new Map<string, string[]>()
  for (const payload of Object.values(payloadsOf(exchange))) {
    const text = JSON.stringify(payload)
    const kind = kindOf(read(text, RECEIVED, listing))
    if (kind === undefined || found.has(kind)) continue
    found.set(kind, textsLike(text))
  }
  return found
}

/** `markPrice funding`; undefined for what is no good market data. */
function kindOf(message: VenueMessage): string | undefined {
  if (message.kind === 'book') return message.update.isSnapshot ? undefined : 'orderBook'
  if (message.kind !== 'events' || message.refused !== undefined || message.events.length === 0) return undefined
  return [...new Set(message.events.map(({ kind }) => kind))].join(' ')
}

function compare(exchange: Exchange, listing: Listing, texts: readonly string[]) {
  const read = adapterOf(exchange).openReader()
  // What a stream of changes refers to.
  for (const payload of Object.values(payloadsOf(exchange))) read(JSON.stringify(payload), RECEIVED, listing)
  const figure = inTurns(
    texts,
    (text) => isGood(read(text, RECEIVED, listing)),
    (text) => JSON.parse(text) !== null,
  )
  return { ...figure, against: 'JSON.parse' }
}
