import {
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type LineWidth,
  type UTCTimestamp,
} from 'lightweight-charts'
import type { PaneName, PanePoint } from './panes.ts'
import type { Scene } from './scene.ts'

type OneSeries = ISeriesApi<'Histogram'> | ISeriesApi<'Line'>

/** The series of a pane: what stands in front, and what is drawn over or against it. */
export interface PaneSeries {
  readonly front: OneSeries
  readonly dress: (scene: Scene) => void
  readonly feed: (points: readonly PanePoint[]) => void
}

interface Value {
  readonly time: UTCTimestamp
  readonly value: number
}

const QUIET = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false } as const
const ONE_PX: LineWidth = 1
/** More new points at once than this are a new picture. */
const MOST_UPDATES = 8

export function addPane(chart: IChartApi, name: PaneName, index: number): PaneSeries {
  const isLine = name === 'openInterest' || name === 'cvd'
  const front = isLine
    ? chart.addSeries(LineSeries, { ...QUIET, lineWidth: ONE_PX }, index)
    : chart.addSeries(HistogramSeries, { ...QUIET, base: 0 }, index)
  const isPaired = name === 'volume' || name === 'forced'
  const back = isPaired ? chart.addSeries(HistogramSeries, { ...QUIET, base: 0 }, index) : undefined
  front.priceScale().applyOptions({ scaleMargins: { top: 0.14, bottom: name === 'volume' ? 0 : 0.14 } })
  const sign = name === 'forced' ? -1 : 1
  let held: { front: readonly Value[]; back: readonly Value[] } = { front: [], back: [] }
  return {
    front,
    /** Colours of a pane. Volume and funding are neutral: red and green mean a side and nothing else. */
    dress({ palette }) {
      const colour = name === 'forced' ? palette.sideText.short : isLine ? palette.text2 : palette.line2
      front.applyOptions({ color: colour })
      back?.applyOptions({ color: name === 'forced' ? palette.sideText.long : palette.text3 })
    },
    feed(points) {
      const next = {
        front: points.map(({ openTime, value }) => ({ time: chartTime(openTime), value })),
        back: points.flatMap(({ openTime, part }) =>
          part === undefined ? [] : [{ time: chartTime(openTime), value: sign * part }],
        ),
      }
      feedValues(front, held.front, next.front)
      if (back) feedValues(back, held.back, next.back)
      held = next
    },
  }
}

/** Hands a series what is new: a chart that is given all its points lays all of them out again. */
function feedValues(series: OneSeries, before: readonly Value[], after: readonly Value[]): void {
  let same = 0
  while (same < before.length && same < after.length && isSame(before[same]!, after[same]!)) same++
  const isTail = before.length > 0 && same >= before.length - 1 && after.length >= before.length
  if (!isTail || after.length - same > MOST_UPDATES) series.setData([...after])
  else for (const value of after.slice(same)) series.update(value)
}

function isSame(a: Value, b: Value): boolean {
  return a.time === b.time && a.value === b.value
}

/** lightweight-charts marks its seconds with a nominal type that only a cast can give. */
export function chartTime(ms: number): UTCTimestamp {
  return (ms / 1000) as UTCTimestamp
}
