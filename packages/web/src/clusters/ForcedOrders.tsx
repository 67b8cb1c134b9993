import { isVenue, venueName } from '@liqscope/market'
import { useApp, useText } from '../app/context.ts'
import { formatPrice, formatUsd } from '../format/number.ts'
import { formatClock, formatMoment } from '../format/time.ts'
import { currentMarket, dataAsOf, type ForcedOrder } from '../state/app-state.ts'

const SHOWN = 6
const DAY_MS = 86_400_000
const NO_ORDERS: readonly ForcedOrder[] = []

/** The newest OBSERVED forced orders. Nothing when the feed has none: an empty list would say that none happened. */
export function ForcedOrders() {
  const { panels, picture } = useText()
  const words = panels.orders
  const orders = useApp((state) => state.picture?.forcedOrders ?? NO_ORDERS)
  const tickSize = useApp((state) => currentMarket(state)?.tickSize ?? 0.1)
  const asOf = useApp(dataAsOf) ?? 0
  if (orders.length === 0) return null
  const newest = orders.slice(-SHOWN).reverse()
  return (
    <>
      <h3>
        <span>{words.title}</span>
        <small>{words.observed}</small>
      </h3>
      <table className="data orders">
        <caption className="vh">{words.caption}</caption>
        <thead className="vh">
          <tr>
            <th scope="col">{words.time}</th>
            <th scope="col">{words.side}</th>
            <th scope="col">{words.price}</th>
            <th scope="col">{words.usd}</th>
            <th scope="col">{words.venue}</th>
          </tr>
        </thead>
        <tbody>
          {newest.map(({ time, positionSide, price, size, notional, venue }) => (
            <tr key={`${time} ${positionSide} ${price} ${size}`}>
              <td>{asOf - time < DAY_MS ? formatClock(time) : formatMoment(time)}</td>
              <td className={`left ${positionSide}`}>
                <svg className="ring" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
                  <circle cx="6" cy="6" r={notional >= 1e6 ? 4.5 : 2.5} />
                </svg>
                {positionSide === 'short' ? picture.short : picture.long}
              </td>
              <td>{formatPrice(price, tickSize)}</td>
              <td>{formatUsd(notional)}</td>
              <td>{isVenue(venue) ? venueName(venue) : venue}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
