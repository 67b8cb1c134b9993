import type { CascadeJson, ClustersJson } from '@liqscope/protocol'
import { percentText, priceText, timeText, usd } from './figures.ts'

const NAME_WIDTH = 10
const CELL_WIDTH = 18
const MOST_GONE = 6

/** Clusters as a table for people, dearest first, as on a chart. */
export function clustersText(found: ClustersJson): string {
  return [
    head(found),
    'ESTIMATED forced volume if price sweeps the band; touched: model probability of reaching its near edge.',
    '',
    ...table([
      [
        'cluster',
        'from',
        'to',
        'distance',
        'ATR',
        'strength',
        'USD',
        '10-90 %',
        'touched 1/4/24 h',
        'leverage',
        'state',
        'since',
      ],
      ...found.clusters
        .toReversed()
        .map(
          ({
            id,
            low,
            high,
            distance,
            distanceAtr,
            strength,
            notional,
            notionalLow,
            notionalHigh,
            touch,
            bornAt,
            life,
            byLeverage,
          }) => [
            id,
            priceText(low),
            priceText(high),
            percentText(distance),
            distanceAtr === undefined ? '-' : distanceAtr.toFixed(1),
            strength.toFixed(0),
            usd(notional),
            `${usd(notionalLow)}-${usd(notionalHigh)}`,
            touch === undefined ? '-' : [touch['1h'], touch['4h'], touch['24h']].map((part) => share(part)).join(' / '),
            leverageText(found.leverageGroups, byLeverage),
            life ?? '-',
            bornAt === undefined ? '-' : timeText(bornAt),
          ],
        ),
    ]),
    ...(found.zones.length === 0 ? [] : ['', ...zoneLines(found.zones)]),
    ...(found.events.some(({ kind }) => kind === 'swept' || kind === 'closed') ? ['', ...goneLines(found.events)] : []),
  ].join('\n')
}

/** `25× 60 %, 50× 30 %`: groups that have a tenth and more. */
function leverageText(groups: readonly string[], amounts: readonly number[]): string {
  const total = amounts.reduce((sum, one) => sum + one, 0)
  const parts = groups.flatMap((name, i) => {
    const part = total > 0 ? (amounts[i] ?? 0) / total : 0
    return part >= 0.1 ? [`${name} ${share(part)}`] : []
  })
  return parts.join(', ') || '-'
}

function goneLines(events: ClustersJson['events']): string[] {
  return table([
    ['gone', 'side', 'at', 'USD', 'when'],
    ...events
      .filter(({ kind }) => kind === 'swept' || kind === 'closed')
      .slice(-MOST_GONE)
      .toReversed()
      .map(({ kind, side, price, notional, at }) => [kind, side, priceText(price), usd(notional), timeText(at)]),
  ])
}

function zoneLines(zones: ClustersJson['zones']): string[] {
  return table([
    ['zone', 'from', 'to', 'distance', 'index'],
    ...zones.map(({ kind, low, high, distance, index }) => [
      kind === 'blackHole' ? 'dense' : 'smooth',
      priceText(low),
      priceText(high),
      percentText(distance),
      index.toFixed(0),
    ]),
  ])
}

/** Rows with their columns two spaces apart, the first to the left, figures to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  return rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
}

/** A cascade for people. */
export function cascadeText(found: CascadeJson): string {
  if (found.kind === 'noSignal') return `${head(found)}\nno answer: ${found.reason}`
  const {
    trigger,
    end,
    endBand,
    forced,
    forcedBand,
    multiplier,
    rounds,
    roundsBand,
    basis,
    side,
    shock,
    tipping,
    ranOut,
  } = found
  return [
    head(found),
    'SCENARIO, not a forecast.',
    `If price goes to ${priceText(trigger)}${shock > 0 ? ` and ${usd(shock)} are ${side === 'long' ? 'sold' : 'bought'} there` : ''}, ${side}s are forced and the chain ends at ${priceText(end)} (${percentText(end / trigger - 1)} beyond the trigger).`,
    `10-90 % of drawn paths: ${priceText(Math.min(endBand.low, endBand.high))} to ${priceText(Math.max(endBand.low, endBand.high))}`,
    `forced ${usd(forced)} (${usd(forcedBand.low)}-${usd(forcedBand.high)}), multiplier ${multiplier.toFixed(2)}, rounds ${rounds.length} (${roundsBand.low}-${roundsBand.high})`,
    ...(ranOut > 0 ? [`${share(ranOut)} of drawn paths leave the map: they end farther than said`] : []),
    ...tipping.map(
      ({ from, to, ratio }) =>
        `feeds itself between ${priceText(from)} and ${priceText(to)}: up to ${ratio.toFixed(1)} times what rests there is forced`,
    ),
    '',
    row('round', ['reaches', 'sold', 'insurance', 'triggers']),
    ...rounds
      .slice(0, 12)
      .map(({ price, sold, insured, triggered }, i) =>
        row(String(i + 1), [priceText(price), usd(sold), usd(insured), usd(triggered)]),
      ),
    '',
    basis.liquidity === 'book'
      ? `book: ${usd(basis.bookNotional)} observed within ${(basis.bookReach * 100).toFixed(2)} %, beyond it the square-root law times ${basis.lawScale.toFixed(2)}`
      : 'depth: the square-root law alone, no book',
    ...basis.notes.map((note) => `note: ${note}`),
  ].join('\n')
}

export function head({
  market,
  simulated,
  at,
  price,
}: {
  readonly market: string
  readonly simulated: boolean
  readonly at: string
  readonly price: number
}): string {
  return `${market}${simulated ? '  SIMULATED' : ''}  ${timeText(Date.parse(at))}  mark ${priceText(price)}`
}

export function share(part: number): string {
  return part > 0 && part < 0.01 ? '<1 %' : `${Math.round(part * 100)} %`
}

export function row(name: string, cells: readonly string[]): string {
  return (name.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padEnd(CELL_WIDTH)).join('')).trimEnd()
}
