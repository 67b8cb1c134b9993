import { createHash } from 'node:crypto'
import type {
  Figure,
  FigureTable,
  PartFigures,
  RivalName,
  ScoreDetails,
  ScoreReport,
  WindowDetails,
} from '@liqscope/engine'
import { RIVAL_NAMES } from '../terminal/score-table.ts'
import {
  both,
  cell,
  cells,
  coveragePicture,
  daysPicture,
  HALF,
  isAhead,
  plain,
  reliabilityPicture,
  signed,
  skillPicture,
  tableOf,
} from './charts.ts'
import { STYLE } from './style.ts'
import { escapeHtml } from './svg.ts'

const DAY_MS = 86_400_000
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Longest of windows that the pictures show. */
const SHOWN_WINDOWS = ['5m', '60m']
const RIVAL_ORDER: readonly RivalName[] = [
  'freshness',
  'freshnessLeg',
  'range',
  'constant',
  'fixedTiers',
  'recentLiquidations',
  'shuffledMap',
]

/** What the page says of the file and the program. */
export interface ScorePageFacts {
  readonly file: string
  readonly sha256: string
  readonly market: string
  /** Of the coin, for sizes. */
  readonly unit: string
  readonly from: number
  readonly to: number
  readonly interval: string
  /** Commands that make this page and the table again. */
  readonly commands: readonly string[]
  /** Of liqscope. */
  readonly version: string
}

