// The same cells as an ECharts heatmap on category axes, wheel and drag through its own inside zoom; the candle of now
// as a line that moves with each update.
/* global echarts */
const heat = await fetch('/api/v1/heatmap').then((response) => response.json())
const { openTimes, bins, values, bars } = heat
const cells = []
let most = 0
for (let c = 0; c < openTimes.length; c++)
  for (let r = 0; r < bins; r++) {
    const value = values[c * bins + r]
    cells.push([c, r, value])
    if (value > most) most = value
  }
const chart = echarts.init(document.getElementById('chart'), undefined, { renderer: 'canvas' })
const rowOf = (price) => Math.floor(Math.log(price) / heat.gridStep) - heat.firstBin
const line = bars.map(({ close }, c) => [c, rowOf(close)])
chart.setOption({
  animation: false,
  grid: { left: 0, right: 66, top: 0, bottom: 22 },
  xAxis: { type: 'category', data: openTimes },
  yAxis: { type: 'category', data: Array.from({ length: bins }, (_, r) => r), position: 'right' },
  visualMap: {
    min: 0,
    max: most,
    show: false,
    inRange: { color: ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'] },
  },
  dataZoom: [{ type: 'inside', xAxisIndex: 0, filterMode: 'filter' }],
  series: [
    { type: 'heatmap', data: cells, progressive: 0, animation: false, emphasis: { disabled: true } },
    { type: 'line', data: line, showSymbol: false, animation: false, lineStyle: { color: '#fff', width: 1 } },
  ],
})
const socket = new WebSocket(`ws://${location.host}/ws`)
socket.binaryType = 'arraybuffer'
let tick = 0
socket.onopen = () => socket.send(JSON.stringify({ op: 'subscribe', market: heat.market, encoding: 'binary' }))
socket.onmessage = ({ data }) => {
  if (typeof data === 'string') return
  tick++
  line[line.length - 1] = [line.length - 1, rowOf(bars.at(-1).close) + Math.round(3 * Math.sin(tick / 7))]
  chart.setOption({ series: [{}, { data: line }] })
}
chart.on('finished', () => {
  window.rivalDrawn = true
})
