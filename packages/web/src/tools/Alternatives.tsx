import type { ToolJson } from '@liqscope/protocol'
import type { ReactNode } from 'react'
import { useText } from '../app/context.ts'
import { formatChange, formatPriceShort, formatShare, formatUsd } from '../format/number.ts'
import type { Text } from '../text/en/index.ts'

type Answered = Extract<ToolJson, { readonly kind: 'answer' }>

/** What else could be done, beside the answer, in numbers. */
export function Alternatives({ found, tickSize }: { readonly found: Answered; readonly tickSize: number }) {
  const price = (value: number) => formatPriceShort(value, tickSize)
  const { tools: words } = useText().insight
  const { heads } = words
  if ('candidates' in found)
    return (
      <AlternativeTable
        title={words.alternatives}
        note={`${Math.round(found.horizonMs / 3_600_000)} h`}
        heads={[heads.stop, heads.risk, heads.touched, heads.slip, heads.back]}
        rows={found.candidates.map(({ name, cluster, price: at, risk, touch, slippage, back }) => ({
          key: `${name} ${at}`,
          isChosen: at === found.stop,
          cells: [
            <>
              {price(at)} <small>{shortName(name, cluster, words)}</small>
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
        title={words.alternatives}
        note={`${Math.round(found.horizonMs / 3_600_000)} h`}
        heads={[heads.target, heads.gain, heads.touched, heads.forced, heads.filled]}
        rows={found.zones.map(({ cluster, price: at, gain, touch, liquidity, filled }) => ({
          key: String(at),
          isChosen: at === found.target,
          cells: [
            <>
              {price(at)} <small>{cluster === undefined ? '2 ATR' : words.inside(cluster)}</small>
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
        title={words.schedules}
        note={words.ofSize}
        heads={[heads.schedule, heads.cost, heads.risk, heads.slices, heads.time]}
        rows={found.schedules.map(({ name, cost, risk, slices, durationMs }) => ({
          key: name,
          isChosen: name === found.best,
          cells: [
            name,
            basisPoints(cost),
            `± ${basisPoints(risk)}`,
            String(slices.length),
            timeText(durationMs, words),
          ],
        }))}
      />
    )
  if ('bias' in found)
    return (
      <AlternativeTable
        title={words.eachBreak}
        note={words.kinds.estimated}
        heads={[heads.bound, heads.fuel, heads.clusters, heads.end]}
        rows={(['up', 'down'] as const).map((way) => ({
          key: way,
          isChosen: way === found.bias,
          cells: [
            (way === 'up' ? words.above : words.below)(price(found[way].bound)),
            formatUsd(found[way].fuel),
            found[way].clusters.join(' ') || words.none,
            found[way].end === undefined ? '–' : price(found[way].end),
          ],
        }))}
      />
    )
  if ('range' in found)
    return (
      <AlternativeTable
        title={words.zones}
        note={words.averageIs}
        heads={[heads.zone, heads.distance, heads.index]}
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
                      <small>{zone.kind === 'blackHole' ? words.dense : words.smooth}</small>
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
  const { tools: words } = useText().insight
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
                  {isChosen && i === 0 ? <span className="vh"> {words.chosen}</span> : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

type ToolWords = Text['insight']['tools']

function shortName(name: string, cluster: string | undefined, words: ToolWords): string {
  if (name === 'beyond cluster') return words.past(cluster ?? '')
  if (name === 'in cluster') return words.inside(cluster ?? '')
  return { 'plain ATR': '1.5 ATR', 'tight ATR': '0.5 ATR', yours: words.yours }[name] ?? name
}

function basisPoints(part: number): string {
  return `${(part * 1e4).toFixed(1)} bp`
}

function timeText(ms: number, words: ToolWords): string {
  return ms === 0 ? words.now : ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`
}
