import { useMemo, useState } from 'react'
import { useApp, useScene, useSession, useText } from '../app/context.ts'
import { formatChange, formatPrice, formatPriceRange, formatStrength, formatUsd } from '../format/number.ts'
import { formatDuration } from '../format/time.ts'
import { Choice } from '../insight/Field.tsx'
import { useInsight } from '../insight/use-insight.ts'
import { type Cluster, currentMarket, shownMap } from '../state/app-state.ts'
import { ClusterDetail, formatTouch, GoneClusters } from './ClusterDetail.tsx'
import { type KnownCluster, knownClusters, ORDERS, type Order, sorted } from './cluster-facts.ts'
import { ForcedOrders } from './ForcedOrders.tsx'

/** Clusters a side at first; the rest is one press away. */
const FIRST_SHOWN = 5

/** Dense bands in price order, the mark in their middle, or in another order; the selected one below, then observed orders. */
export function ClustersPanel() {
  const { clusters, map, selected, tickSize } = useScene()
  const session = useSession()
  const { panels, insight } = useText()
  const { clusters: words } = panels
  const [showAll, setShowAll] = useState(false)
  const [order, setOrder] = useState<Order>('price')
  const { found } = useInsight('clusters', map === undefined ? undefined : {})
  const shownAt = useApp((state) => shownMap(state)?.at)
  const at = found === undefined ? (shownAt ?? 0) : Date.parse(found.at)
  const known = useMemo(() => knownClusters(clusters, found?.clusters), [clusters, found])
  const shown = useMemo(() => nearestOf(known, showAll ? known.length : FIRST_SHOWN), [known, showAll])
  const detail = known.find(({ cluster }) => cluster.id === selected) ?? strongest(known)
  const hidden = known.length - shown.length
  if (!map) return <p>{words.noMap}</p>
  if (known.length === 0) return <p>{words.none}</p>
  const row = (one: KnownCluster, fromMark: number) => (
    <ClusterRow
      key={one.cluster.id}
      known={one}
      order={order}
      at={at}
      tickSize={tickSize}
      fromMark={fromMark}
      isSelected={one.cluster.id === selected}
      onPress={() => session.selectCluster(one.cluster.id === selected ? undefined : one.cluster.id)}
    />
  )
  const above = sorted(shown, 'price').filter(({ cluster }) => cluster.side === 'short')
  const below = sorted(shown, 'price').filter(({ cluster }) => cluster.side === 'long')
  return (
    <div className="columns">
      <div>
        <div className="ask-fields order">
          <Choice
            label={insight.clusters.order}
            value={order}
            options={ORDERS.map((one) => [one, insight.clusters.orders[one]] as const)}
            onChange={setOrder}
          />
        </div>
        <table className="data clusters">
          <caption className="vh">{words.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.price}</th>
              <th scope="col">{headOf(order, words.distance, insight.clusters)}</th>
              <th scope="col">{words.strength}</th>
              <th scope="col">{words.usd}</th>
            </tr>
          </thead>
          <tbody>
            {order === 'price' ? (
              <>
                {above.map((one, i) => row(one, above.length - i))}
                <MarkRow />
                {below.map((one, i) => row(one, i + 1))}
              </>
            ) : (
              sorted(shown, order).map((one, i) => row(one, Math.floor(i / 2) + 1))
            )}
          </tbody>
        </table>
        {hidden > 0 || showAll ? (
          <button type="button" className="link-button" onClick={() => setShowAll(!showAll)}>
            {showAll ? words.nearestOnly : words.further(hidden)}
          </button>
        ) : null}
      </div>
      <div className="detail">
        {detail ? <ClusterDetail known={detail} at={at} /> : null}
        <div className="links">
          <button type="button" className="link-button" onClick={() => session.store.set({ dialog: 'how' })}>
            {words.how}
          </button>
        </div>
        <GoneClusters events={found?.events ?? []} />
        <ForcedOrders />
      </div>
    </div>
  )
}

type Words = ReturnType<typeof useText>['insight']['clusters']

/** The second column says what the rows are ordered by, and the distance where that has a column of its own. */
function headOf(order: Order, distance: string, words: Words): string {
  return order === 'price' || order === 'strength' || order === 'usd' ? distance : words.orders[order]
}

function figureOf({ cluster, facts }: KnownCluster, order: Order, at: number, words: Words): string {
  switch (order) {
    case 'price':
    case 'strength':
    case 'usd':
      return formatChange(cluster.distance)
    case 'atr':
      return facts?.distanceAtr === undefined ? '–' : Math.abs(facts.distanceAtr).toFixed(1)
    case 'touch':
      return facts?.touch === undefined ? '–' : formatTouch(facts.touch['4h'])
    case 'age':
      return facts?.bornAt === undefined ? '–' : formatDuration(Math.max(0, at - facts.bornAt))
    case 'life':
      return facts === undefined ? '–' : words.lives[facts.life ?? 'unknown']
  }
}

function ClusterRow({
  known,
  order,
  at,
  tickSize,
  fromMark,
  isSelected,
  onPress,
}: {
  readonly known: KnownCluster
  readonly order: Order
  readonly at: number
  readonly tickSize: number
  /** 1 is the nearest shown of its side; a phone's closed sheet shows two. */
  readonly fromMark: number
  readonly isSelected: boolean
  readonly onPress: () => void
}) {
  const { id, side, low, high, strength, notional } = known.cluster
  const { clusters: words } = useText().insight
  return (
    <tr className={`${isSelected ? 'selected' : ''} ${fromMark > 2 ? 'far' : ''}`}>
      <td>
        <button type="button" className="cluster-name" aria-pressed={isSelected} onClick={onPress}>
          <span className={`id ${side}`}>{id}</span>
          {formatPriceRange(low, high, tickSize)}
        </button>
      </td>
      <td className="quiet-text">{figureOf(known, order, at, words)}</td>
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

/** The nearest of each side. */
function nearestOf(known: readonly KnownCluster[], each: number): KnownCluster[] {
  const nearest = (side: Cluster['side']) =>
    known
      .filter(({ cluster }) => cluster.side === side)
      .toSorted((a, b) => Math.abs(a.cluster.distance) - Math.abs(b.cluster.distance))
      .slice(0, each)
  return [...nearest('short'), ...nearest('long')]
}

function strongest(known: readonly KnownCluster[]): KnownCluster | undefined {
  return known.reduce<KnownCluster | undefined>(
    (most, one) => (most && most.cluster.strength >= one.cluster.strength ? most : one),
    undefined,
  )
}
