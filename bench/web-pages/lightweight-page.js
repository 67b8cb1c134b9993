// The same cells as a custom series that fills one rectangle a cell, as the library's own heatmap example does.
/* global LightweightCharts */
const heat = await fetch('/api/v1/heatmap').then((response) => response.json())
const { openTimes, bins, values, bars, gridStep, firstBin } = heat
const most = values.reduce((largest, value) => Math.max(largest, value), 0)
const stops = ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725']
const colourOf = (value) => stops[Math.min(4, Math.floor((5 * value) / most))]
const edges = Array.from({ length: bins + 1 }, (_, r) => Math.exp((firstBin + r) * gridStep))

class Cells {
  #data
  renderer() {
    return { draw: (target, toY) => this.#draw(target, toY) }
  }
  update(data) {
    this.#data = data
  }
  priceValueBuilder() {
    return [edges[0], edges.at(-1), edges[0]]
  }
  isWhitespace(item) {
    return item.cells === undefined
  }
  defaultOptions() {
    return LightweightCharts.customSeriesDefaultOptions
  }
  #draw(target, toY) {
    const data = this.#data
    if (!data?.visibleRange) return
    target.useBitmapCoordinateSpace(({ context, horizontalPixelRatio: x, verticalPixelRatio: y }) => {
      const half = data.barSpacing / 2
      const tops = edges.map((edge) => Math.round(toY(edge) * y))
      for (let i = data.visibleRange.from; i < data.visibleRange.to; i++) {
        const bar = data.bars[i]
        const [left, right] = [Math.round((bar.x - half) * x), Math.round((bar.x + half) * x)]
        for (let r = 0; r < bins; r++) {
          context.fillStyle = colourOf(values[bar.originalData.cells * bins + r])
          context.fillRect(left, tops[r + 1], right - left, tops[r] - tops[r + 1])
        }
      }
    })
  }
}

const chart = LightweightCharts.createChart(document.getElementById('chart'), {
  autoSize: true,
  layout: { background: { color: '#0d1014' }, textColor: '#848e9b', attributionLogo: false },
  timeScale: { minBarSpacing: 0.05 },
})
const cells = chart.addCustomSeries(new Cells(), {})
cells.setData(openTimes.map((time, c) => ({ time: time / 1000, cells: c })))
const candles = chart.addSeries(LightweightCharts.CandlestickSeries, {})
candles.setData(bars.map(({ openTime, open, high, low, close }) => ({ time: openTime / 1000, open, high, low, close })))
chart.timeScale().fitContent()
const socket = new WebSocket(`ws://${location.host}/ws`)
socket.binaryType = 'arraybuffer'
let tick = 0
socket.onopen = () => socket.send(JSON.stringify({ op: 'subscribe', market: heat.market, encoding: 'binary' }))
socket.onmessage = ({ data }) => {
  if (typeof data === 'string') return
  tick++
  const { openTime, open, high, low, close } = bars.at(-1)
  candles.update({ time: openTime / 1000, open, high, low, close: close * (1 + 0.0003 * Math.sin(tick / 7)) })
}
requestAnimationFrame(() =>
  requestAnimationFrame(() => {
    window.rivalDrawn = true
  }),
)
