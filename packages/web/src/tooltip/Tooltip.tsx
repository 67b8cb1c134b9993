import { LEVERAGE_GROUPS } from '@liqscope/engine'
import type { ReactNode } from 'react'
import { formatChange, formatPrice, formatStep, formatStrength, formatUsd, UNKNOWN } from '../format/number.ts'
import { formatMoment } from '../format/time.ts'
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
  /** Observed forced orders of the bar pointed at. */
  readonly observed?: ReactNode
}

const WIDTH = 268
const HEIGHT = 236
const AWAY = 16

/** One price, in a fixed order; never over the crosshair. */
export function Tooltip(props: TooltipProps) {
  const { reading, tickSize, cluster, venue, palette } = props
  const sideName = reading.side === 'short' ? 'Shorts' : 'Longs'
  return (
    <div className="tip" style={placed(props)} aria-hidden="true">
      <h4>
        <span>{formatPrice(reading.price, tickSize)}</span>
        <span className={reading.side}>
          {sideName} {formatChange(reading.distance)}
        </span>
      </h4>
      <div className="dim">
        estimated {reading.isNow ? 'now' : `at ${formatMoment(reading.at)} UTC`}
        {cluster ? `, ${cluster}` : ''}
      </div>
      <hr />
      <dl>
        <dt>Strength</dt>
        <dd>
          {formatStrength(reading.strength)} <span className="dim">of 100 {reading.isNow ? 'now' : 'in view'}</span>
        </dd>
        <dt>USD per {formatStep(reading.rowStep)}</dt>
        <dd>{formatUsd(reading.notional)}</dd>
        <dt>10–90 %</dt>
        <dd>{reading.low === undefined ? UNKNOWN : `${formatUsd(reading.low)} – ${formatUsd(reading.high)}`}</dd>
        <dt>Cumulative to here</dt>
        <dd>{formatUsd(reading.cumulative)}</dd>
      </dl>
      {reading.leverage ? (
        <LeverageSplit shares={reading.leverage} side={reading.side} palette={palette} />
      ) : (
        <div className="dim">Leverage {UNKNOWN}, kept for now only</div>
      )}
      <hr />
      <div>
        {venue} <span className="dim">100 %</span>
      </div>
      {props.observed}
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
  const parts = shares.map((share, group) => ({ share, name: LEVERAGE_GROUPS[group] ?? 'other', group }))
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
            {name} {Math.round(share * 100)}
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
