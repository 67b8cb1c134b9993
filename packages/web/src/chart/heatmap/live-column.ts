import type { LiveMap } from '../../state/live-map.ts'
import { colourCells, groupRows, type HeatGrid, type RowGroups, type Window } from './build.ts'
import type { HeatLook, HeatPlacement } from './render.ts'

/** A live column at least this wide is set apart by a line of background. */
const APART_FROM_PX = 4

/** Draws the map of now as the column of the bar in progress. What did not change since the last call is kept. */
export class LivePainter {
  #rows: { of: LiveMap; rows: RowGroups } | undefined
  #image: { key: readonly unknown[]; canvas: OffscreenCanvas } | undefined

  /** The map in rows of `size` bins. */
  rows(map: LiveMap, size: number): RowGroups {
    if (this.#rows?.of !== map || this.#rows.rows.size !== size) {
      const values = Float32Array.from(map.long, (mass, i) => mass + map.short[i]!)
      const { step, firstBin, bins } = map
      const grid = { step, firstBin, bins, openTimes: [map.at], prices: [map.price], values }
      this.#rows = { of: map, rows: groupRows(grid, size) }
    }
    return this.#rows.rows
  }

  /** Set apart from what is closed; nothing when the column of that time is closed already. */
  draw(
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
    const left = Math.round(place.xOf(openTime))
    const width = Math.max(1, Math.round(place.xOf(openTime + place.intervalMs)) - left)
    if (left >= place.width || left + width <= 0) return
    const gap = width >= APART_FROM_PX ? 1 : 0
    const top = place.yOf((column.firstBin + column.rows * column.size) * live.step)
    const bottom = place.yOf(column.firstBin * live.step)
    context.drawImage(this.#coloured(column, look.colours, full), left + gap, top, width - gap, bottom - top)
  }

  #coloured(column: RowGroups, colours: Uint8ClampedArray, full: number): OffscreenCanvas {
    const key = [column, colours, full]
    if (!this.#image || this.#image.key.some((part, i) => part !== key[i])) {
      const canvas = this.#image?.canvas ?? new OffscreenCanvas(1, 1)
      const window: Window = { fromColumn: 0, toColumn: 1, fromRow: 0, toRow: column.rows }
      paintCells(canvas, 1, column.rows, colourCells(column, window, full, colours))
      this.#image = { key, canvas }
    }
    return this.#image.canvas
  }
}

/** Puts coloured cells into a canvas of one pixel a cell. */
export function paintCells(
  canvas: OffscreenCanvas,
  width: number,
  height: number,
  cells: Uint8ClampedArray<ArrayBuffer>,
): void {
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.putImageData(new ImageData(cells, width, height), 0, 0)
}
