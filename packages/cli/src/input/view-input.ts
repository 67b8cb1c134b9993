import { readFile } from 'node:fs/promises'
import {
  type ClusterEvent,
  type ClusterLives,
  findClusters,
  followClusters,
  type KnownBook,
  MapBuilder,
  type MarketView,
  mapOfColumn,
  marketView,
  NO_LIVES,
} from '@liqscope/engine'
import type { Bar, BookLevel, Instrument } from '@liqscope/market'
import { OrderBookFileSchema } from '@liqscope/protocol'
import { CliError, EXIT } from '../exit.ts'
import { say } from '../output.ts'
import { timeText } from '../terminal/figures.ts'
import { type BarsFlags, openBars } from './bars-input.ts'

/** Lives of clusters are followed over columns of this width, as the server does. */
const LIVES_MS = 300_000
/** Bars that insights look at, as many as a server gives them. */
const BARS_MS = 2 * 86_400_000

export interface ViewFlags extends BarsFlags {
  readonly at?: number
  /** JSON of one order book: `{"bids": [[price, size], ...], "asks": ...}`, as venues' depth routes answer. */
  readonly book?: string
}

export interface FileView {
  readonly instrument: Instrument
  readonly view: MarketView
  /** Every bar up to the moment. */
  readonly bars: readonly Bar[]
}

/** A file of bars as it was known at a moment, or at its end. Says on stderr what was read. */
export async function viewOfFile(flags: ViewFlags): Promise<FileView> {
  const { at } = flags
  const input = await openBars(flags)
  const builder = new MapBuilder({ instrument: input.instrument.id, historyEnd: Number.POSITIVE_INFINITY })
  const bars: Bar[] = []
  let first: number | undefined
  for await (const event of input.events) {
    const end = event.kind === 'gap' ? event.to : event.exchangeTime + event.intervalMs
    first ??= end
    if (at !== undefined && end > at) {
      say(`only what was known at ${timeText(at)}: later rows were neither read nor checked`)
      break
    }
    builder.apply(event)
    if (event.kind === 'bar') bars.push(event)
  }
  const map = builder.map()
  if (map === undefined)
    throw new CliError(
      `no bar of ${flags.bars} is complete at ${timeText(at ?? 0)}; the first ends ${timeText(first ?? 0)}`,
      EXIT.usage,
    )
  input.report()
  const book = flags.book === undefined ? undefined : await readBook(flags.book, input.instrument, map.at)
  return {
    instrument: input.instrument,
    view: marketView({ map, bars: recent(bars, map.at), ...(book && { known: book }) }),
    bars,
  }
}

function recent(bars: readonly Bar[], until: number): readonly Bar[] {
  const from = bars.findIndex(({ exchangeTime }) => exchangeTime >= until - BARS_MS)
  return from <= 0 ? bars : bars.slice(from)
}

/**
 * The lives of clusters over the columns that a server would hold at the file's end. Folds the bars again: only now is
 * it known which columns those are.
 */
export function livesOf({ instrument, bars }: FileView): { lives: ClusterLives; events: ClusterEvent[] } {
  const last = bars.at(-1)
  const builder = new MapBuilder({
    instrument: instrument.id,
    ...(last === undefined ? {} : { historyEnd: last.exchangeTime + last.intervalMs }),
  })
  for (const bar of bars) builder.apply(bar)
  let lives = NO_LIVES
  const events: ClusterEvent[] = []
  let next = 0
  for (const column of builder.columns(LIVES_MS, 0, Number.POSITIVE_INFINITY).slice(-432)) {
    const at = column.openTime + column.intervalMs
    let low = Number.POSITIVE_INFINITY
    let high = 0
    for (; next < bars.length && bars[next]!.exchangeTime < at; next++) {
      if (bars[next]!.exchangeTime < column.openTime) continue
      low = Math.min(low, bars[next]!.low)
      high = Math.max(high, bars[next]!.high)
    }
    const known = high > 0 ? { low, high } : { low: column.price, high: column.price }
    lives = followClusters(lives, { at, clusters: findClusters(mapOfColumn(column)), ...known })
    events.push(...lives.events)
  }
  return { lives, events: events.slice(-200) }
}

/** A book from a file is taken as fresh: whoever gives it says that it belongs to this moment. */
async function readBook(path: string, instrument: Instrument, at: number): Promise<KnownBook> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CliError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`, EXIT.usage)
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new CliError(`${path} is no JSON; write it like {"bids": [[70000, 1.5]], "asks": [[70001, 2]]}`, EXIT.usage)
  }
  const found = OrderBookFileSchema.safeParse(json)
  if (!found.success) {
    const [issue] = found.error.issues
    throw new CliError(`${path} is no order book: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, EXIT.usage)
  }
  const bids: BookLevel[] = found.data.bids.toSorted((a, b) => b[0] - a[0])
  const asks: BookLevel[] = found.data.asks.toSorted((a, b) => a[0] - b[0])
  return {
    ageMs: 0,
    book: { kind: 'orderBook', instrument: instrument.id, exchangeTime: at, receivedTime: at, bids, asks },
  }
}
