import { CrosshairMode, LineStyle, type Time } from 'lightweight-charts'
import { formatMoment } from '../format/time.ts'
import type { Scene } from './scene.ts'

/** How lightweight-charts is dressed; called again when the palette changes. */
export function chartOptions({ palette }: Scene) {
  const crosshairLine = {
    color: palette.text3,
    width: 1,
    style: LineStyle.Dashed,
    labelBackgroundColor: palette.theme === 'dark' ? palette.raised : palette.text2,
  } as const
  return {
    autoSize: false,
    layout: {
      background: { color: palette.bg },
      textColor: palette.text3,
      fontFamily: palette.font,
      fontSize: 11,
      attributionLogo: false,
      panes: { separatorColor: palette.line, separatorHoverColor: palette.line, enableResize: false },
    },
    grid: { vertLines: { visible: false }, horzLines: { visible: false } },
    leftPriceScale: { visible: false },
    rightPriceScale: { visible: false },
    timeScale: {
      borderColor: palette.line,
      minBarSpacing: 0.05,
      maxBarSpacing: 60,
      minimumHeight: 22,
      timeVisible: true,
      shiftVisibleRangeOnNewBar: true,
      // Its own labels are cut by the edges; ours are drawn by a layer.
      tickMarkFormatter: () => '',
    },
    localization: { timeFormatter: (time: Time) => (typeof time === 'number' ? formatMoment(time * 1000) : '') },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: crosshairLine,
      horzLine: { ...crosshairLine, labelVisible: false },
    },
    handleScroll: { vertTouchDrag: false },
    hoveredSeriesOnTop: false,
  }
}