/** The score as one HTML page without a script, a font or a picture from anywhere. */
export function scorePage(facts: ScorePageFacts, report: ScoreReport, details: ScoreDetails): string {
  const hash = createHash('sha256').update(STYLE).digest('base64')
  const shown = details.windows.filter(({ window }) => SHOWN_WINDOWS.includes(window))
  const windows = shown.length > 0 ? shown : details.windows.slice(0, 1)
  const title = `Score of ${facts.market}, ${dayName(report.trainUntil)} – ${dayName(facts.to)}`
  const parts = [
    header(facts, report),
    answer(report),
    skillPart(report),
    tablePart(report),
    ...(windows.length === 0
      ? []
      : [
          reliabilityPart(windows, facts.unit),
          daysPart(windows, details.crashRange),
          sidesPart(details, facts),
          crashPart(details),
          liftPart(report, details),
          coveragePart(windows),
        ]),
    LIMITS,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${parts.join('\n')}
</main>
</body>
</html>
`
}

function header(facts: ScorePageFacts, report: ScoreReport): string {
  const { model, weights } = report
  const pairs: [string, string][] = [
    [
      'Tested',
      `${moment(report.trainUntil)} to ${moment(facts.to)}: ${count(report.testBars)} of ${count(report.bars)} bars of ${facts.interval}`,
    ],
    [
      'Trained',
      report.online
        ? `on what came before each stretch of four hours, from ${moment(facts.from)} on`
        : `${moment(facts.from)} to ${moment(report.trainUntil)}, then frozen`,
    ],
    ['File', `${facts.file}, SHA-256 ${facts.sha256}`],
    ['Model', `${model.name}, version ${model.version}, weights ${weights}; liqscope ${facts.version}`],
    ['Intervals', `95 %, resampled ${report.resampled}`],
  ]
  return `<header><div class="brand">liqscope score</div><h1>${escapeHtml(facts.market)}</h1><dl>${pairs
    .map(([name, words]) => `<dt>${name}</dt><dd>${escapeHtml(words)}</dd>`)
    .join(
      '',
    )}<dt>Again</dt><dd>${facts.commands.map((command) => `<code>${escapeHtml(command)}</code>`).join('<br>')}</dd></dl></header>`
}

/** The first thing said, and what it rests on: ahead of the strongest rivals, behind them, or not to be told. */
function answer({ skillOver, notes }: ScoreReport): string {
  const known = Object.values(skillOver.freshness).some(({ value }) => value !== null)
  const words = known
    ? `<p class="answer">${standing('freshness', skillOver.freshness)}<br>${standing('freshness + one leg', skillOver.freshnessLeg)}</p>
<p>Freshness knows no position: it says that prices which were not visited for long hold more to be liquidated. It is the strongest rival that is no map.</p>`
    : '<p class="answer">Nothing could be measured against a rival. The notes say why.</p>'
  return (
    words +
    (notes.length === 0
      ? ''
      : `<h3>Notes on this file</h3><ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`)
  )
}

function standing(rival: string, table: FigureTable): string {
  const found = Object.entries(table).filter(([, { value }]) => value !== null)
  const windowsWhere = (fits: (figure: Figure) => boolean) =>
    found.filter(([, figure]) => fits(figure)).map(([window]) => window)
  const ahead = windowsWhere(isAhead)
  const behind = windowsWhere(({ value }) => (value ?? 0) <= 0)
  const open = windowsWhere((figure) => !isAhead(figure) && (figure.value ?? 0) > 0)
  const parts = [
    ahead.length > 0 ? `ahead at ${list(ahead)}` : '',
    open.length > 0 ? `undecided at ${list(open)}` : '',
    behind.length > 0 ? `not better at ${list(behind)}` : '',
  ]
  return `Against ${rival}: ${parts.filter((part) => part !== '').join('; ')}.`
}

function skillPart({ skillOver }: ScoreReport): string {
  const rows = Object.keys(skillOver.freshness).flatMap((window): [string, Figure][] => [
    [`${window} over freshness`, skillOver.freshness[window]!],
    [`${window} + leg`, skillOver.freshnessLeg[window]!],
  ])
  return `<h2>Skill over the strongest rivals</h2><p>1 − deviance of the map over deviance of the rival, both refitted on the same past. Above 0 the map is nearer to what came. A hollow dot is not ahead: its interval reaches 0. “+ leg” adds the distance from the last turning point.</p>
<figure>${both((width) => skillPicture(width, rows))}</figure>`
}

function tablePart(report: ScoreReport): string {
  const windows = Object.keys(report.devianceExplained)
  const own = `<tr class="own"><th scope="row">liqscope map</th>${cells(report.devianceExplained)}</tr>`
  const rivals = RIVAL_ORDER.filter((name) => name !== 'constant').map(
    (name) => `<tr><th scope="row">${RIVAL_NAMES[name]}</th>${cells(report.rivalDevianceExplained[name])}</tr>`,
  )
  const skills = RIVAL_ORDER.map(
    (name) =>
      `<tr><th scope="row">over ${RIVAL_NAMES[name]}</th>${cells(report.skillOver[name], signed, (figure) => !isAhead(figure))}</tr>`,
  )
  const mass = RIVAL_ORDER.map(
    (name) => `<tr><th scope="row">${RIVAL_NAMES[name]}</th>${cell(report.rivalMassRatio[name])}</tr>`,
  )
  return `<h2>Every figure beside every rival</h2>
${tableOf(['Deviance explained', ...windows], [own, ...rivals], 'Share of the deviance from the test’s own mean rate that is explained: 1 is perfect, 0 a constant rate, below 0 worse than that')}
${tableOf(['Skill', ...windows], skills, 'Skill over each rival; in amber where the map is not ahead')}
${tableOf(['Predicted over observed size', 'whole test'], [`<tr class="own"><th scope="row">liqscope map</th>${cell(report.massRatio)}</tr>`, ...mass], 'Mass: 1 is right, nothing is rescaled on the test')}`
}

function reliabilityPart(windows: readonly WindowDetails[], unit: string): string {
  const pictures = windows.map(
    (window) =>
      `<h3>${window.window}</h3><div class="pair"><figure>${both((width) => reliabilityPicture(width, window, unit), HALF)}</figure><div>${tableOf(
        ['Tenth', 'windows', `expected, ${unit}`, `observed, ${unit}`],
        window.reliability.map(
          ({ windows: number, expected, observed }, i) =>
            `<tr><th scope="row">${i + 1}</th><td>${count(number)}</td><td>${small(expected)}</td>${cell(observed, small)}</tr>`,
        ),
        `Mean size per ${window.window} window and side, windows in order of what was expected`,
      )}</div></div>`,
  )
  return `<h2>Is what it expects what comes?</h2><p>Windows in order of what was expected of them, ten groups of equal number. On the dotted line, as much came as was expected; above it, more.</p>${pictures.join('')}`
}

function daysPart(windows: readonly WindowDetails[], crashRange: number): string {
  const parts = windows.map(({ window, days }) => {
    const rows = days.map(
      ({ day, range, isCrash, observed, expected, skill, skillOverLeg }) =>
        `<tr><th scope="row">${dayName(day)}${isCrash ? ' (crash)' : ''}</th><td>${percent(range)}</td><td>${small(observed)}</td><td>${small(expected)}</td>${skillCell(skill)}${skillCell(skillOverLeg)}</tr>`,
    )
    const table = tableOf(
      ['Day, UTC', 'high/low', 'observed', 'expected', 'over freshness', '+ leg'],
      rows,
      `By day, ${window} windows`,
    )
    return `<h3>${window}</h3><figure>${both((width) => daysPicture(width, days, dayName))}<figcaption>Dots: skill over freshness of the day, hollow where not above 0. Bars: size that was forced. Shaded: crash days.</figcaption></figure>${rows.length > 40 ? `<details><summary>${rows.length} days as a table</summary>${table}</details>` : table}`
  })
  return `<h2>Skill over time</h2><p>A day counts as a crash day when its high stands ${percent(crashRange)} or more above its low. Single days are few windows: read the run of them, not one.</p>${parts.join('')}`
}

function sidesPart(details: ScoreDetails, { market }: ScorePageFacts): string {
  const rows = details.windows.flatMap(({ window, sides }) => [
    partRow(`<span class="side-short">shorts</span>, ${window}`, sides.short),
    partRow(`<span class="side-long">longs</span>, ${window}`, sides.long),
  ])
  return `<h2>Per side and venue</h2>${partTable(rows, 'Each side against its own mean rate')}<p>The file holds one venue, ${escapeHtml(market)}: these are its figures. Score each venue’s file for itself; forced orders of venues that publish one a second at most are not comparable with those that publish all.</p>`
}

function crashPart({ windows, crashRange }: ScoreDetails): string {
  const days = windows[0]?.crash.days ?? 0
  if (days === 0)
    return `<h2>Crash days</h2><p>No day of the test had a range of ${percent(crashRange)} or more: how the map fares in a crash is not shown by this file.</p>`
  const rows = windows.flatMap(({ window, crash }) => [
    ...(crash.only ? [partRow(`crash days, ${window}`, crash.only)] : []),
    ...(crash.without ? [partRow(`other days, ${window}`, crash.without)] : []),
  ])
  return `<h2>Crash days, with and without</h2><p>${days} of ${days + (windows[0]?.crash.otherDays ?? 0)} days of the test had a range of ${percent(crashRange)} or more.</p>${partTable(rows, 'Each part against its own mean rate')}`
}

function liftPart(report: ScoreReport, details: ScoreDetails): string {
  const touch = tableOf(
    ['Ranked by', ...Object.keys(report.touchLift)],
    [
      `<tr class="own"><th scope="row">liqscope map</th>${cells(report.touchLift)}</tr>`,
      `<tr><th scope="row">longest untouched first</th>${cells(report.ageTouchLift)}</tr>`,
      `<tr><th scope="row">farthest first</th>${cells(report.farTouchLift)}</tr>`,
    ],
    'Touch-lift: liquidated in the quarter of the touched prices that is ranked highest, over a quarter; 1 is chance',
  )
  const gains = details.windows.map(({ window, gains: rows }) =>
    tableOf(
      [`Top of the ${window} windows`, 'map', 'freshness', 'range', 'best possible'],
      rows.map(
        ({ part, map, freshness, range, best }) =>
          `<tr><th scope="row">${percent(part, 0)}</th>${[map, freshness, range, best].map((share) => `<td>${share === null ? '–' : percent(share, 0)}</td>`).join('')}</tr>`,
      ),
      'Share of all forced size in the windows that each ranking puts first',
    ),
  )
  return `<h2>Lift, beside freshness, age and distance</h2><p>Forced size is placed evenly over what a bar swept, which favours extremes: touch-lift is won by ranking prices farthest first, without any map. It proves nothing alone.</p>${touch}${gains.join('')}`
}

function coveragePart(windows: readonly WindowDetails[]): string {
  const parts = windows.map(
    (window) =>
      `<h3>${window.window}</h3><div class="pair"><figure>${both((width) => coveragePicture(width, window), HALF)}</figure><div>${tableOf(
        ['Tenth', 'covered'],
        window.reliability.map(
          ({ covered }, i) => `<tr><th scope="row">${i + 1}</th>${cell(covered, (value) => percent(value, 0))}</tr>`,
        ),
        `Share of the ${window.window} windows whose size lay within the 80 % band, by what was expected`,
      )}</div></div>`,
  )
  return `<h2>Does the band hold what it says?</h2><p>The 10–90 % band should hold four of five windows, of calm ones as of busy ones. The smallest expectations are below what a venue publishes: there “nothing” lies within the band, and it holds more.</p>${parts.join('')}`
}

const LIMITS = `<h2>Limits</h2><ul>${[
  'Observed is what the exchange published. A throttled feed shows less than happened, and the map is fitted to what it shows.',
  'Forward only: every prediction was made before its window began, model and rivals learned from the same past, and nothing was rescaled on the test.',
  'Few large orders hold much of the size. The intervals say how much of a figure is luck of the days; they do not say whether the next month is like this one.',
  'Rank correlation and touch-lift are high for any map. The figure that tells a map from no map is skill over freshness.',
  'This is how right the map was on this file. It is no advice, and no sole signal.',
]
  .map((rule) => `<li>${rule}</li>`)
  .join('')}</ul>`

function partTable(rows: readonly string[], caption: string): string {
  return tableOf(['', 'deviance explained', 'over freshness', '+ leg', 'mass', '80 % band holds'], rows, caption)
}

function partRow(name: string, part: PartFigures): string {
  const { devianceExplained, skillOverFreshness, skillOverFreshnessLeg, massRatio, bandCoverage } = part
  return `<tr><th scope="row">${name}</th>${cell(devianceExplained)}${cell(skillOverFreshness, signed, !isAhead(skillOverFreshness))}${cell(skillOverFreshnessLeg, signed, !isAhead(skillOverFreshnessLeg))}${cell(massRatio)}${cell(bandCoverage, (value) => percent(value, 0))}</tr>`
}

function skillCell(value: number | null): string {
  if (value === null) return '<td>–</td>'
  return `<td${value > 0 ? '' : ' class="lost"'}>${signed(value)}</td>`
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function percent(fraction: number, digits = 1): string {
  return `${plain(100 * fraction, digits)} %`
}

/** Sizes over many powers of ten: three significant digits. */
function small(value: number): string {
  if (value === 0) return '0'
  if (Math.abs(value) < 1e-4) return value.toExponential(1).replace('-', '\u2212')
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 })
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

function dayName(time: number): string {
  const date = new Date(time)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

function moment(time: number): string {
  const iso = new Date(time).toISOString()
  return `${dayName(time)} ${iso.slice(0, 4)}${time % DAY_MS === 0 ? '' : ` ${iso.slice(11, 16)}`} UTC`
}
