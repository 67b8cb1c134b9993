import type { DayFigures, Figure, FigureTable, WindowDetails } from '@liqscope/engine'
import { bar, dot, line, linearScale, logScale, path, picture, text } from './svg.ts'

/** Wide enough for a desktop's column, and for a phone: text keeps its size in both. */
const WIDE = 900
const NARROW = 336
/** Of a picture with its table beside it. */
export const HALF = 480

/** A picture in both widths; style shows one. */
export function both(draw: (width: number) => string, wide = WIDE): string {
  return `<div class="wide">${draw(wide)}</div><div class="narrow">${draw(NARROW)}</div>`
}

/** Signed to two digits, with a true minus. */
export function signed(value: number, digits = 2): string {
  const words = Math.abs(value).toFixed(digits)
  return `${Number(words) === 0 ? '' : value < 0 ? '\u2212' : '+'}${words}`
}

export function plain(value: number, digits = 2): string {
  return `${value < 0 && Number(value.toFixed(digits)) !== 0 ? '\u2212' : ''}${Math.abs(value).toFixed(digits)}`
}

function reach({ low, high }: Figure, words = plain): string {
  return low === null || high === null ? '' : `${words(low)} – ${words(high)}`
}

/** True when the whole 95 % interval lies above 0. */
export function isAhead({ value, low }: Figure): boolean {
  return value !== null && value > 0 && low !== null && low > 0
}

/** Skill per window as dots with their intervals; hollow where not ahead. */
export function skillPicture(width: number, rows: readonly (readonly [name: string, figure: Figure])[]): string {
  const known = rows.filter(([, { value }]) => value !== null)
  const bounds = known.flatMap(([, { value, low, high }]) => [value ?? 0, low ?? 0, high ?? 0])
  const isNarrow = width < 500
  const left = isNarrow ? 116 : 220
  const right = width - (isNarrow ? 46 : 150)
  const x = linearScale(
    Math.max(-1, Math.min(0, ...bounds)),
    Math.min(1, Math.max(0.1, ...bounds)),
    left,
    right,
    isNarrow ? 3 : 6,
  )
  const clamp = (value: number) => Math.min(right, Math.max(left, x(value)))
  const rowHeight = 24
  const height = rows.length * rowHeight + 22
  const body = [
    ...x.ticks.map(
      (tick) =>
        line(x(tick), 4, x(tick), height - 20, Math.abs(tick) < 1e-9 ? 'zero' : 'grid') +
        text(x(tick), height - 6, Math.abs(tick) < 1e-9 ? '0' : signed(tick, 1), 'axis mid'),
    ),
    ...rows.map(([name, figure], i) => {
      const y = i * rowHeight + 14
      const { value, low, high } = figure
      if (value === null) return text(0, y + 4, name, '') + text(width, y + 4, 'not known', 'end quiet')
      const whisker = low === null || high === null ? '' : line(clamp(low), y, clamp(high), y, 'reach')
      return (
        text(0, y + 4, name, '') +
        whisker +
        dot(clamp(value), y, isAhead(figure) ? 'ahead' : 'not-ahead') +
        (isNarrow
          ? text(width, y + 4, signed(value), 'end figure')
          : text(width - 100, y + 4, signed(value), 'end figure') +
            text(width, y + 4, reach(figure, signed), 'end quiet'))
      )
    }),
  ]
  return picture(
    width,
    height,
    'Skill over the rivals per window with 95 % intervals; the table below holds the same',
    body.join(''),
  )
}

/** Observed against expected, a dot per tenth of the windows, both axes logarithmic. */
export function reliabilityPicture(width: number, { window, reliability }: WindowDetails, unit: string): string {
  const groups = reliability.filter(({ expected, observed }) => expected > 0 && (observed.value ?? 0) > 0)
  if (groups.length === 0) return ''
  const values = groups.flatMap(({ expected, observed }) => [
    expected,
    observed.value ?? expected,
    observed.high ?? expected,
  ])
  const least = Math.min(...groups.map(({ expected, observed }) => Math.min(expected, observed.value ?? expected)))
  const height = Math.min(width, 360)
  const left = 52
  const plotRight = width - 24
  const x = logScale(least, Math.max(...values), left, plotRight)
  const y = logScale(least, Math.max(...values), height - 34, 8)
  const edge = x.ticks.at(-1)!
  const start = x.ticks[0]!
  const body = [
    ...x.ticks.map(
      (tick) => line(x(tick), 8, x(tick), height - 34, 'grid') + text(x(tick), height - 20, power(tick), 'axis mid'),
    ),
    ...y.ticks.map(
      (tick) => line(left, y(tick), plotRight, y(tick), 'grid') + text(left - 6, y(tick) + 4, power(tick), 'axis end'),
    ),
    line(x(start), y(start), x(edge), y(edge), 'ideal'),
    path(
      groups.map(({ expected, observed }) => [x(expected), y(observed.value!)]),
      'map',
    ),
    ...groups.map(({ expected, observed: { value, low, high } }) => {
      const whisker = low === null || high === null ? '' : line(x(expected), y(low), x(expected), y(high), 'map-reach')
      return whisker + dot(x(expected), y(value!), 'map-dot', 3.5)
    }),
    text(plotRight, height - 4, `expected in ${window}, ${unit}`, 'axis end'),
    text(left + 4, 18, 'observed', 'axis'),
  ]
  return picture(width, height, `Observed against expected size per tenth of the ${window} windows`, body.join(''))
}

