import type { FigureJson, HorizonJson, ScoreJson } from '@liqscope/protocol'
import { useApp, useSession, useText } from '../app/context.ts'
import { formatShare, formatUsd, UNKNOWN } from '../format/number.ts'
import { formatMoment } from '../format/time.ts'
import { currentMarket } from '../state/app-state.ts'
import { SkillTable } from './SkillTable.tsx'
import { formatFigure, formatReach } from './skill.ts'
import { useScore } from './use-score.ts'

type MarketScore = ScoreJson['members'][number]

/** How right the maps of this market were, its rivals beside it, losses first as wins are. */
export function AccuracyPanel() {
  const { accuracy: words } = useText()
  const market = useApp(currentMarket)
  const state = useScore(market?.id)
  if (state.kind === 'reading') return <p>{words.reading}</p>
  if (state.kind === 'failed') return <p>{words.failed(state.reason)}</p>
  const { score } = state
  const parts = score.members.length > 0 ? score.members : [score]
  return (
    <div className="columns accuracy">
      {score.members.length > 0 ? <p>{words.sum}</p> : null}
      {parts.map((part) => (
        <OneScore key={part.market} score={part} isMember={score.members.length > 0} />
      ))}
      <How market={score.market} />
    </div>
  )
}

function OneScore({ score, isMember }: { readonly score: MarketScore; readonly isMember: boolean }) {
  const { accuracy: words } = useText()
  const name = useApp((state) => state.markets.find(({ id }) => id === score.market)?.venueName) ?? score.market
  const scored = score.horizons.filter(({ figures }) => figures !== null)
  return (
    <div>
      {isMember ? <h3>{name}</h3> : null}
      {score.simulated ? <p className="sim-text">{words.simulated}</p> : null}
      <h3>
        <span>{words.skill}</span>
        <small>{words.interval}</small>
      </h3>
      <SkillTable horizons={score.horizons} />
      <Verdicts horizons={score.horizons} />
      {scored.length > 0 ? (
        <>
          <Explained horizons={scored} />
          <Sizes horizons={scored} />
        </>
      ) : null}
      <Frozen score={score} />
    </div>
  )
}

const VERDICTS = ['better', 'undecided', 'notBetter', 'notEnoughYet'] as const

/** A sentence for each verdict, with the hours ahead it holds for. */
function Verdicts({ horizons }: { readonly horizons: readonly HorizonJson[] }) {
  const { accuracy: words } = useText()
  return (
    <p>
      {VERDICTS.map((verdict) => {
        const hours = horizons.filter((horizon) => horizon.verdict === verdict).map((one) => words.hours(one.hours))
        return hours.length === 0 ? null : (
          <span key={verdict}>{words.verdicts[verdict](hours.reduce(words.and))} </span>
        )
      })}
    </p>
  )
}

/** Deviance explained: the map and its rivals in one table. */
function Explained({ horizons }: { readonly horizons: readonly HorizonJson[] }) {
  const { accuracy: words } = useText()
  const row = (name: string, of: (horizon: HorizonJson) => FigureJson | undefined, className = '') => (
    <tr className={className}>
      <th scope="row">{name}</th>
      {horizons.map((horizon) => (
        <FigureCell key={horizon.hours} figure={of(horizon)} />
      ))}
    </tr>
  )
  return (
    <>
      <h3>
        <span>{words.explained}</span>
        <small>{words.explainedScale}</small>
      </h3>
      <table className="data figures">
        <caption className="vh">{words.explainedCaption}</caption>
        <HorizonHead horizons={horizons} />
        <tbody>
          {row(words.map, ({ figures }) => figures?.devianceExplained, 'selected')}
          {row(words.freshness, ({ figures }) => figures?.rivalDevianceExplained.freshness)}
          {row(words.freshnessLeg, ({ figures }) => figures?.rivalDevianceExplained.freshnessLeg)}
        </tbody>
      </table>
    </>
  )
}

/** How much was expected and came, and whether the bands held. */
function Sizes({ horizons }: { readonly horizons: readonly HorizonJson[] }) {
  const { accuracy: words } = useText()
  const cells = (of: (figures: NonNullable<HorizonJson['figures']>) => string) =>
    horizons.map(({ hours, figures }) => <td key={hours}>{figures ? of(figures) : UNKNOWN}</td>)
  return (
    <>
      <h3>
        <span>{words.size}</span>
        <small>{words.sizeScale}</small>
      </h3>
      <table className="data figures">
        <caption className="vh">{words.size}</caption>
        <HorizonHead horizons={horizons} />
        <tbody>
          <tr>
            <th scope="row">{words.mass}</th>
            {horizons.map(({ hours, figures }) => (
              <FigureCell key={hours} figure={figures?.massRatio} />
            ))}
          </tr>
          <tr>
            <th scope="row">{words.band}</th>
            {cells(({ bandCoverage }) => formatShare(bandCoverage.value, 0))}
          </tr>
          <tr>
            <th scope="row">{words.expected}</th>
            {cells(({ expected }) => formatUsd(expected))}
          </tr>
          <tr>
            <th scope="row">{words.forced}</th>
            {cells(({ forced }) => formatUsd(forced))}
          </tr>
          <tr>
            <th scope="row">{words.missed}</th>
            {cells(({ missed }) => formatUsd(missed))}
          </tr>
          <tr>
            <th scope="row">{words.again}</th>
            {cells(({ again }) => formatUsd(again))}
          </tr>
        </tbody>
      </table>
    </>
  )
}

/** What the figures rest on, and the newest hash: whoever keeps it can tell that nothing was changed. */
function Frozen({ score }: { readonly score: MarketScore }) {
  const { accuracy: words } = useText()
  const unobserved = score.horizons[0]?.unobserved ?? 0
  const newest = score.snapshots[0]
  return (
    <>
      <p>
        {score.since === null
          ? words.noneFrozen
          : words.frozen(score.frozen, formatMoment(score.since), score.pending, unobserved)}{' '}
        {score.basis === 'replay' ? words.replayed : score.stored ? words.stored : words.notStored}
      </p>
      {newest ? (
        <p className="dim hash">
          {words.newest(formatMoment(newest.time))} <code>{newest.hash.slice(0, 16)}…</code>
        </p>
      ) : null}
      {score.notes.map((note) => (
        <p key={note} className="dim" lang="en">
          {note}
        </p>
      ))}
    </>
  )
}

function How({ market }: { readonly market: string }) {
  const { accuracy: words } = useText()
  const session = useSession()
  return (
    <div>
      <p className="dim">{words.how}</p>
      <div className="links">
        <a className="link-button" href={`/api/v1/score?${new URLSearchParams({ market })}`}>
          {words.asJson}
        </a>
        <button type="button" className="link-button" onClick={() => session.store.set({ dialog: 'how' })}>
          {words.howLink}
        </button>
      </div>
    </div>
  )
}

function HorizonHead({ horizons }: { readonly horizons: readonly HorizonJson[] }) {
  const { accuracy: words } = useText()
  return (
    <thead>
      <tr>
        <td />
        {horizons.map(({ hours }) => (
          <th key={hours} scope="col">
            {words.hours(hours)}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function FigureCell({ figure }: { readonly figure: FigureJson | undefined }) {
  if (!figure) return <td>{UNKNOWN}</td>
  return (
    <td>
      {formatFigure(figure.value)}
      <small>{formatReach(figure)}</small>
    </td>
  )
}
