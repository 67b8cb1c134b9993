import type { LiveMap } from '../../state/live-map.ts'
import { binsPerRow, colourCells, fullScale, groupRows, type HeatGrid, type RowGroups, type Window } from './build.ts'

/** Where the picture stands: CSS pixels of the left edge of a time and of a ln(price). */
export interface HeatPlacement {
  readonly width: number
  readonly height: number
  readonly xOf: (time: number) => number
  readonly yOf: (ln: number) => number
  readonly intervalMs: number
}

export interface HeatLook {
  /** RGBA of strength 0-100. */
  readonly colours: Uint8ClampedArray
  readonly scale: 'view' | 'range'
}

/** What the numbers of the last drawn picture mean. */
export interface HeatLegend {
  /** USD that strength 100 stands for, per row. */
  readonly full: number
  /** Width of a row in ln(price). */
  readonly rowStep: number
}

/** Rows are put together until they are this tall: thinner ones shimmer and cannot be pointed at. */
const MIN_ROW_PX = 2

/**
 * Draws the heat: cells are coloured into an OffscreenCanvas of one pixel per cell, then stretched without blur.
 * What did not change since the last call is not computed again.
 */
export class HeatPainter {
  #groups: { of: HeatGrid; groups: RowGroups } | undefined
  #image: { key: readonly unknown[]; canvas: OffscreenCanvas } | undefined
  #legend: HeatLegend = { full: 0, rowStep: 0 }

  get legend(): HeatLegend {
    return this.#legend
  }

  /** USD per row of this column, and the rows' grid, at a ln(price); undefined outside the picture. */
  cellAt(column: number, ln: number): { notional: number; rowStep: number } | undefined {
    const { of, groups } = this.#groups ?? {}
    if (!of || !groups || column < 0 || column >= of.openTimes.length) return undefined
    const row = Math.floor((Math.floor(ln / of.step) - groups.firstBin) / groups.size)
    if (row < 0 || row >= groups.rows) return undefined
    return { notional: groups.values[column * groups.rows + row]!, rowStep: of.step * groups.size }
  }

  draw(
    context: CanvasRenderingContext2D,
    grid: HeatGrid,
    live: LiveMap | undefined,
    place: HeatPlacement,
    look: HeatLook,
  ): void {
    const binPixels = Math.abs(place.yOf(grid.step) - place.yOf(0))
    const groups = this.#grouped(grid, binsPerRow(binPixels, MIN_ROW_PX))
    const visible = visibleWindow(grid, groups, place)
    const whole: Window = { fromColumn: 0, toColumn: grid.openTimes.length, fromRow: 0, toRow: groups.rows }
    const full = fullScale(groups, look.scale === 'view' ? visible : whole)
    const liveColumn = live && live.step === grid.step ? liveRow(live, groups.size) : undefined
    const fullWithLive = full > 0 ? full : liveColumn ? strongest(liveColumn) : 0
    this.#legend = { full: fullWithLive, rowStep: grid.step * groups.size }
    context.imageSmoothingEnabled = false
    this.#drawColumns(context, grid, groups, visible, place, look, fullWithLive)
    if (live && liveColumn) this.#drawLive(context, grid, live, liveColumn, place, look, fullWithLive)
  }