/** Part of the windows within the band, per tenth; 0.8 is meant. */
export function coveragePicture(width: number, { window, reliability }: WindowDetails): string {
  const height = 150
  const left = 40
  const x = linearScale(0, 10, left, width - 24)
  const y = linearScale(0, 1, height - 30, 8)
  const body = [
    ...[0, 0.5, 0.8, 1].map(
      (tick) =>
        line(left, y(tick), x(10), y(tick), tick === 0.8 ? 'ideal' : 'grid') +
        text(left - 6, y(tick) + 4, `${Math.round(tick * 100)} %`, 'axis end'),
    ),
    ...reliability.flatMap(({ covered: { value, low, high } }, i) => {
      if (value === null) return []
      const whisker = low === null || high === null ? '' : line(x(i + 0.5), y(low), x(i + 0.5), y(high), 'map-reach')
      return [
        whisker,
        dot(x(i + 0.5), y(value), 'map-dot', 3.5),
        text(x(i + 0.5), height - 16, String(i + 1), 'axis mid'),
      ]
    }),
    text(x(10), height - 2, `tenth of the ${window} windows, by what was expected`, 'axis end'),
  ]
  return picture(width, height, `Share of ${window} windows within the 80 % band, per tenth`, body.join(''))
}

/** Skill per day as a line of dots, above the forced size of the day; crash days shaded. */
export function daysPicture(width: number, days: readonly DayFigures[], dayName: (day: number) => string): string {
  const height = 220
  const left = 40
  const right = width - 8
  const column = (right - left) / Math.max(1, days.length)
  const skills = days.flatMap(({ skill }) => (skill === null ? [] : [skill]))
  const y = linearScale(Math.max(-1, Math.min(0, ...skills)), Math.min(1, Math.max(0.2, ...skills)), 130, 8, 4)
  const most = Math.max(...days.map(({ observed }) => observed), 1e-12)
  const middle = (i: number) => left + (i + 0.5) * column
  const every = Math.ceil(days.length / Math.max(1, Math.floor((right - left) / 56)))
  const clamp = (value: number) => Math.min(130, Math.max(8, y(value)))
  const body = [
    ...days.flatMap(({ isCrash }, i) => (isCrash ? [bar(left + i * column, 8, column, 182, 'crash')] : [])),
    ...y.ticks.map(
      (tick) =>
        line(left, y(tick), right, y(tick), Math.abs(tick) < 1e-9 ? 'zero' : 'grid') +
        text(left - 6, y(tick) + 4, Math.abs(tick) < 1e-9 ? '0' : signed(tick, 1), 'axis end'),
    ),
    ...days.map(({ observed }, i) => {
      const size = (44 * observed) / most
      return bar(middle(i) - Math.min(12, column * 0.35), 190 - size, Math.min(24, column * 0.7), size, 'size')
    }),
    line(left, 190, right, 190, 'grid'),
    ...days.flatMap(({ skill }, i) =>
      skill === null
        ? []
        : [dot(middle(i), clamp(skill), skill > 0 ? 'ahead' : 'not-ahead', days.length > 120 ? 2 : 3.5)],
    ),
    ...days.flatMap(({ day }, i) => (i % every === 0 ? [text(middle(i), 206, dayName(day), 'axis mid')] : [])),
  ]
  return picture(width, height, 'Skill over freshness per day, and the size that was forced', body.join(''))
}

export function tableOf(head: readonly string[], rows: readonly string[], caption: string): string {
  const columns = head.map((name) => `<th scope="col">${name}</th>`).join('')
  return `<p class="caption">${caption}</p><div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><thead><tr>${columns}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

/** A cell: the figure, its interval below. */
export function cell(figure: Figure, words: (value: number) => string = plain, lost = false): string {
  const { value } = figure
  if (value === null) return '<td>–</td>'
  const interval = reach(figure, words)
  return `<td${lost ? ' class="lost"' : ''}>${words(value)}${interval === '' ? '' : `<small>${interval}</small>`}</td>`
}

export function cells(
  table: FigureTable,
  words?: (value: number) => string,
  isLost?: (figure: Figure) => boolean,
): string {
  return Object.values(table)
    .map((figure) => cell(figure, words, isLost?.(figure) ?? false))
    .join('')
}

function power(value: number): string {
  const exponent = Math.round(Math.log10(value))
  if (exponent >= -2 && exponent <= 5) return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
  return `1e${exponent}`
}
