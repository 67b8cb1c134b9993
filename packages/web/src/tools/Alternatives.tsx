import type { ToolJson } from '@liqscope/protocol'
import type { ReactNode } from 'react'
import { formatChange, formatPriceShort, formatShare, formatUsd } from '../format/number.ts'

type Answered = Extract<ToolJson, { readonly kind: 'answer' }>

/** What else could be done, beside the answer, in numbers. */
export function Alternatives({ found, tickSize }: { readonly found: Answered; readonly tickSize: number }) {
  const price = (value: number) => formatPriceShort(value, tickSize)
  if ('candidates' in found)
    return (
      <AlternativeTable
        title="Alternatives"
        note={`${Math.round(found.horizonMs / 3_600_000)} h`}
        heads={['Stop', 'Risk', 'Touched', 'Slip', 'Then back']}
        rows={found.candidates.map(({ name, cluster, price: at, risk, touch, slippage, back }) => ({
          key: `${name} ${at}`,
          isChosen: at === found.stop,
          cells: [
            <>
              {price(at)} <small>{shortName(name, cluster)}</small>
            </>,
            formatChange(-risk),
            formatShare(touch, 0),
            slippage === undefined ? '–' : basisPoints(slippage),
            formatShare(back, 0),
          ],
        }))}
      />
    )
  if ('zones' in found)
    return (
      <AlternativeTable
        title="Alternatives"
        note={`${Math.round(found.horizonMs / 3_600_000)} h`}
        heads={['Target', 'Gain', 'Touched', 'Forced there', 'Filled']}
        rows={found.zones.map(({ cluster, price: at, gain, touch, liquidity, filled }) => ({
          key: String(at),
          isChosen: at === found.target,
          cells: [
            <>
              {price(at)} <small>{cluster === undefined ? '2 ATR' : `in ${cluster}`}</small>
            </>,
            formatChange(gain),
            formatShare(touch, 0),
            formatUsd(liquidity),
            filled === undefined ? '–' : formatShare(filled, 0),
          ],
        }))}
      />
    )
  if ('schedules' in found)
    return (
      <AlternativeTable
        title="Schedules"
        note="expected, of the size"
        heads={['Schedule', 'Cost', 'Risk', 'Slices', 'Time']}
        rows={found.schedules.map(({ name, cost, risk, slices, durationMs }) => ({
          key: name,
          isChosen: name === found.best,
          cells: [name, basisPoints(cost), `± ${basisPoints(risk)}`, String(slices.length), timeText(durationMs)],
        }))}
      />
    )
  if ('bias' in found)
    return (
      <AlternativeTable
        title="Each break"
        note="estimated"
        heads={['Bound', 'Fuel', 'Clusters', 'Scenario end']}
        rows={(['up', 'down'] as const).map((way) => ({
          key: way,
          isChosen: way === found.bias,
          cells: [
            `${way === 'up' ? 'Above' : 'Below'} ${price(found[way].bound)}`,
            formatUsd(found[way].fuel),
            found[way].clusters.join(' ') || 'none',
            found[way].end === undefined ? '–' : price(found[way].end),
          ],
        }))}
      />
    )
  if ('range' in found)
    return (
      <AlternativeTable
        title="Zones of the gradient index"
        note="50 is average"
        heads={['Zone', 'Distance', 'Index']}
        rows={[found.above, found.below].flatMap((zone) =>
          zone === undefined
            ? []
            : [
                {
                  key: String(zone.low),
                  isChosen: false,
                  cells: [
                    <>
                      {price(zone.low)} – {price(zone.high)}{' '}
                      <small>{zone.kind === 'blackHole' ? 'dense' : 'smooth'}</small>
                    </>,
                    formatChange(zone.distance),
                    zone.index.toFixed(0),
                  ],
                },
              ],
        )}
      />
    )
  return null
}

interface Row {
  readonly key: string
  readonly isChosen: boolean
  readonly cells: readonly ReactNode[]
}

function AlternativeTable({
  title,
  note,
  heads,
  rows,
}: {
  readonly title: string
  readonly note: string
  readonly heads: readonly string[]
  readonly rows: readonly Row[]
}) {
  if (rows.length === 0) return null
  return (
    <>
      <h3>
        <span>{title}</span>
        <small>{note}</small>
      </h3>
      <table className="data">
        <caption className="vh">{title}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, isChosen, cells }) => (
            <tr key={key} className={isChosen ? 'selected' : ''}>
              {cells.map((cell, i) => (
                <td key={heads[i]}>
                  {cell}
                  {isChosen && i === 0 ? <span className="vh"> chosen</span> : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function shortName(name: string, cluster: string | undefined): string {
  if (name === 'beyond cluster') return `past ${cluster}`
  if (name === 'in cluster') return `in ${cluster}`
  return { 'plain ATR': '1.5 ATR', 'tight ATR': '0.5 ATR' }[name] ?? name
}

function basisPoints(part: number): string {
  return `${(part * 1e4).toFixed(1)} bp`
}

function timeText(ms: number): string {
  return ms === 0 ? 'now' : ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`
}
