import type { GradientZoneJson, PositionsJson } from '@liqscope/protocol'
import type { Calendar } from '../calendar/calendar.ts'
import type { Cluster } from '../state/app-state.ts'
import type { HeatPicture } from '../state/heat-picture.ts'
import type { Layout } from '../state/layout.ts'
import type { LiveMap } from '../state/live-map.ts'
import type { Scenario } from '../state/scenario.ts'
import type { Text } from '../text/en/index.ts'
import type { Palette } from '../theme/palette.ts'

/** All a chart draws from; a new object when anything in it changed. */
export interface Scene {
  readonly picture: HeatPicture | undefined
  /** Of now, or of `moment`; leverage groups that are hidden are not in it. */
  readonly map: LiveMap | undefined
  /** With every leverage group: what the heat is drawn from, whose past knows no split. */
  readonly wholeMap: LiveMap | undefined
  readonly clusters: readonly Cluster[]
  /** OBSERVED positions of now; undefined where none are shown, and of a past moment. */
  readonly known: PositionsJson | undefined
  readonly selected: string | undefined
  /** ESTIMATED; undefined unless their layer is on and they are known. */
  readonly zones: readonly GradientZoneJson[] | undefined
  /** SCENARIO, of now. */
  readonly scenario: Scenario | undefined
  readonly price: number | undefined
  /** End of the past column looked at, epoch ms; undefined is now. */
  readonly moment: number | undefined
  readonly tickSize: number
  readonly simulated: boolean
  readonly frozen: boolean
  readonly layout: Layout
  readonly coloured: boolean
  readonly calendar: Calendar | undefined
  readonly text: Text
  readonly palette: Palette
  /** RGBA of strength 0-100. */
  readonly colours: Uint8ClampedArray
}

/** What the pointer or the keyboard is on. */
export interface Hover {
  /** CSS pixels in the plot (heatmap) or the picture (map). */
  readonly x: number
  readonly y: number
  readonly ln: number // ln(price)
  /** The column pointed at; undefined on the profile and the map, which say what is now. */
  readonly openTime: number | undefined
}

/** A bar as it was drawn, for tests and other programs that look at the page. CSS pixels in its canvas. */
export interface DrawnBar {
  readonly price: number // middle of the row
  readonly side: 'long' | 'short'
  readonly notional: number // USD, estimated
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
