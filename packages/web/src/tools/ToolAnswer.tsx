import type { EvidenceJson, TestedJson, ToolJson, ToolName } from '@liqscope/protocol'
import { useText } from '../app/context.ts'
import { formatChange, formatPriceShort, formatShare, formatUsd } from '../format/number.ts'
import { HowThis, NoAnswer, useReason } from '../insight/Field.tsx'
import type { Text } from '../text/en/index.ts'
import { Alternatives } from './Alternatives.tsx'

type Answered = Extract<ToolJson, { readonly kind: 'answer' }>

/** One tool's answer: the answer, its reason, alternatives, evidence, and what a backtest found. */
export function ToolAnswer({
  name,
  found,
  tickSize,
  onEvenSo,
}: {
  readonly name: ToolName
  readonly found: ToolJson
  readonly tickSize: number
  /** Asks a tool that gives no instruction to give it all the same. */
  readonly onEvenSo: () => void
}) {
  const { tools: words } = useText().insight
  const reasonOf = useReason()
  return (
    <>
      {found.kind === 'noSignal' ? (
        <>
          <NoAnswer>
            <b>{words.noSignal}.</b> {reasonOf(found)}
          </NoAnswer>
          {found.code === 'worseThanPlain' ? (
            <button type="button" className="link-button" onClick={onEvenSo}>
              {words.evenSo}
            </button>
          ) : null}
        </>
      ) : (
        <>
          <Standing tested={found.tested} />
          <Headline found={found} tickSize={tickSize} />
          <p>{found.reason}</p>
          <Alternatives found={found} tickSize={tickSize} />
          <h3>
            <span>{words.evidence}</span>
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
        <p>{words.how[name]}</p>
      </HowThis>
    </>
  )
}

function Headline({ found, tickSize }: { readonly found: Answered; readonly tickSize: number }) {
  const { insight } = useText()
  const [answer, rest] = headlineOf(found, tickSize, insight)
  return (
    <p className="answer">
      <strong>{answer}</strong>
      <span>{rest}</span>
    </p>
  )
}

function headlineOf(found: Answered, tickSize: number, insight: Text['insight']): readonly [string, string] {
  const { tools: words } = insight
  const price = (value: number) => formatPriceShort(value, tickSize)
  if ('bias' in found)
    return [
      `${found.bias === 'up' ? words.up : words.down} ${found.share.toFixed(2)}`,
      words.ofFuel(price(found.invalidation)),
    ]
  if ('breakEven' in found)
    return [
      `${price(found.entry)} ${found.side === 'long' ? words.bid : words.ask}`,
      words.scalp(price(found.exit), price(found.stop), found.cluster),
    ]
  if ('stop' in found) return [price(found.stop), words.stopFrom(formatChange(found.stop / found.entry - 1))]
  if ('target' in found) return [price(found.target), words.targetFrom(formatChange(found.target / found.entry - 1))]
  if ('schedules' in found)
    return [
      found.best === 'at once' ? words.atOnce : found.best,
      `${(found.cost * 1e4).toFixed(1)} bp ± ${(found.risk * 1e4).toFixed(1)}, ${words.slices(found.slices)}`,
    ]
  return [
    formatShare(found.range, 2),
    words.range(
      Math.round(found.horizonMs / 3_600_000),
      formatShare(found.rangeLow, 2),
      formatShare(found.rangeHigh, 2),
    ),
  ]
}

function EvidencePair({ one, tickSize }: { readonly one: EvidenceJson; readonly tickSize: number }) {
  const { text, kind, value, low, high } = one
  const { kinds } = useText().insight.tools
  const figure = (amount: number) => figureOf(amount, one.unit, tickSize)
  return (
    <>
      <dt>
        {text} <small>{kinds[kind]}</small>
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

/** Before the answer: one that no test found better than a plain rule says so first. */
function Standing({ tested }: { readonly tested: TestedJson }) {
  const { verdicts } = useText().insight.tools
  if (tested === null || tested.verdict === 'better') return null
  return (
    <NoAnswer>
      <b>{verdicts[tested.verdict](tested.over)}</b>
    </NoAnswer>
  )
}

/** The tested gain over the plain rule, with its interval, or that there is none. */
function Tested({ tested }: { readonly tested: TestedJson }) {
  const { tools: words } = useText().insight
  if (tested === null) return <p className="tested dim">{words.untested}</p>
  const { over, unit, value, low, high, decisions, verdict, market, from, to } = tested
  const signed = (figure: number | null) =>
    figure === null ? '–' : `${figure < 0 ? '\u2212' : figure > 0 ? '+' : ''}${Math.abs(figure).toFixed(3)}`
  return (
    <div className="tested">
      <h3>
        <span>{words.backtest}</span>
        <small>
          {market}, {from} – {to}
        </small>
      </h3>
      <dl className="pairs">
        <dt>{words.gain(over, unit)}</dt>
        <dd>
          {signed(value)}{' '}
          <small>
            {signed(low)} – {signed(high)}
          </small>
        </dd>
        <dt>{words.decisions}</dt>
        <dd>{decisions}</dd>
      </dl>
      <p>
        <b>{words.verdicts[verdict](over)}</b>
      </p>
    </div>
  )
}
