import type { Instrument, MarginSchedule } from '@liqscope/market'
import { tiersOfBands } from '../venue/margin-bands.ts'
import { BRACKETS, BRACKETS_DATE } from './brackets.ts'

const SOURCE = "Binance's leverage brackets as shipped with liqscope; the live ones need a key"

/** The shipped table's lines by symbol, made when the first is asked for. */
let lines: ReadonlyMap<string, string> | undefined

/** The dated table of an instrument; undefined for one it does not list, such as coin-margined contracts. */
export function shippedSchedule({ symbol, kind }: Pick<Instrument, 'symbol' | 'kind'>): MarginSchedule | undefined {
  lines ??= linesBySymbol()
  const line = kind === 'linear' ? lines.get(symbol) : undefined
  if (line === undefined) return undefined
  const bands = line.split(' ').map((band) => band.split(':').map(Number))
  const caps = bands.map(([cap = Number.NaN]) => cap)
  const tiers = tiersOfBands(
    bands.map(([, maxLeverage = Number.NaN, maintenanceRate = Number.NaN], i) => ({
      notionalFloor: caps[i - 1] ?? 0,
      maxLeverage,
      maintenanceRate,
    })),
    caps.at(-1)!,
  )
  return typeof tiers === 'string' ? undefined : { tiers, validFrom: BRACKETS_DATE, source: SOURCE }
}

function linesBySymbol(): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of BRACKETS.trim().split('\n')) {
    const [bands = '', symbols = ''] = line.split(' = ')
    for (const symbol of symbols.split(' ')) found.set(symbol, bands)
  }
  return found
}
