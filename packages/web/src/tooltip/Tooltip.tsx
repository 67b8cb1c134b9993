import { LEVERAGE_GROUPS } from '@liqscope/engine'
import { useApp, useText } from '../app/context.ts'
import type { Ring } from '../chart/rings.ts'
import { formatChange, formatPrice, formatStep, formatStrength, formatUsd, UNKNOWN } from '../format/number.ts'
import { formatMoment, zoneName } from '../format/time.ts'
import type { Palette } from '../theme/palette.ts'
import type { Reading } from './reading.ts'

interface TooltipProps {
  readonly reading: Reading
  /** CSS pixels of the crosshair in the box the tooltip may use. */
  readonly x: number
  readonly y: number
  readonly boxWidth: number
  readonly boxHeight: number
  readonly tickSize: number
  readonly cluster: string | undefined
  readonly venue: string
  readonly palette: Palette
  /** OBSERVED forced orders of the bar pointed at. */
  readonly orders?: readonly Ring[]
}

const WIDTH = 268
const HEIGHT = 262
const AWAY = 16

/** One price, in a fixed order; never over the crosshair. */
export function Tooltip(props: TooltipProps) {
  const { reading, tickSize, cluster, venue, palette, orders = [] } = props
  const { picture: words } = useText()
  const sideName = reading.side === 'short' ? words.shorts : words.longs
  const when = `${formatMoment(reading.at)} ${zoneName(reading.at)}`
  return (
    <div className="tip" style={placed(props)} aria-hidden="true">
      <h4>
        <span>{formatPrice(reading.price, tickSize)}</span>
        <span className={reading.side}>
          {sideName} {formatChange(reading.distance)}
        </span>
      </h4>
      <div className="dim">
        {reading.isNow ? words.tip.estimatedNow : words.tip.estimatedAt(when)}
        {cluster ? `, ${cluster}` : ''}
      </div>
      <hr />
      <dl>
        <dt>{words.tip.strength}</dt>
        <dd>
          {formatStrength(reading.strength)} <span className="dim">{words.tip.of100(reading.isNow)}</span>
        </dd>
        <dt>{words.tip.usdPer(formatStep(reading.rowStep))}</dt>
        <dd>{formatUsd(reading.notional)}</dd>
        <dt>{words.tip.band}</dt>
        <dd>{reading.low === undefined ? UNKNOWN : `${formatUsd(reading.low)} – ${formatUsd(reading.high)}`}</dd>
        <dt>{words.tip.cumulative}</dt>
        <dd>{formatUsd(reading.cumulative)}</dd>
      </dl>
      {reading.leverage ? (
        <LeverageSplit shares={reading.leverage} side={reading.side} palette={palette} />
      ) : (
        <div className="dim">{words.tip.noLeverage}</div>
      )}
      <hr />
      <VenueSplit shares={reading.venues} venue={venue} />
      {orders.length > 0 ? (
        <>
          <hr />
          <div className="observed">
            {words.tip.observed}
            {orders.map(({ side, notional }) => (
              <span key={side} className={side}>
                ○ {side === 'short' ? words.shorts : words.longs} {formatUsd(notional)}
              </span>
            ))}
          </div>
        </>
      ) : null}
    </div>
  )
}

/** Whose the row is: of a sum, each market that has a part of it, the largest first. */
function VenueSplit({ shares, venue }: { readonly shares: readonly number[] | undefined; readonly venue: string }) {
  const members = useApp((state) => (state.live?.market === state.market ? state.live?.shares : undefined))
  const markets = useApp((state) => state.markets)
  const nameOf = (id: string | undefined) => markets.find((market) => market.id === id)?.venueName ?? id ?? ''
  const parts = (shares ?? [])
    .map((share, i) => ({ share, name: nameOf(members?.[i]?.market) }))
    .filter(({ share }) => share >= 0.005)
    .sort((a, b) => b.share - a.share)
  const shown = parts.length > 0 ? parts : [{ share: 1, name: venue }]
  return (
    <div className="split-names">
      {shown.map(({ share, name }) => (
        <span key={name}>
          {name} <span className="dim">{Math.round(100 * share)} %</span>
        </span>
      ))}
    </div>
  )
}

/** Shares by leverage, as a bar in the tints of the map and as numbers. */
export function LeverageSplit({
  shares,
  side,
  palette,
}: {
  readonly shares: readonly number[]
  readonly side: 'long' | 'short'
  readonly palette: Palette
}) {
  const { picture: words } = useText()
  const parts = shares.map((share, group) => ({ share, name: LEVERAGE_GROUPS[group] ?? 'unknown', group }))
  const shown = parts.filter(({ share, name }) => name !== 'unknown' || share >= 0.005)
  return (
    <div className="split">
      <div className="split-bar" aria-hidden="true">
        {shown.map(({ share, name, group }) => (
          <i key={name} style={{ flexGrow: share, background: palette.tints[side][group] }} />
        ))}
      </div>
      <div className="split-names">
        {shown.map(({ share, name }, i) => (
          <span key={name}>
            {name === 'unknown' ? words.unknown : name} {Math.round(share * 100)}
            {i === shown.length - 1 ? ' %' : ''}
          </span>
        ))}
      </div>
    </div>
  )
}

function placed({ x, y, boxWidth, boxHeight }: TooltipProps): { left: number; top: number } {
  const right = x + AWAY + WIDTH <= boxWidth
  const left = right ? x + AWAY : Math.max(4, x - AWAY - WIDTH)
  const below = y + AWAY + HEIGHT <= boxHeight
  // Where there is no room beside the crosshair it goes to the far half of the box.
  const isBeside = right || x - AWAY - WIDTH >= 4
  const top = below ? y + AWAY : Math.max(4, y - AWAY - HEIGHT)
  return { left: isBeside ? left : Math.max(4, boxWidth - WIDTH - 4), top: isBeside || below ? top : 4 }
}
