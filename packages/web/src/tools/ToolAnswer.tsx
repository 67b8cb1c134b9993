import type { EvidenceJson, TestedJson, ToolJson, ToolName } from '@liqscope/protocol'
import { formatChange, formatPriceShort, formatShare, formatUsd } from '../format/number.ts'
import { HowThis, NoAnswer } from '../insight/Field.tsx'
import { Alternatives } from './Alternatives.tsx'

type Answered = Extract<ToolJson, { readonly kind: 'answer' }>

/** One tool's answer: the answer, its reason, alternatives, evidence, and what a backtest found. */
export function ToolAnswer({
  name,
  found,
  tickSize,
}: {
  readonly name: ToolName
  readonly found: ToolJson
  readonly tickSize: number
}) {
  return (
    <>
      {found.kind === 'noSignal' ? (
        <NoAnswer>
          <b>No signal.</b> {found.reason}
        </NoAnswer>
      ) : (
        <>
          <Headline found={found} tickSize={tickSize} />
          <p>{found.reason}</p>
          <Alternatives found={found} tickSize={tickSize} />
          <h3>
            <span>Evidence</span>
          </h3>
          <dl className="pairs">
            {found.evidence.map((one) => (
              <EvidencePair key={one.text} one={one} tickSize={tickSize} />
            ))}
          </dl>
          {found.notes.map((note) => (
            <p className="dim" key={note}>
              {note}
            </p>
          ))}
        </>
      )}
      <Tested tested={found.tested} />
      <HowThis>
        <p>{HOW[name]}</p>
      </HowThis>
    </>
  )
}

const HOW: Readonly<Record<ToolName, string>> = {
  breakout:
    'A consolidation is 2, 4 or 8 hours whose range is at most 0.7 of what a price of the day’s volatility covers. Fuel is the estimated forced volume beyond each bound, as far as price moves in the horizon. Below 0.55 either way there is no bias.',
  scalp:
    'Entry half an average true range ahead of the zone, exit at the middle of its mass, stop as far behind as the exit is ahead. Without drift half of such trades win: the move has to be at least twice its cost.',
  stop: 'Half an average true range beyond the far edge of the nearest cluster that leaves room for it. Touch is first passage of a price without drift with the volatility of the last hour, four hours and day; its variance is spread, because forecasts of it are wrong.',
  target:
    'Half of the way from a zone’s near edge to the middle of its mass: forced orders of the other side fill a resting exit there. Of the zones in reach, the one with the highest touch × gain.',
  execution:
    'Cost is fees, half the spread and impact: the higher of what each slice takes from the measured book and two thirds of the square-root law. Risk is the price moving on what is left. The choice is the lowest cost + 10 × risk².',
  volatility:
    'The mean of the variances of the last hour, four hours and day, carried forward by the root of time; the range is that of a price without drift, its band includes how wrong such forecasts are.',
}

function Headline({ found, tickSize }: { readonly found: Answered; readonly tickSize: number }) {
  const [answer, rest] = headlineOf(found, tickSize)
  return (
    <p className="answer">
      <strong>{answer}</strong>
      <span>{rest}</span>
    </p>
  )
}

function headlineOf(found: Answered, tickSize: number): readonly [string, string] {
  const price = (value: number) => formatPriceShort(value, tickSize)
  if ('bias' in found)
    return [
      `${found.bias === 'up' ? 'Up' : 'Down'} ${found.share.toFixed(2)}`,
      `of the fuel; wrong at ${price(found.invalidation)}`,
    ]
  if ('breakEven' in found)
    return [
      price(found.entry),
      `${found.now ? `${found.side} now` : `${found.side === 'long' ? 'bid' : 'ask'} ahead of ${found.cluster}`}, exit ${price(found.exit)}, stop ${price(found.stop)}`,
    ]
  if ('stop' in found) return [price(found.stop), `stop, ${formatChange(found.stop / found.entry - 1)} from entry`]
  if ('target' in found)
    return [price(found.target), `target, ${formatChange(found.target / found.entry - 1)} from entry`]
  if ('schedules' in found)
    return [
      found.best === 'at once' ? 'At once' : found.best,
      `${(found.cost * 1e4).toFixed(1)} bp ± ${(found.risk * 1e4).toFixed(1)}, ${found.slices} ${found.slices === 1 ? 'slice' : 'slices'}`,
    ]
  return [
    formatShare(found.range, 2),
    `range in ${Math.round(found.horizonMs / 3_600_000)} h, 10–90 %: ${formatShare(found.rangeLow, 2)} – ${formatShare(found.rangeHigh, 2)}`,
  ]
}

function EvidencePair({ one, tickSize }: { readonly one: EvidenceJson; readonly tickSize: number }) {
  const { text, kind, value, low, high } = one
  const figure = (amount: number) => figureOf(amount, one.unit, tickSize)
  return (
    <>
      <dt>
        {text} <small>{kind === 'model' ? 'model' : kind}</small>
      </dt>
      <dd>
        {figure(value)}
        {low === undefined || high === undefined ? null : (
          <small>
            {' '}
            {figure(low)} – {figure(high)}
          </small>
        )}
      </dd>
    </>
  )
}

function figureOf(value: number, unit: EvidenceJson['unit'], tickSize: number): string {
  switch (unit) {
    case 'usd':
      return formatUsd(value)
    case 'price':
      return formatPriceShort(value, tickSize)
    case 'fraction':
      return formatShare(value, 2)
    case 'probability':
      return formatShare(value, 0)
    case 'ratio':
      return value.toFixed(2)
    case 'count':
      return value.toFixed(0)
  }
}

/** The tested gain over the plain rule, with its interval, or that there is none. */
function Tested({ tested }: { readonly tested: TestedJson }) {
  if (tested === null) return <p className="tested dim">Not tested against a plain rule yet.</p>
  const { over, unit, value, low, high, decisions, verdict, market, from, to } = tested
  const signed = (figure: number | null) =>
    figure === null ? '–' : `${figure < 0 ? '\u2212' : figure > 0 ? '+' : ''}${Math.abs(figure).toFixed(3)}`
  const words = {
    better: `Better than ${over}.`,
    'not better': `Not better than the plain rule (${over}).`,
    worse: `Worse than the plain rule (${over}).`,
    'too few': `Too few decisions to compare with ${over}.`,
  }[verdict]
  return (
    <div className="tested">
      <h3>
        <span>Backtest</span>
        <small>
          {market}, {from} – {to}
        </small>
      </h3>
      <dl className="pairs">
        <dt>
          Gain over {over}, {unit}
        </dt>
        <dd>
          {signed(value)}{' '}
          <small>
            {signed(low)} – {signed(high)}
          </small>
        </dd>
        <dt>Decisions</dt>
        <dd>{decisions}</dd>
      </dl>
      <p>
        <b>{words}</b> {verdict === 'not better' ? 'The 95 % interval includes zero.' : ''}
      </p>
    </div>
  )
}