  #drawColumns(
    context: CanvasRenderingContext2D,
    grid: HeatGrid,
    groups: RowGroups,
    visible: Window,
    place: HeatPlacement,
    look: HeatLook,
    full: number,
  ): void {
    const { fromColumn, toColumn, fromRow, toRow } = visible
    if (toColumn <= fromColumn || toRow <= fromRow) return
    const key = [groups, look.colours, full, fromColumn, toColumn, fromRow, toRow]
    if (!this.#image || this.#image.key.some((part, i) => part !== key[i])) {
      const canvas = this.#image?.canvas ?? new OffscreenCanvas(1, 1)
      paint(canvas, toColumn - fromColumn, toRow - fromRow, colourCells(groups, visible, full, look.colours))
      this.#image = { key, canvas }
    }
    const edge = (row: number) => place.yOf((groups.firstBin + row * groups.size) * grid.step)
    // A hole between columns must stay a hole: each unbroken run of columns is stretched by itself.
    for (const [from, to] of unbrokenRuns(grid.openTimes, fromColumn, toColumn, place.intervalMs)) {
      // Whole pixels: a fractional edge would be blended and look like another value.
      const left = Math.round(place.xOf(grid.openTimes[from]!))
      const right = Math.round(place.xOf(grid.openTimes[to - 1]! + place.intervalMs))
      const [top, bottom] = [edge(toRow), edge(fromRow)]
      const source = [from - fromColumn, 0, to - from, toRow - fromRow] as const
      context.drawImage(this.#image.canvas, ...source, left, top, right - left, bottom - top)
    }
  }

  /** The map as it is now stands in the column of the bar in progress. */
  #drawLive(
    context: CanvasRenderingContext2D,
    grid: HeatGrid,
    live: LiveMap,
    column: RowGroups,
    place: HeatPlacement,
    look: HeatLook,
    full: number,
  ): void {
    const openTime = Math.floor(live.at / place.intervalMs) * place.intervalMs
    const newest = grid.openTimes.at(-1)
    if (newest !== undefined && openTime <= newest) return
    const canvas = new OffscreenCanvas(1, 1)
    const window: Window = { fromColumn: 0, toColumn: 1, fromRow: 0, toRow: column.rows }
    paint(canvas, 1, column.rows, colourCells(column, window, full, look.colours))
    const left = Math.round(place.xOf(openTime))
    const width = Math.max(1, Math.round(place.xOf(openTime + place.intervalMs)) - left)
    const top = place.yOf((column.firstBin + column.rows * column.size) * live.step)
    const bottom = place.yOf(column.firstBin * live.step)
    context.drawImage(canvas, left, top, width, bottom - top)
  }

  #grouped(grid: HeatGrid, size: number): RowGroups {
    if (this.#groups?.of !== grid || this.#groups.groups.size !== size)
      this.#groups = { of: grid, groups: groupRows(grid, size) }
    return this.#groups.groups
  }
}

/** [from, to) index pairs of columns that follow each other without a hole. */
export function unbrokenRuns(
  openTimes: readonly number[],
  from: number,
  to: number,
  intervalMs: number,
): [number, number][] {
  const runs: [number, number][] = []
  let start = from
  for (let i = from + 1; i <= to; i++) {
    if (i < to && openTimes[i]! - openTimes[i - 1]! <= intervalMs * 1.5) continue
    if (i > start) runs.push([start, i])
    start = i
  }
  return runs
}

function visibleWindow(grid: HeatGrid, groups: RowGroups, place: HeatPlacement): Window {
  const { openTimes, step } = grid
  let fromColumn = 0
  while (fromColumn < openTimes.length && place.xOf(openTimes[fromColumn]! + place.intervalMs) < 0) fromColumn++
  let toColumn = openTimes.length
  while (toColumn > fromColumn && place.xOf(openTimes[toColumn - 1]!) > place.width) toColumn--
  const rowPixels = Math.abs(place.yOf(step * groups.size) - place.yOf(0))
  const bottom = place.yOf(groups.firstBin * step)
  const clamp = (row: number) => Math.min(groups.rows, Math.max(0, row))
  return {
    fromColumn,
    toColumn,
    fromRow: clamp(Math.floor((bottom - place.height) / rowPixels)),
    toRow: clamp(Math.ceil(bottom / rowPixels)),
  }
}

function liveRow(live: LiveMap, size: number): RowGroups {
  const values = Float32Array.from(live.long, (mass, i) => mass + live.short[i]!)
  const { step, firstBin, bins } = live
  return groupRows({ step, firstBin, bins, openTimes: [live.at], prices: [live.price], values }, size)
}

function strongest({ values }: RowGroups): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}

function paint(canvas: OffscreenCanvas, width: number, height: number, cells: Uint8ClampedArray<ArrayBuffer>): void {
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.putImageData(new ImageData(cells, width, height), 0, 0)
}
