import { DISTANCES } from './distance-class.ts'

const MINUTE_MS = 60_000

/** Trailing windows whose extremes say how long price has not been somewhere, minutes. */
const AGE_MINUTES = [15, 30, 60, 120, 240, 480, 1440, 4320, 10_080, 30_240]
/** Windows in which the last turning point is sought, minutes; 0 is the bar itself. */
const LEG_MINUTES = [0, 60, 240]

export const AGE_WINDOWS_MS: readonly number[] = AGE_MINUTES.map((minutes) => minutes * MINUTE_MS)
export const LEG_WINDOWS_MS: readonly number[] = LEG_MINUTES.map((minutes) => minutes * MINUTE_MS)

/**
 * Distances from 0.2 % are held in a long memory, hours for near ones and weeks for far ones: the three nearer classes
 * got hardly a weight there. The nearest eight, up to 0.54 %, are held in a short memory of minutes besides: farther than
 * price goes in that time, fits gave it a weight of 0.
 */
export const LONG_MEMORY: readonly number[] = DISTANCES.slice(3)
export const SHORT_MEMORY: readonly number[] = DISTANCES.slice(0, 8)
/** Index of the first distance that is held for weeks rather than hours: 3 %, a leverage of about 30. */
export const FAR_FROM = LONG_MEMORY.findIndex((distance) => distance >= 0.03)

const percent = (distance: number) => `${Number((100 * distance).toPrecision(3))}%`

/** Where each group of columns starts. */
export const COLUMN = {
  range: 0,
  ages: 1,
  legs: 1 + AGE_MINUTES.length,
  long: 1 + AGE_MINUTES.length + LEG_MINUTES.length,
  short: 1 + AGE_MINUTES.length + LEG_MINUTES.length + LONG_MEMORY.length,
} as const

/**
 * Names of the exposure columns, in the order of every exposure and weight array. An exposure is the size (base
 * units) that a bar would have liquidated if the column's weight were 1; weights are therefore dimensionless.
 */
export const EXPOSURES: readonly string[] = [
  'range',
  ...AGE_MINUTES.map((minutes) => `age ${minutes}m`),
  ...LEG_MINUTES.map((minutes) => `leg ${minutes}m`),
  ...LONG_MEMORY.map((distance) => `long memory ${percent(distance)}`),
  ...SHORT_MEMORY.map((distance) => `short memory ${percent(distance)}`),
]
