import type { BarJson } from '@liqscope/protocol'
import { useText } from '../app/context.ts'
import { formatChange, formatFunding, formatShare, formatSize, formatUsd, UNKNOWN } from '../format/number.ts'
import { zoneName } from '../format/time.ts'
import type { HeatPicture } from '../state/heat-picture.ts'
import type { Text } from '../text/en/index.ts'
import { type Pane, type PaneName, type PanePoint, panePointsOf } from './panes.ts'

interface PaneReadoutsProps {
  readonly panes: readonly Pane[]
  readonly picture: HeatPicture | undefined
  readonly timeAxisHeight: number
  readonly base: string
  /** Open time of the bar pointed at; the newest otherwise. */
  readonly hover: number | undefined
}

/** The figures of the panes, in the profile column: never over the data. */
export function PaneReadouts({ panes, picture, timeAxisHeight, base, hover }: PaneReadoutsProps) {
  const { panes: words } = useText().picture
  const zone = zoneName(picture?.bars.at(-1)?.openTime ?? 0)
  return (
    <div className="readouts">
      {panes.map(({ name, height }) => {
        const points = picture ? panePointsOf(picture, name) : []
        const point =
          (hover === undefined ? undefined : points.find(({ openTime }) => openTime === hover)) ?? points.at(-1)
        const bar = picture?.bars.find(({ openTime }) => openTime === point?.openTime)
        const [top, bottom] = scaleOf(name, points)
        return (
          <div key={name} className="readout" style={{ height: height + 1 }}>
            <div>
              <span className="dim pane-name not-phone">{words[name]}</span>
              <span className="dim pane-name phone-only">{words[`${name}Short`]}</span>
              <span>{figureOf(name, point, bar, base, points, hover, words)}</span>
            </div>
            <div className="dim pane-scale">
              <span>{top}</span>
              <span>{bottom}</span>
            </div>
          </div>
        )
      })}
      <div className="readout" style={{ height: timeAxisHeight }}>
        <div />
        <div className="dim pane-scale middle">
          <span>{zone}</span>
        </div>
      </div>
    </div>
  )
}

function figureOf(
  name: PaneName,
  point: PanePoint | undefined,
  bar: BarJson | undefined,
  base: string,
  points: readonly PanePoint[],
  hover: number | undefined,
  words: Text['picture']['panes'],
) {
  if (!point) return <b>{UNKNOWN}</b>
  switch (name) {
    case 'volume':
      return (
        <>
          <b>
            {formatSize(point.value)} {base}
          </b>
          {point.part === undefined || point.value <= 0 ? null : (
            <small> {words.buy(formatShare(point.part / point.value, 0))}</small>
          )}
        </>
      )
    case 'openInterest':
      return (
        <>
          <b>{formatUsd(point.value)}</b>
          {bar?.openInterest == null ? null : (
            <small>
              {' '}
              {formatSize(bar.openInterest)} {base}
            </small>
          )}
        </>
      )
    case 'funding':
      return <b>{formatFunding(point.value)}</b>
    case 'cvd':
      return (
        <b>
          {formatSize(point.value)} {base}
        </b>
      )
    case 'forced': {
      if (hover !== undefined && point.openTime === hover)
        return (
          <>
            <b className="short">{formatUsd(point.value)}</b> <b className="long">{formatUsd(point.part ?? 0)}</b>
          </>
        )
      const total = points.reduce((sum, { value, part }) => sum + value + (part ?? 0), 0)
      return (
        <>
          <b>{formatUsd(total)}</b>
          <small> {words.inRange}</small>
        </>
      )
    }
  }
}

/** What the top and the bottom of a pane's scale say. */
function scaleOf(name: PaneName, points: readonly PanePoint[]): [string, string] {
  const values = points.map(({ value }) => value)
  if (values.length === 0) return ['', '']
  const highest = Math.max(...values)
  const lowest = Math.min(...values)
  switch (name) {
    case 'volume':
      return [formatSize(highest), '']
    case 'openInterest':
      return [formatUsd(highest), formatUsd(lowest)]
    case 'cvd':
      return [formatSize(highest), formatSize(lowest)]
    case 'funding':
      return [formatChange(highest, 3), lowest < 0 ? formatChange(lowest, 3) : '']
    case 'forced':
      return [formatUsd(highest), formatUsd(Math.max(...points.map(({ part }) => part ?? 0)))]
  }
}
