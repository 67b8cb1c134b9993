import type { ChannelStatus, Exchange, FeedListener, Refusal, VenueFeed } from '@liqscope/feeds'
import type { Instrument, InstrumentId, KnownPositions, MarketEvent } from '@liqscope/market'

/** Between the exchange's symbol and the protocol's name: no exchange has it in a symbol. */
const MARK = '@'

/**
 * A feed of one of several simulated venues. Its markets carry the name of the protocol they came by
 * (`sim:BTCUSDT@bybit`), so that two of one symbol are not taken for one, nor either for the exchange's own.
 *
 * @param open opens the feed with venue `sim`, for the listener that it is given
 */
export function taggedFeed(
  protocol: Exchange,
  listener: FeedListener,
  open: (listener: FeedListener) => VenueFeed,
): VenueFeed {
  const suffix = `${MARK}${protocol}`
  const tagged = (id: InstrumentId): InstrumentId => `${id}${suffix}`
  const status = (one: ChannelStatus): ChannelStatus => ({ ...one, symbol: `${one.symbol}${suffix}` })
  const relabelled = <E extends MarketEvent>(event: E): E => ({ ...event, instrument: tagged(event.instrument) })
  const feed = open({
    onEvent: (event) => listener.onEvent(relabelled(event)),
    onError: (error) => listener.onError(error),
    onStatus: (one) => listener.onStatus(status(one)),
  })
  const own = new Map<InstrumentId, Instrument>()
  /** As the feed knows it. */
  const ownOf = (id: InstrumentId): Instrument => {
    const found = own.get(id)
    if (found === undefined) throw new RangeError(`${protocol} lists no simulated market ${id}`)
    return found
  }
  async function* each<E extends MarketEvent>(events: AsyncIterable<E>): AsyncIterable<E> {
    for await (const event of events) yield relabelled(event)
  }
  const { knownPositions } = feed
  return {
    venue: feed.venue,
    async instruments() {
      const listed = await feed.instruments()
      return listed.map((instrument) => {
        const id = tagged(instrument.id)
        own.set(id, instrument)
        return { ...instrument, id, symbol: `${instrument.symbol}${suffix}`, protocol }
      })
    },
    subscribe: ({ id }) => feed.subscribe(ownOf(id)),
    unsubscribe: (id) => feed.unsubscribe(ownOf(id).id),
    backfill: ({ id }, from, to, signal) => each(feed.backfill(ownOf(id), from, to, signal)),
    trades: ({ id }, from, to, signal) => each(feed.trades(ownOf(id), from, to, signal)),
    ...(knownPositions === undefined
      ? {}
      : {
          knownPositions(id: InstrumentId): KnownPositions | undefined {
            const known = own.has(id) ? feed.knownPositions?.(ownOf(id).id) : undefined
            if (known === undefined) return undefined
            const positions = known.positions.map((position) => ({ ...position, instrument: id }))
            return { ...known, instrument: id, positions }
          },
        }),
    statuses: () => feed.statuses().map(status),
    refused: () => feed.refused(),
    close: () => feed.close(),
  }
}

/** Several feeds of one venue as one. `owner`: which of them an instrument is of. Not empty. */
export function joinedFeed(feeds: readonly [VenueFeed, ...VenueFeed[]]): VenueFeed {
  const owners = new Map<InstrumentId, VenueFeed>()
  const owner = (id: InstrumentId): VenueFeed => {
    const found = owners.get(id)
    if (found === undefined) throw new RangeError(`no feed lists ${id}`)
    return found
  }
  return {
    venue: feeds[0].venue,
    async instruments() {
      const lists = await Promise.all(feeds.map((feed) => feed.instruments()))
      for (const [at, list] of lists.entries()) for (const { id } of list) owners.set(id, feeds[at]!)
      return lists.flat()
    },
    subscribe: (instrument) => owner(instrument.id).subscribe(instrument),
    unsubscribe: (id) => owners.get(id)?.unsubscribe(id),
    backfill: (instrument, from, to, signal) => owner(instrument.id).backfill(instrument, from, to, signal),
    trades: (instrument, from, to, signal) => owner(instrument.id).trades(instrument, from, to, signal),
    knownPositions: (id) => owners.get(id)?.knownPositions?.(id),
    statuses: () => feeds.flatMap((feed) => feed.statuses()),
    refused: (): readonly Refusal[] => feeds.flatMap((feed) => feed.refused()),
    async close() {
      await Promise.all(feeds.map((feed) => feed.close()))
    },
  }
}
