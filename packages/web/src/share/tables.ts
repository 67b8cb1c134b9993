import { LEVERAGE_GROUPS } from '@liqscope/engine'
import type { InView } from '../app/commands.ts'
import { mapRows } from '../chart/profile/build.ts'
import type { HeatPicture } from '../state/heat-picture.ts'
import type { LiveMap } from '../state/live-map.ts'

/** A table for programs: columns of one kind each, the same length. */
export interface ShareTable {
  readonly name: 'map' | 'heat' | 'bars' | 'orders'
  readonly columns: readonly ShareColumn[]
  readonly rows: number
}

export type ShareColumn =
  | { readonly name: string; readonly kind: 'number'; readonly data: readonly (number | null)[] }
  | { readonly name: string; readonly kind: 'time'; readonly data: readonly number[] } // epoch ms
  | { readonly name: string; readonly kind: 'text'; readonly data: readonly string[] }

/** The bars of the map that are drawn, in price order: USD, estimated. Bounds nobody knows are null. */
export function mapTable(map: LiveMap, bins: number, { low, high }: Pick<InView, 'low' | 'high'>): ShareTable {
  const rows = mapRows(map, bins).filter(({ from, to }) => Math.exp(to) > low && Math.exp(from) < high)
  return tableOf('map', rows.length, [
    times(
      'at',
      rows.map(() => map.at),
    ),
    numbers(
      'price_low',
      rows.map(({ from }) => Math.exp(from)),
    ),
    numbers(
      'price_high',
      rows.map(({ to }) => Math.exp(to)),
    ),
    texts(
      'side',
      rows.map(({ side }) => side),
    ),
    numbers(
      'usd_estimated',
      rows.map(({ notional }) => notional),
    ),
    numbers(
      'usd_10',
      rows.map((row) => row.low ?? null),
    ),
    numbers(
      'usd_90',
      rows.map((row) => row.high ?? null),
    ),
    ...LEVERAGE_GROUPS.map((group, i) =>
      numbers(
        `usd_leverage_${group.replace(/[^\da-z]/g, '')}`,
        rows.map(({ leverage }) => leverage[i] ?? null),
      ),
    ),
  ])
}

/** The cells of closed columns in view that are not empty, one a row: USD per bin, estimated. */
export function heatTable({ grid, intervalMs }: HeatPicture, view: InView): ShareTable {
  const [lowBin, highBin] = [view.low, view.high].map(
    (price) => Math.floor(Math.log(price) / grid.step) - grid.firstBin,
  )
  const [first, last] = [Math.max(0, lowBin!), Math.min(grid.bins - 1, highBin!)]
  const time: number[] = []
  const low: number[] = []
  const side: string[] = []
  const usd: number[] = []
  grid.openTimes.forEach((openTime, column) => {
    if (openTime + intervalMs <= view.from || openTime >= view.to) return
    for (let bin = first; bin <= last; bin++) {
      const value = grid.values[column * grid.bins + bin]!
      if (value <= 0) continue
      time.push(openTime)
      low.push(Math.exp((grid.firstBin + bin) * grid.step))
      side.push((grid.firstBin + bin + 0.5) * grid.step < Math.log(grid.prices[column]!) ? 'long' : 'short')
      usd.push(value)
    }
  })
  return tableOf('heat', time.length, [
    times('open_time', time),
    numbers('price_low', low),
    numbers(
      'price_high',
      low.map((price) => price * Math.exp(grid.step)),
    ),
    texts('side', side),
    numbers('usd_estimated', usd),
  ])
}

/** The bars in view; sizes in base units. */
export function barsTable({ bars, intervalMs }: HeatPicture, { from, to }: InView): ShareTable {
  const shown = bars.filter(({ openTime }) => openTime + intervalMs > from && openTime < to)
  return tableOf('bars', shown.length, [
    times(
      'open_time',
      shown.map(({ openTime }) => openTime),
    ),
    ...(['open', 'high', 'low', 'close'] as const).map((name) =>
      numbers(
        name,
        shown.map((bar) => bar[name]),
      ),
    ),
    numbers(
      'volume',
      shown.map(({ volume }) => volume),
    ),
    numbers(
      'taker_buy_volume',
      shown.map(({ takerBuyVolume }) => takerBuyVolume),
    ),
    numbers(
      'open_interest',
      shown.map(({ openInterest }) => openInterest),
    ),
    numbers(
      'funding_rate',
      shown.map(({ fundingRate }) => fundingRate),
    ),
    numbers(
      'long_liquidated',
      shown.map(({ longLiquidated }) => longLiquidated),
    ),
    numbers(
      'short_liquidated',
      shown.map(({ shortLiquidated }) => shortLiquidated),
    ),
  ])
}

/** The forced orders in view that venues published; feeds are throttled. */
export function ordersTable({ forcedOrders }: HeatPicture, { from, to }: InView): ShareTable {
  const shown = forcedOrders.filter(({ time }) => time >= from && time < to)
  return tableOf('orders', shown.length, [
    times(
      'time',
      shown.map(({ time }) => time),
    ),
    texts(
      'venue',
      shown.map(({ venue }) => venue),
    ),
    texts(
      'position_side',
      shown.map(({ positionSide }) => positionSide),
    ),
    numbers(
      'price',
      shown.map(({ price }) => price),
    ),
    texts(
      'price_kind',
      shown.map(({ priceKind }) => priceKind),
    ),
    numbers(
      'size',
      shown.map(({ size }) => size),
    ),
    numbers(
      'usd',
      shown.map(({ notional }) => notional),
    ),
  ])
}

function tableOf(name: ShareTable['name'], rows: number, columns: readonly ShareColumn[]): ShareTable {
  return { name, rows, columns }
}

function numbers(name: string, data: readonly (number | null)[]): ShareColumn {
  return { name, kind: 'number', data }
}

function times(name: string, data: readonly number[]): ShareColumn {
  return { name, kind: 'time', data }
}

function texts(name: string, data: readonly string[]): ShareColumn {
  return { name, kind: 'text', data }
}
