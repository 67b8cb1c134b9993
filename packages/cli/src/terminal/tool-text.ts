import type { EvidenceJson, TestedJson, ToolJson } from '@liqscope/protocol'
import { percentText, priceText, usd } from './figures.ts'
import { head, row, share } from './insight-text.ts'

type Answered = Extract<ToolJson, { readonly kind: 'answer' }>

/** A tool's answer for people: the answer, its reason, alternatives, evidence, and what a backtest says of it. */
export function toolText(found: ToolJson): string {
  if (found.kind === 'noSignal') return [head(found), `no signal: ${found.reason}`, testedLine(found.tested)].join('\n')
  return [
    head(found),
    ...standingLine(found.tested),
    ...answerLines(found),
    '',
    ...found.evidence.map(evidenceLine),
    ...found.notes.map((note) => `note: ${note}`),
    testedLine(found.tested),
  ].join('\n')
}

function answerLines(found: Answered): string[] {
  if ('candidates' in found)
    return [
      `stop ${priceText(found.stop)}, ${percentText(-found.risk)} from entry ${priceText(found.entry)} (${found.side})`,
      found.reason,
      '',
      row('stop', ['', 'risk', 'touched', 'then back', 'slippage', 'cost']),
      ...found.candidates.map(({ name, cluster, price, risk, touch, back, slippage, cost }) =>
        row(priceText(price), [
          `${name}${cluster === undefined ? '' : ` ${cluster}`}`,
          percentText(-risk),
          share(touch),
          share(back),
          slippage === undefined ? '-' : basisPoints(slippage),
          basisPoints(cost),
        ]),
      ),
    ]
  if ('zones' in found)
    return [
      `target ${priceText(found.target)}, ${percentText(found.gain)} from entry ${priceText(found.entry)} (${found.side})`,
      found.reason,
      '',
      row('target', ['', 'gain', 'touched', 'forced there', 'filled']),
      ...found.zones.map(({ cluster, price, gain, touch, liquidity, filled }) =>
        row(priceText(price), [
          cluster ?? 'plain ATR',
          percentText(gain),
          share(touch),
          usd(liquidity),
          filled === undefined ? '-' : share(filled),
        ]),
      ),
    ]
  if ('breakEven' in found)
    return [
      `${found.side} ${found.now ? 'now' : `at ${priceText(found.entry)}`}, exit ${priceText(found.exit)} in ${found.cluster}, stop ${priceText(found.stop)}`,
      found.reason,
      `breaks even when ${share(found.breakEven)} reach the exit first; a price without drift does in 50 %`,
    ]
  if ('bias' in found)
    return [
      `${found.bias} ${found.share.toFixed(2)}, wrong at ${priceText(found.invalidation)}`,
      found.reason,
      ...(['up', 'down'] as const).map((way) => {
        const { bound, fuel, clusters, end } = found[way]
        return `${way}: beyond ${priceText(bound)} ${usd(fuel)}${clusters.length > 0 ? ` in ${clusters.join(', ')}` : ''}${end === undefined ? '' : `, scenario ends at ${priceText(end)}`}`
      }),
    ]
  if ('schedules' in found)
    return [
      `${found.best}: ${basisPoints(found.cost)} expected, ± ${basisPoints(found.risk)} (${found.side} ${usd(found.size)})`,
      found.reason,
      '',
      row('', ['cost', 'impact', 'risk', 'slices', 'hours']),
      ...found.schedules.map(({ name, cost, impact, risk, slices, durationMs }) =>
        row(name.padEnd(18), [
          basisPoints(cost),
          basisPoints(impact),
          basisPoints(risk),
          String(slices.length),
          (durationMs / 3_600_000).toFixed(1),
        ]),
      ),
    ]
  return [
    `${(found.range * 100).toFixed(2)} % in ${found.horizonMs / 3_600_000} h (10-90 %: ${(found.rangeLow * 100).toFixed(2)} to ${(found.rangeHigh * 100).toFixed(2)}), ${found.regime}`,
    found.reason,
  ]
}

/** Before the answer: an answer that no test found better than the plain rule says so first. */
function standingLine(tested: TestedJson): string[] {
  if (tested === null || tested.verdict === 'better') return []
  const words = { 'not better': 'NOT BETTER than', worse: 'WORSE than', 'too few': 'NOT SHOWN better than' }
  return [`${words[tested.verdict]} ${tested.over} in the backtest`]
}

function testedLine(tested: TestedJson): string {
  if (tested === null) return 'tested: not yet'
  const { over, unit, value, low, high, decisions, verdict, market, from, to } = tested
  const figure =
    value === null ? '-' : `${value.toFixed(3)} [${low?.toFixed(3) ?? '-'}, ${high?.toFixed(3) ?? '-'}] ${unit}`
  return `tested on ${market}, ${from} to ${to}: ${figure} over ${over}, ${decisions} decisions: ${verdict}${verdict === 'not better' ? ' than the plain rule' : ''}`
}

function basisPoints(part: number): string {
  return `${(part * 1e4).toFixed(1)} bp`
}

function evidenceLine({ text, kind, value, low, high, unit }: EvidenceJson): string {
  const figure = (amount: number) =>
    unit === 'usd'
      ? usd(amount)
      : unit === 'price'
        ? priceText(amount)
        : unit === 'fraction'
          ? `${(amount * 100).toFixed(2)} %`
          : unit === 'probability'
            ? share(amount)
            : String(Number(amount.toPrecision(3)))
  const band = low === undefined || high === undefined ? '' : ` (${figure(low)} to ${figure(high)})`
  return `${text}: ${figure(value)}${band} [${kind}]`
}
