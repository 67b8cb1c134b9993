import type { Scene } from '../scene.ts'
import { binsPerRow, colourCells, fullScale, groupRows, type HeatGrid, type RowGroups, type Window } from './build.ts'
import { LivePainter, paintCells } from './live-column.ts'

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

/**
 * Draws the heat: cells are coloured into an OffscreenCanvas of one pixel per cell, then stretched without blur.
 * What did not change since the last call is not computed again.
 */
export class HeatPainter {
  #groups: { of: HeatGrid; groups: RowGroups } | undefined
  #image: { key: readonly unknown[]; window: Window; canvas: OffscreenCanvas } | undefined
  /** The strongest of the last window looked at: a pan looks at the same one many times. */
  #scale: { groups: RowGroups; window: Window; full: number } | undefined
  readonly #live = new LivePainter()
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
      map && moment === undefined && map.step === grid.step
        ? { map, row: this.#live.rows(map, groups.size) }
        : undefined
    const full = this.#fullOf(groups, visible, known, look, live?.row)
    this.#legend = { full, rowStep: grid.step * groups.size }
    context.imageSmoothingEnabled = false
    this.#drawColumns(context, grid, groups, visible, place, look, full)
    if (live) this.#live.draw(context, grid, live.map, live.row, place, look, full)
    else if (known > 0 && moment !== undefined) this.#carry(context, grid, groups, known - 1, place, moment)
  }

  #fullOf(groups: RowGroups, visible: Window, known: number, { layout }: HeatLook, live?: RowGroups): number {
    if (layout.scale === 'fixed') return layout.fixedFull * groups.size
    const whole: Window = { fromColumn: 0, toColumn: known, fromRow: 0, toRow: groups.rows }
    const full = this.#strongest(groups, layout.scale === 'view' ? snapped(visible, groups, known) : whole)
    const held = this.#legend.full
    const isSameRows = this.#legend.rowStep === (this.#groups?.of.step ?? 0) * groups.size
    if (layout.scale === 'view' && isSameRows && held > 0 && Math.abs(full / held - 1) < HELD_SHARE) return held
    return full > 0 ? full : live ? strongest(live) : 0
  }

  #strongest(groups: RowGroups, window: Window): number {
    const held = this.#scale
    if (held?.groups === groups && isSameWindow(held.window, window)) return held.full
    const full = fullScale(groups, window)
    this.#scale = { groups, window, full }
    return full
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
      paintCells(canvas, width, height, colourCells(groups, window, full, colours))
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

function strongest({ values }: RowGroups): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}

/** A view is looked at in steps of this share of it: what is strongest in view then changes seldom in a pan. */
const SNAP_SHARE = 0.03

/** The window widened to steps of its own size, within the columns that are known. */
function snapped({ fromColumn, toColumn, fromRow, toRow }: Window, { rows }: RowGroups, known: number): Window {
  const widened = (from: number, to: number, end: number): [number, number] => {
    const step = Math.max(1, 2 ** Math.floor(Math.log2(Math.max(1, SNAP_SHARE * (to - from)))))
    return [Math.floor(from / step) * step, Math.min(end, Math.ceil(to / step) * step)]
  }
  const [left, right] = widened(fromColumn, toColumn, known)
  const [bottom, top] = widened(fromRow, toRow, rows)
  return { fromColumn: left, toColumn: right, fromRow: bottom, toRow: top }
}

function isSameWindow(a: Window, b: Window): boolean {
  return a.fromColumn === b.fromColumn && a.toColumn === b.toColumn && a.fromRow === b.fromRow && a.toRow === b.toRow
}
