import { useMemo, useState } from 'react'
import { useApp, useScene, useSession, useText } from '../app/context.ts'
import { cumulativeCurve, curveAt } from '../chart/profile/build.ts'
import {
  formatChange,
  formatPrice,
  formatPriceRange,
  formatPriceShort,
  formatStrength,
  formatUsd,
} from '../format/number.ts'
import { type Cluster, currentMarket, shownMap } from '../state/app-state.ts'
import { leverageBetween } from '../state/live-map.ts'
import { LeverageSplit } from '../tooltip/Tooltip.tsx'
import { ForcedOrders } from './ForcedOrders.tsx'

/** Clusters a side at first; the rest is one press away. */
const FIRST_SHOWN = 5

/** Dense bands in price order, the mark in their middle; the selected one below, then observed orders. */
export function ClustersPanel() {
  const { clusters, map, selected, palette, tickSize } = useScene()
  const session = useSession()
  const { clusters: words } = useText().panels
  const [showAll, setShowAll] = useState(false)
  const shown = useMemo(() => inPriceOrder(clusters, showAll ? clusters.length : FIRST_SHOWN), [clusters, showAll])
  const detail = clusters.find(({ id }) => id === selected) ?? strongest(clusters)
  const hidden = clusters.length - shown.above.length - shown.below.length
  if (!map) return <p>{words.noMap}</p>
  if (clusters.length === 0) return <p>{words.none}</p>
  const row = (cluster: Cluster, fromMark: number) => (
    <ClusterRow
      key={cluster.id}
      cluster={cluster}
      tickSize={tickSize}
      fromMark={fromMark}
      isSelected={cluster.id === selected}
      onPress={() => session.selectCluster(cluster.id === selected ? undefined : cluster.id)}
    />
  )
  return (
    <div className="columns">
      <div>
        <table className="data clusters">
          <caption className="vh">{words.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.price}</th>
              <th scope="col">{words.distance}</th>
              <th scope="col">{words.strength}</th>
              <th scope="col">{words.usd}</th>
            </tr>
          </thead>
          <tbody>
            {shown.above.map((cluster, i) => row(cluster, shown.above.length - i))}
            <MarkRow />
            {shown.below.map((cluster, i) => row(cluster, i + 1))}
          </tbody>
        </table>
        {hidden > 0 || showAll ? (
          <button type="button" className="link-button" onClick={() => setShowAll(!showAll)}>
            {showAll ? words.nearestOnly : words.further(hidden)}
          </button>
        ) : null}
      </div>
      <div className="detail">
        {detail ? (
          <>
            <h3>
              <span>
                <span className={detail.side}>{detail.id}</span> {formatPriceRange(detail.low, detail.high, tickSize)}
              </span>
              <small>{words.estimated}</small>
            </h3>
            <dl className="pairs">
              <dt>{words.forcedIfSwept}</dt>
              <dd>
                {formatUsd(detail.notional)}{' '}
                {map.hasBands ? (
                  <small>{words.band(formatUsd(detail.notionalLow), formatUsd(detail.notionalHigh))}</small>
                ) : null}
              </dd>
              <dt>{words.cumulativeTo(formatPriceShort(farEdge(detail), tickSize))}</dt>
              <dd>{formatUsd(curveAt(cumulativeCurve(map, detail.side), Math.log(farEdge(detail))))}</dd>
            </dl>
            {map.groups > 0 ? (
              <>
                <p className="dim">{words.leverage}</p>
                <LeverageSplit
                  shares={shares(leverageBetween(map, detail.low, detail.high))}
                  side={detail.side}
                  palette={palette}
                />
              </>
            ) : null}
          </>
        ) : null}
        <div className="links">
          <button type="button" className="link-button" onClick={() => session.store.set({ dialog: 'how' })}>
            {words.how}
          </button>
        </div>
        <ForcedOrders />
      </div>
    </div>
  )
}

function ClusterRow({
  cluster,
  tickSize,
  fromMark,
  isSelected,
  onPress,
}: {
  readonly cluster: Cluster
  readonly tickSize: number
  /** 1 is the nearest shown of its side; a phone's closed sheet shows two. */
  readonly fromMark: number
  readonly isSelected: boolean
  readonly onPress: () => void
}) {
  const { id, side, low, high, distance, strength, notional } = cluster
  return (
    <tr className={`${isSelected ? 'selected' : ''} ${fromMark > 2 ? 'far' : ''}`}>
      <td>
        <button type="button" className="cluster-name" aria-pressed={isSelected} onClick={onPress}>
          <span className={`id ${side}`}>{id}</span>
          {formatPriceRange(low, high, tickSize)}
        </button>
      </td>
      <td className="quiet-text">{formatChange(distance)}</td>
      <td>
        <span className="strength">
          <i className={`bar ${side}`} ref={(bar) => bar?.style.setProperty('--share', `${Math.round(strength)}%`)} />
          <span>{formatStrength(strength)}</span>
        </span>
      </td>
      <td>{formatUsd(notional)}</td>
    </tr>
  )
}

function MarkRow() {
  const { clusters: words } = useText().panels
  const market = useApp(currentMarket)
  const price = useApp((state) => shownMap(state)?.price ?? currentMarket(state)?.price)
  return (
    <tr className="mark">
      <td>{formatPrice(price, market?.tickSize ?? 0.1)}</td>
      <td colSpan={3}>{words.mark(market?.venueName ?? '')}</td>
    </tr>
  )
}

function inPriceOrder(clusters: readonly Cluster[], each: number): { above: Cluster[]; below: Cluster[] } {
  const nearest = (side: Cluster['side']) =>
    clusters
      .filter((cluster) => cluster.side === side)
      .sort((a, b) => Math.abs(a.distance) - Math.abs(b.distance))
      .slice(0, each)
  return { above: nearest('short').reverse(), below: nearest('long') }
}

function strongest(clusters: readonly Cluster[]): Cluster | undefined {
  return clusters.reduce<Cluster | undefined>(
    (most, one) => (most && most.strength >= one.strength ? most : one),
    undefined,
  )
}

function farEdge({ side, low, high }: Cluster): number {
  return side === 'short' ? high : low
}

function shares(parts: readonly number[]): number[] {
  const total = parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part) => (total > 0 ? part / total : 0))
}
