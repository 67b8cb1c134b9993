import { useMemo } from 'react'
import { useApp, useScene, useSession, useText } from '../app/context.ts'
import { Icon } from '../app/icons.tsx'
import { binsPerRow } from '../chart/heatmap/build.ts'
import { cumulativeCurve, curveAt, type MapRow, mapRows } from '../chart/profile/build.ts'
import { formatChange, formatPriceRange, formatStep, formatStrength, formatUsd, UNKNOWN } from '../format/number.ts'
import { formatMoment } from '../format/time.ts'
import { currentMarket } from '../state/app-state.ts'

/** The table lists prices to this distance from the mark, */
const REACH = 0.06
/** in rows of about this width, so that it can be read. */
const ROW_SHARE = 0.001

/** The picture's numbers as a table: the map of now, in price order. */
export function PictureTable() {
  const session = useSession()
  const { map, moment, tickSize } = useScene()
  const { picture: words } = useText()
  const market = useApp(currentMarket)
  const size = map ? binsPerRow(map.step, ROW_SHARE) : 1
  const rows = useMemo(() => (map ? near(mapRows(map, size), map.price).toReversed() : []), [map, size])
  const full = rows.reduce((most, { notional }) => Math.max(most, notional), 0)
  const curves = useMemo(
    () => (map ? { long: cumulativeCurve(map, 'long'), short: cumulativeCurve(map, 'short') } : undefined),
    [map],
  )
  return (
    <section className="picture-table" aria-label={words.table.label}>
      <header>
        <h2>
          {words.table.title(
            `${market?.base}/${market?.quote}`,
            moment === undefined ? words.now : formatMoment(moment),
            map ? formatStep(map.step * size) : UNKNOWN,
          )}
        </h2>
        <button
          type="button"
          className="icon-button"
          aria-label={words.table.close}
          onClick={() => session.store.set({ showTable: false })}
        >
          <Icon name="close" />
        </button>
      </header>
      {/* A region that scrolls has to be reachable by keys. */}
      <section className="scroll" aria-label={words.table.rows} tabIndex={0}>
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{words.table.price}</th>
              <th scope="col">{words.table.side}</th>
              <th scope="col">{words.table.distance}</th>
              <th scope="col">{words.table.strength}</th>
              <th scope="col">{words.table.usd}</th>
              <th scope="col">{words.table.band}</th>
              <th scope="col">{words.table.cumulative}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.side} ${row.from}`}>
                <th scope="row">{formatPriceRange(Math.exp(row.from), Math.exp(row.to), tickSize)}</th>
                <td className={row.side}>{row.side === 'short' ? words.shorts : words.longs}</td>
                <td>{formatChange(Math.exp((row.from + row.to) / 2) / (map?.price ?? 1) - 1)}</td>
                <td>{formatStrength(full > 0 ? (100 * row.notional) / full : 0)}</td>
                <td>{formatUsd(row.notional)}</td>
                <td className="dim">
                  {row.low === undefined ? UNKNOWN : `${formatUsd(row.low)} – ${formatUsd(row.high)}`}
                </td>
                <td>
                  {curves ? formatUsd(curveAt(curves[row.side], row.side === 'short' ? row.to : row.from)) : UNKNOWN}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function near(rows: readonly MapRow[], price: number): MapRow[] {
  const mark = Math.log(price)
  return rows.filter(({ from, to }) => Math.abs((from + to) / 2 - mark) <= REACH)
}
