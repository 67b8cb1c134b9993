import type { CascadeAnswerJson } from '@liqscope/protocol'
import { formatPriceShort, formatUsd } from '../format/number.ts'

const WIDTH = 336
const HEIGHT = 170
const LEFT = 52
const TOP = 6
const BOTTOM = 18
const MOST_ROWS = 60

/** Forced volume, depth and what waits, by price, dearest on top: the table of rounds below says the same in numbers. */
export function CascadePicture({ found, tickSize }: { readonly found: CascadeAnswerJson; readonly tickSize: number }) {
  const { side, trigger, end } = found
  const rows = found.bins.slice(0, MOST_ROWS)
  const dearestFirst = side === 'long' ? rows : rows.toReversed()
  const most = Math.max(1, ...rows.map(({ forced, depth, waiting }) => Math.max(forced, depth, waiting)))
  const height = (HEIGHT - TOP - BOTTOM) / Math.max(1, rows.length)
  const x = (amount: number) => LEFT + (amount / most) * (WIDTH - LEFT - 8)
  const y = (i: number) => TOP + i * height
  const step = (pick: (row: (typeof rows)[number]) => number) =>
    dearestFirst
      .map((row, i) => `${i === 0 ? 'M' : 'L'}${x(pick(row)).toFixed(1)} ${y(i).toFixed(1)}V${y(i + 1).toFixed(1)}`)
      .join('')
  const placeOf = (price: number) => {
    const near = dearestFirst.findIndex((row) => row.price <= price)
    return y(near < 0 ? dearestFirst.length : near)
  }
  const ends = placeOf(end)
  const begins = placeOf(trigger)
  const isApart = Math.abs(ends - begins) > 14
  return (
    <svg
      className="cascade-picture"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Scenario from ${formatPriceShort(trigger, tickSize)} to ${formatPriceShort(end, tickSize)}: forced volume, depth and what waits, by price`}
    >
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <line className="grid" x1={x(part * most)} x2={x(part * most)} y1={TOP} y2={HEIGHT - BOTTOM} />
          <text x={x(part * most)} y={HEIGHT - 5} textAnchor={part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}>
            {part === 0 ? '0' : formatUsd(part * most)}
          </text>
        </g>
      ))}
      {dearestFirst.map((row, i) => (
        <rect
          key={row.price}
          className={`forced-${side}`}
          x={LEFT}
          y={y(i)}
          width={Math.max(0, x(row.forced) - LEFT)}
          height={Math.max(0.5, height - 0.5)}
        />
      ))}
      <path className="depth" d={step(({ depth }) => depth)} />
      <path className="waiting" d={step(({ waiting }) => waiting)} />
      <line className="grid" x1={LEFT} x2={WIDTH} y1={begins} y2={begins} />
      <text x={LEFT - 6} y={Math.max(11, begins + 4)} textAnchor="end">
        {formatPriceShort(trigger, tickSize)}
      </text>
      {isApart ? (
        <>
          <line className="waiting" x1={LEFT} x2={WIDTH} y1={ends} y2={ends} />
          <text x={LEFT - 6} y={Math.max(11, Math.min(HEIGHT - BOTTOM, ends + 4))} textAnchor="end">
            {formatPriceShort(end, tickSize)}
          </text>
        </>
      ) : null}
    </svg>
  )
}
