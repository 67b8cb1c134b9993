import type { LiveMap } from '../../state/live-map.ts'
import type { Scene } from '../scene.ts'
import { binsPerRow, colourCells, fullScale, groupRows, type HeatGrid, type RowGroups, type Window } from './build.ts'

/** Where the picture stands: CSS pixels of the left edge of a time and of a ln(price). */
export interface HeatPlacement {
  readonly width: number
  readonly height: number
  readonly xOf: (time: number) => number
  readonly yOf: (ln: number) => number
  readonly timeOf: (x: number) => number
  readonly intervalMs: number
}

/** What the heat is drawn from. */
export type HeatLook = Pick<Scene, 'wholeMap' | 'moment' | 'colours' | 'layout'>

/** What the numbers of the last drawn picture mean. */
export interface HeatLegend {
  /** USD that strength 100 stands for, per row. */
  readonly full: number
  /** Width of a row in ln(price). */
  readonly rowStep: number
}

/** Rows are put together until they are this tall: thinner ones shimmer and cannot be pointed at. */
const MIN_ROW_PX = 2
/** The scale in view stays until it is off by this share: a pan must not flicker, and the legend prints what is drawn. */
const HELD_SHARE = 0.08
/** Up to this many cells the whole grid is coloured once, and panning only moves it: 4 bytes a cell. */
const MOST_CELLS = 4_000_000
/** What came after a past moment stands on the map of then, fainter than what was known. */
const CARRIED_OPACITY = 0.55
/** A live column at least this wide is set apart by a line of background. */
const APART_FROM_PX = 4

/**
 * Draws the heat: cells are coloured into an OffscreenCanvas of one pixel per cell, then stretched without blur.
 * What did not change since the last call is not computed again.
 */
export class HeatPainter {
  #groups: { of: HeatGrid; groups: RowGroups } | undefined
  #image: { key: readonly unknown[]; window: Window; canvas: OffscreenCanvas } | undefined
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

  draw(context: CanvasRenderingContext2D, grid: HeatGrid, look: HeatLook, place: HeatPlacement): void {
    const { wholeMap: map, moment } = look
    const binPixels = Math.abs(place.yOf(grid.step) - place.yOf(0))
    const groups = this.#grouped(grid, binsPerRow(binPixels, MIN_ROW_PX))
    const known = moment === undefined ? grid.openTimes.length : columnsUntil(grid, moment, place.intervalMs)
    const visible = visibleWindow(grid, groups, place, known)
    const live =
      map && moment === undefined && map.step === grid.step ? { map, row: rowOf(map, groups.size) } : undefined
    const full = this.#fullOf(groups, visible, known, look, live?.row)
    this.#legend = { full, rowStep: grid.step * groups.size }
    context.imageSmoothingEnabled = false
    this.#drawColumns(context, grid, groups, visible, place, look, full)
    if (live) drawLive(context, grid, live.map, live.row, place, look, full)
    else if (known > 0 && moment !== undefined) this.#carry(context, grid, groups, known - 1, place, moment)
  }

  #fullOf(groups: RowGroups, visible: Window, known: number, { layout }: HeatLook, live?: RowGroups): number {
    if (layout.scale === 'fixed') return layout.fixedFull * groups.size
    const whole: Window = { fromColumn: 0, toColumn: known, fromRow: 0, toRow: groups.rows }
    const full = fullScale(groups, layout.scale === 'view' ? visible : whole)
    const held = this.#legend.full
    const isSameRows = this.#legend.rowStep === (this.#groups?.of.step ?? 0) * groups.size
    if (layout.scale === 'view' && isSameRows && held > 0 && Math.abs(full / held - 1) < HELD_SHARE) return held
    return full > 0 ? full : live ? strongest(live) : 0
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
    const { canvas, window } = this.#coloured(grid, groups, visible, look, full)
    const edge = (row: number) => place.yOf((groups.firstBin + row * groups.size) * grid.step)
    // A hole between columns must stay a hole: each unbroken run of columns is stretched by itself.
    for (const [from, to] of unbrokenRuns(grid.openTimes, fromColumn, toColumn, place.intervalMs)) {
      // Whole pixels: a fractional edge would be blended and look like another value.
      const left = Math.round(place.xOf(grid.openTimes[from]!))
      const right = Math.round(place.xOf(grid.openTimes[to - 1]! + place.intervalMs))
      const [top, bottom] = [edge(toRow), edge(fromRow)]
      const source = [from - window.fromColumn, window.toRow - toRow, to - from, toRow - fromRow] as const
      context.drawImage(canvas, ...source, left, top, right - left, bottom - top)
    }
  }

  /** The whole grid in colours while it is small enough, else what is in view. */
  #coloured(grid: HeatGrid, groups: RowGroups, visible: Window, { colours }: HeatLook, full: number) {
    const columns = grid.openTimes.length
    const window: Window =
      columns * groups.rows <= MOST_CELLS
        ? { fromColumn: 0, toColumn: columns, fromRow: 0, toRow: groups.rows }
        : visible
    const key = [groups, colours, full, ...Object.values(window)]
    if (!this.#image || this.#image.key.some((part, i) => part !== key[i])) {
      const canvas = this.#image?.canvas ?? new OffscreenCanvas(1, 1)
      const [width, height] = [window.toColumn - window.fromColumn, window.toRow - window.fromRow]
      paint(canvas, width, height, colourCells(groups, window, full, colours))
      this.#image = { key, window, canvas }
    }
    return this.#image
  }

  /** The column that was the newest then, carried to the right: what price ran into later stands on what was known. */
  #carry(
    context: CanvasRenderingContext2D,
    grid: HeatGrid,
    groups: RowGroups,
    column: number,
    place: HeatPlacement,
    moment: number,
  ): void {
    const { canvas, window } = this.#image ?? {}
    const left = Math.round(place.xOf(moment))
    if (!canvas || !window || column < window.fromColumn || column >= window.toColumn || left >= place.width) return
    const edge = (row: number) => place.yOf((groups.firstBin + row * groups.size) * grid.step)
    const [top, bottom] = [edge(window.toRow), edge(window.fromRow)]
    const source = [column - window.fromColumn, 0, 1, window.toRow - window.fromRow] as const
    context.globalAlpha = CARRIED_OPACITY
    context.drawImage(canvas, ...source, left, top, place.width - left, bottom - top)
    context.globalAlpha = 1
  }

  #grouped(grid: HeatGrid, size: number): RowGroups {
    if (this.#groups?.of !== grid || this.#groups.groups.size !== size)
      this.#groups = { of: grid, groups: groupRows(grid, size) }
    return this.#groups.groups
  }
}

/** The map as it is now stands in the column of the bar in progress, set apart from what is closed. */
function drawLive(
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
  const gap = width >= APART_FROM_PX ? 1 : 0
  const top = place.yOf((column.firstBin + column.rows * column.size) * live.step)
  const bottom = place.yOf(column.firstBin * live.step)
  context.drawImage(canvas, left + gap, top, width - gap, bottom - top)
}

/** How many columns were closed at a moment. */
function columnsUntil({ openTimes }: HeatGrid, moment: number, intervalMs: number): number {
  return openTimes.findLastIndex((openTime) => openTime + intervalMs <= moment) + 1
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

function visibleWindow(grid: HeatGrid, groups: RowGroups, place: HeatPlacement, known: number): Window {
  const { openTimes, step } = grid
  let fromColumn = 0
  while (fromColumn < known && place.xOf(openTimes[fromColumn]! + place.intervalMs) < 0) fromColumn++
  let toColumn = known
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

function rowOf(live: LiveMap, size: number): RowGroups {
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
