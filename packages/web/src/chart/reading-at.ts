import { type Reading, readColumn, readMap } from '../tooltip/reading.ts'
import type { PriceChart } from './price-chart.ts'
import type { ProfileLegend } from './profile/render.ts'
import type { Hover, Scene } from './scene.ts'

/** What stands where the pointer is: a closed column's cell, or the map of now (or of the moment looked at). */
export function readingAt(
  scene: Scene,
  hover: Hover,
  chart: PriceChart | undefined,
  profile: ProfileLegend,
): Reading | undefined {
  const { picture, map, moment } = scene
  // Right of a past moment stands what was known then.
  const isCarried = moment !== undefined && hover.openTime !== undefined && hover.openTime >= moment
  const column =
    picture && hover.openTime !== undefined && !isCarried ? picture.grid.openTimes.indexOf(hover.openTime) : -1
  if (picture && column >= 0) {
    const cell = chart?.heat.cellAt(column, hover.ln)
    return cell ? readColumn(picture.grid, column, hover.ln, cell, chart?.heat.legend.full ?? 0) : undefined
  }
  const isHole =
    !isCarried &&
    hover.openTime !== undefined &&
    picture !== undefined &&
    hover.openTime <= (picture.grid.openTimes.at(-1) ?? 0)
  if (!map || isHole || profile.rowStep === 0) return undefined
  const reading = readMap(map, hover.ln, Math.round(profile.rowStep / map.step), profile.full)
  return moment === undefined ? reading : { ...reading, isNow: false }
}
