import { isVenue, venueName } from '@liqscope/market'
import type { ClustersJson } from '@liqscope/protocol'
import { Fragment } from 'react'
import { useApp, useScene, useText } from '../app/context.ts'
import { cumulativeCurve, curveAt } from '../chart/profile/build.ts'
import { formatChange, formatPriceRange, formatPriceShort, formatShare, formatUsd } from '../format/number.ts'
import { formatDuration, formatMoment } from '../format/time.ts'
import { currentMarket } from '../state/app-state.ts'
import { leverageBetween } from '../state/live-map.ts'
import { LeverageSplit } from '../tooltip/Tooltip.tsx'
import type { KnownCluster } from './cluster-facts.ts'

/** All that is known of one cluster. What is not known says so. */
export function ClusterDetail({ known, at }: { readonly known: KnownCluster; readonly at: number }) {
  const { map, palette, tickSize } = useScene()
  const { panels, insight } = useText()
  const words = panels.clusters
  const more = insight.clusters
  const { cluster, facts } = known
  const { id, side, low, high, notional, notionalLow, notionalHigh, distance } = cluster
  if (!map) return null
  const far = side === 'short' ? high : low
  const unknown = more.unknown
  const venues = (facts?.byVenue ?? []).filter((part) => part.notional > 0)
  return (
    <>
      <h3>
        <span>
          <span className={side}>{id}</span> {formatPriceRange(low, high, tickSize)}
        </span>
        <small>{words.estimated}</small>
      </h3>
      <dl className="pairs">
        <dt>{words.forcedIfSwept}</dt>
        <dd>
          {formatUsd(notional)}{' '}
          {map.hasBands ? <small>{words.band(formatUsd(notionalLow), formatUsd(notionalHigh))}</small> : null}
        </dd>
        <dt>{words.cumulativeTo(formatPriceShort(far, tickSize))}</dt>
        <dd>{formatUsd(curveAt(cumulativeCurve(map, side), Math.log(far)))}</dd>
        <dt>{more.distance}</dt>
        <dd>
          {formatChange(distance)}{' '}
          <small>{facts?.distanceAtr === undefined ? '' : more.atr(Math.abs(facts.distanceAtr).toFixed(1))}</small>
        </dd>
        <dt>
          {more.touched} <small>{more.model}</small>
        </dt>
        <dd>
          {facts?.touch === undefined
            ? unknown
            : [facts.touch['1h'], facts.touch['4h'], facts.touch['24h']].map(formatTouch).join(', ')}
        </dd>
        <dt>{more.life}</dt>
        <dd>{more.lives[facts?.life ?? 'unknown']}</dd>
        <dt>{more.age}</dt>
        <dd>
          {facts?.bornAt === undefined ? (
            unknown
          ) : (
            <>
              {formatDuration(Math.max(0, at - facts.bornAt))} <small>{more.since(formatMoment(facts.bornAt))}</small>
            </>
          )}
        </dd>
        {venues.length > 1 ? (
          <>
            <dt>{more.venues}</dt>
            <dd>
              {venues
                .toSorted((a, b) => b.notional - a.notional)
                .map(
                  ({ venue, notional: part }) =>
                    `${isVenue(venue) ? venueName(venue) : venue} ${formatShare(part / notional, 0)}`,
                )
                .join(', ')}
            </dd>
          </>
        ) : null}
      </dl>
      {map.groups > 0 ? (
        <>
          <p className="dim">{words.leverage}</p>
          <LeverageSplit shares={shares(leverageBetween(map, low, high))} side={side} palette={palette} />
        </>
      ) : null}
    </>
  )
}

/** Next to never is not never. */
export function formatTouch(part: number): string {
  return part > 0 && part < 0.01 ? `< ${formatShare(0.01, 0)}` : formatShare(part, 0)
}

const SHOWN = 4

/** Clusters that price crossed or that went away, newest first. */
export function GoneClusters({ events }: { readonly events: ClustersJson['events'] }) {
  const { clusters: words } = useText().insight
  const tickSize = useApp((state) => currentMarket(state)?.tickSize ?? 0.1)
  const gone = events
    .filter(({ kind }) => kind === 'swept' || kind === 'closed')
    .slice(-SHOWN)
    .toReversed()
  if (gone.length === 0) return null
  return (
    <>
      <h3>
        <span>{words.gone}</span>
      </h3>
      <dl className="pairs">
        {gone.map(({ kind, at, key, side, price, notional }) => (
          <Fragment key={key}>
            <dt>
              <span className={side}>{formatPriceShort(price, tickSize)}</span> <small>{formatUsd(notional)}</small>
            </dt>
            <dd>
              {kind === 'swept' ? words.swept : words.closed} <small>{formatMoment(at)}</small>
            </dd>
          </Fragment>
        ))}
      </dl>
    </>
  )
}

function shares(parts: readonly number[]): number[] {
  const total = parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part) => (total > 0 ? part / total : 0))
}
