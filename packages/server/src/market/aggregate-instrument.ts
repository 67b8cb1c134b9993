import { type Instrument, type InstrumentId, instrumentId } from '@liqscope/market'

/** Quotes that stand for the US dollar: their markets may be added in one number. */
const DOLLARS: ReadonlySet<string> = new Set(['USDT', 'USDC', 'USD', 'FDUSD', 'BUSD'])

/**
 * Which sum a market belongs to: its coin's, real and simulated ones apart. Undefined for markets that are not quoted in
 * dollars or come from a file.
 */
export function aggregateId({ venue, base, quote, simulated }: Instrument): InstrumentId | undefined {
  if (venue === 'file' || !DOLLARS.has(quote)) return undefined
  return simulated ? instrumentId('sim', `ALL-${base}`) : instrumentId('all', base)
}

/**
 * The sum of these markets, which are all of one coin and either all simulated or all real; with `venues` only of the
 * markets of these.
 *
 * @throws {RangeError} without markets.
 */
export function aggregateOf(
  id: InstrumentId,
  members: readonly Instrument[],
  venues: readonly string[] = [],
): Instrument {
  const [first] = members
  if (first === undefined) throw new RangeError(`${id} is a sum of no markets`)
  const { base, simulated } = first
  const name = simulated ? `ALL-${base}` : base
  return {
    id,
    venue: simulated ? 'sim' : 'all',
    symbol: venues.length > 0 ? `${name}@${venues.join()}` : name,
    base,
    quote: 'USD',
    settle: 'USD',
    kind: 'linear',
    contractSize: 1,
    unitFactor: 1,
    tickSize: Math.min(...members.map(({ tickSize }) => tickSize)),
    simulated,
  }
}
