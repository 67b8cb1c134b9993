import type { HeatmapColumn } from '@liqscope/engine'
import { BarsSchema, type HeatmapJson, HeatmapSchema, ProblemSchema } from '@liqscope/protocol'
import type { Market } from '../market/market.ts'
import type { Pipeline } from '../pipeline.ts'
import { answerJson } from './answer.ts'
import type { App } from './app.ts'
import { HeatmapQuery } from './query.ts'
import { type Span, spanOf } from './span.ts'

/** Bins are sent this far (in ln price) beyond the range's lowest and highest price: 20 %, what a chart can show. */
const MARGIN = 0.2
/** Digits of a cell: a colour has fewer, and most of the bytes are saved. */
const DIGITS = 4

export function heatmapRoute(app: App, pipeline: Pipeline): void {
  const response = { 200: HeatmapSchema, 400: ProblemSchema, 404: ProblemSchema }
  app.get(
    '/heatmap',
    { schema: { summary: 'The map over time, with its bars', querystring: HeatmapQuery, response } },
    async (request, reply) => {
      const state = pipeline.find(request.query.market)
      answerJson(request, reply, heatmapJson(state, spanOf(state, request.query)))
      return reply
    },
  )
}

export function barsRoute(app: App, pipeline: Pipeline): void {
  const response = { 200: BarsSchema, 400: ProblemSchema, 404: ProblemSchema }
  app.get(
    '/bars',
    { schema: { summary: 'Bars and gaps', querystring: HeatmapQuery, response } },
    async (request, reply) => {
      const state = pipeline.find(request.query.market)
      const span = spanOf(state, request.query)
      answerJson(request, reply, {
        market: state.instrument.id,
        simulated: state.instrument.simulated,
        intervalMs: span?.intervalMs ?? 0,
        bars: span ? state.bars(span.intervalMs, span.from, span.to) : [],
        gaps: span ? state.gaps(span.from, span.to) : [],
        complete: isComplete(state, span),
      })
      return reply
    },
  )
}

function heatmapJson(state: Market, span: Span | undefined): HeatmapJson {
  const head = { market: state.instrument.id, simulated: state.instrument.simulated }
  const map = state.map()
  if (!span)
    return {
      ...head,
      intervalMs: 0,
      gridStep: map?.step ?? 0,
      firstBin: 0,
      bins: 0,
      openTimes: [],
      prices: [],
      values: [],
      bars: [],
      forcedOrders: [],
      gaps: [],
      complete: false,
    }
  const { intervalMs, from, to } = span
  const columns = state.columns(intervalMs, from, to)
  const bars = state.bars(intervalMs, from, to)
  const grid = gridOf(columns, bars)
  return {
    ...head,
    intervalMs,
    gridStep: columns[0]?.step ?? map?.step ?? 0,
    ...grid,
    openTimes: columns.map(({ openTime }) => openTime),
    prices: columns.map(({ price }) => price),
    values: cells(columns, grid),
    bars,
    forcedOrders: state.forcedOrders(from, to),
    gaps: state.gaps(from, to),
    complete: isComplete(state, span),
  }
}

/** The bins all columns are sent in: those near the prices of the range that any column has. */
function gridOf(columns: readonly HeatmapColumn[], bars: readonly { low: number; high: number }[]) {
  const first = columns[0]
  if (!first) return { firstBin: 0, bins: 0 }
  const low = Math.min(...columns.map(({ price }) => price), ...bars.map((bar) => bar.low))
  const high = Math.max(...columns.map(({ price }) => price), ...bars.map((bar) => bar.high))
  const held = {
    from: Math.min(...columns.map(({ firstBin }) => firstBin)),
    to: Math.max(...columns.map(({ firstBin, values }) => firstBin + values.length)),
  }
  const from = Math.max(held.from, Math.floor((Math.log(low) - MARGIN) / first.step))
  const to = Math.min(held.to, Math.ceil((Math.log(high) + MARGIN) / first.step))
  return { firstBin: from, bins: Math.max(0, to - from) }
}

function cells(columns: readonly HeatmapColumn[], grid: { firstBin: number; bins: number }): number[] {
  const result = new Array<number>(columns.length * grid.bins).fill(0)
  columns.forEach(({ firstBin, values }, column) => {
    const start = Math.max(grid.firstBin, firstBin)
    const end = Math.min(grid.firstBin + grid.bins, firstBin + values.length)
    for (let bin = start; bin < end; bin++)
      result[column * grid.bins + bin - grid.firstBin] = rounded(values[bin - firstBin]!)
  })
  return result
}

/** To DIGITS significant digits, and so that JSON writes no more than these. */
function rounded(value: number): number {
  if (value < 1e-9) return 0
  const places = DIGITS - 1 - Math.floor(Math.log10(value))
  if (places <= 0) return Math.round(value / 10 ** -places) * 10 ** -places
  return Math.round(value * 10 ** places) / 10 ** places
}

/** Complete when the history held begins at or before the range, give or take one column. */
function isComplete(state: Market, span: Span | undefined): boolean {
  const { from } = state.facts()
  return span !== undefined && from !== null && from <= span.from + span.intervalMs
}
