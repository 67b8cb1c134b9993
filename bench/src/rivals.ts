import { adapterOf, type VenueMessage } from '@liqscope/feeds'
import { ccxtRival } from './ccxt.ts'
import type { Figure } from './figure.ts'
import type { Rival, RivalChannel, Subject } from './rival.ts'
import { tardisRival } from './tardis.ts'
import { inTurns } from './turns.ts'
import { isGood, listingOf, payloadsOf, RECEIVED, textsLike } from './wire-texts.ts'

/**
 * Frame text to event, ours and by the parsers of tardis-dev and ccxt, on the same texts; JSON.parse counts for each.
 * Ours also checks every field and converts contracts to base units; for a book both read the message's levels only.
 * What a rival is not measured on is said on stderr.
 */
export async function* rivalsBench(): AsyncGenerator<Figure> {
  for (const open of [tardisRival, ccxtRival]) {
    const rival = open()
    for (const what of rival.leftOut) console.error(`rivals: without ${rival.name}, ${what}`)
    for (const channel of rival.channels) yield compare(rival, channel)
  }
}

function compare(rival: Rival, channel: RivalChannel): Figure {
  const { exchange, subject, fixture, entry } = channel
  const listing = listingOf(exchange)
  const texts = textsLike(textOf(channel))
  const read = adapterOf(exchange).openReader()
  const ours = (text: string) => read(text, RECEIVED, listing)
  agree(texts, ours, rival, channel)
  return {
    name: `rivals: ${exchange} ${fixture} (${subject}), text to event`,
    ...inTurns(
      texts,
      (text) => isGood(ours(text)),
      (text) => channel.read(text).length > 0,
    ),
    against: `${rival.name} ${entry}`,
  }
}

function textOf({ exchange, fixture, stream }: RivalChannel): string {
  const payload = payloadsOf(exchange)[fixture]
  if (payload === undefined) throw new Error(`${exchange} has no fixture ${fixture}`)
  return JSON.stringify(stream === undefined ? payload : { stream: `btcusdt@${stream}`, data: payload })
}

/** @throws when the two do not read the same: then the speeds would be about different work. */
function agree(
  texts: readonly string[],
  ours: (text: string) => VenueMessage,
  rival: Rival,
  channel: RivalChannel,
): void {
  for (const text of texts) {
    const our = figuresOf(ours(text), channel.subject)
    const their = channel.read(text).map(channel.figureOf)
    if (our.length > 0 && our.join() === their.join()) continue
    throw new Error(
      `${channel.exchange} ${channel.fixture}: we read [${our.join()}], ${rival.name} [${their.join()}] in ${text}`,
    )
  }
}

/** The price, rate or time of each event about the subject, as `RivalChannel.figureOf` of the rival's. */
function figuresOf(message: VenueMessage, subject: Subject): readonly (number | undefined)[] {
  if (message.kind === 'book') return [message.update.bids[0] ?? message.update.asks[0]]
  if (message.kind !== 'events') return []
  return message.events.flatMap((event) => {
    if (event.kind !== subject) return []
    if (event.kind === 'trade' || event.kind === 'markPrice') return [event.price]
    return [event.kind === 'funding' ? event.rate : event.exchangeTime]
  })
}
