import { HistogramSeries, type IChartApi, type ISeriesApi, LineSeries } from 'lightweight-charts'
import type { PaneName } from './panes.ts'
import type { Scene } from './scene.ts'

type PaneSeries = readonly (ISeriesApi<'Histogram'> | ISeriesApi<'Line'> | undefined)[]

const QUIET = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false } as const

/** The series of a pane: what stands in front, and what is drawn over or against it. */
export function addPane(chart: IChartApi, name: PaneName, index: number, scene: Scene): PaneSeries {
  const paired = name === 'volume' || name === 'forced'
  const front =
    name === 'openInterest'
      ? chart.addSeries(LineSeries, { ...QUIET, lineWidth: 1 }, index)
      : chart.addSeries(HistogramSeries, { ...QUIET, base: 0 }, index)
  const back = paired ? chart.addSeries(HistogramSeries, { ...QUIET, base: 0 }, index) : undefined
  front.priceScale().applyOptions({ scaleMargins: { top: 0.14, bottom: name === 'volume' ? 0 : 0.14 } })
  const pair = [front, back] as const
  dressPane(pair, name, scene)
  return pair
}

/** Colours of a pane. Volume and funding are neutral: red and green mean a side and nothing else. */
export function dressPane([front, back]: PaneSeries, name: PaneName, { palette }: Scene): void {
  const colour = name === 'forced' ? palette.sideText.short : name === 'openInterest' ? palette.text2 : palette.line2
  front?.applyOptions({ color: colour })
  back?.applyOptions({ color: name === 'forced' ? palette.sideText.long : palette.text3 })
}
