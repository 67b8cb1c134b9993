import type { PositionsJson } from '@liqscope/protocol'
import { knownRows } from '../../state/known.ts'
import type { Scene } from '../scene.ts'
import type { ProfilePlace } from './render.ts'

/** Observed bars as they were drawn: outlines, never filled. */
export interface KnownLegend {
  /** USD of the longest outline in view. */
  readonly full: number
  readonly drawn: number
}

/**
 * Outlines of known positions over the estimated bars, on a scale of their own: the estimate says what would be forced,
 * these say what is there of the accounts that are known.
 *
 * @param size bins per row, as the estimated bars have
 * @param width of the longest outline, CSS pixels
 */
export function drawKnown(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  positions: PositionsJson,
  place: ProfilePlace,
  size: number,
  left: number,
  width: number,
): KnownLegend {
  const rows = knownRows(positions, size).filter((row) => row.to > place.from && row.from < place.to)
  const full = rows.reduce((most, { notional }) => Math.max(most, notional), 0)
  for (const { from, to, side, notional } of rows) {
    const top = Math.round(place.yOf(to)) + 0.5
    const height = Math.max(2, Math.round(place.yOf(from)) - Math.round(place.yOf(to)) - 2)
    const length = Math.max(2, (notional / full) * width)
    // The dark line outside keeps the outline visible on a filled bar of the same side.
    for (const [lineWidth, colour] of [
      [3, palette.bg],
      [1.25, palette.sideText[side]],
    ] as const) {
      context.lineWidth = lineWidth
      context.strokeStyle = colour
      context.strokeRect(left + 0.5, top, length, height)
    }
  }
  return { full, drawn: rows.length }
}
