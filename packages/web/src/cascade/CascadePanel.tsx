import type { CascadeAnswerJson } from '@liqscope/protocol'
import { type ReactNode, useState } from 'react'
import { useApp, useScene, useText } from '../app/context.ts'
import { formatChange, formatPrice, formatPriceShort, formatShare, formatUsd } from '../format/number.ts'
import { useScenarioOnChart } from '../insight/chart-readers.tsx'
import { amountQuery, Choice, Field, HowThis, NoAnswer, OfPast, useReason } from '../insight/Field.tsx'
import { useInsight } from '../insight/use-insight.ts'
import type { Cluster } from '../state/app-state.ts'
import { CascadePicture } from './CascadePicture.tsx'

const NEAREST = 2
const MOST_ROUNDS = 8

/** What would follow if price went somewhere: a scenario, never a forecast. */
export function CascadePanel() {
  const { clusters, tickSize, price, map } = useScene()
  const market = useApp((state) => state.market)
  const isPast = useApp((state) => state.moment !== undefined)
  const { insight } = useText()
  const words = insight.cascade
  const reasonOf = useReason()
  const [to, setTo] = useState('')
  const [shock, setShock] = useState('')
  const [liquidity, setLiquidity] = useState<'book' | 'law'>('book')
  const { found, error } = useInsight(
    'cascade',
    map && market ? { to: amountQuery(to), shock: amountQuery(shock), liquidity, side: sideOf(to, shock) } : undefined,
  )
  useScenarioOnChart(isPast ? undefined : found)
  const quick = nearest(clusters)
  const isUp =
    found?.kind === 'answer' ? found.side === 'short' : price !== undefined && Number(amountQuery(to)) > price
  return (
    <div className="columns">
      <div>
        <OfPast />
        <h3>
          <span>{words.trigger}</span>
          <span className="scenario-badge">{words.scenario}</span>
        </h3>
        <div className="ask-fields">
          <Field
            label={isUp ? words.rises : words.falls}
            value={to}
            placeholder={found?.kind === 'answer' ? formatPriceShort(found.trigger, tickSize) : words.strongest}
            onChange={setTo}
          />
          <Field label={isUp ? words.buy : words.sell} value={shock} placeholder={words.noneOr} onChange={setShock} />
        </div>
        <div className="quick">
          {quick.map((cluster) => {
            const edge = formatPrice(nearEdge(cluster), tickSize)
            return (
              <button
                key={cluster.id}
                type="button"
                aria-pressed={to === edge}
                onClick={() => setTo(to === edge ? '' : edge)}
              >
                {words.to(cluster.id)}
              </button>
            )
          })}
        </div>
        {error ? <NoAnswer>{error}</NoAnswer> : null}
        {found?.kind === 'noSignal' ? (
          <>
            <NoAnswer>
              <b>{words.none}</b> {reasonOf(found)}
            </NoAnswer>
            {liquidity === 'book' && found.code.endsWith('Book') ? (
              <button type="button" className="link-button" onClick={() => setLiquidity('law')}>
                {words.useLaw}
              </button>
            ) : null}
          </>
        ) : null}
        {found?.kind === 'answer' ? <Answer found={found} tickSize={tickSize} /> : null}
        {!found && !error ? <NoAnswer>{insight.asking}</NoAnswer> : null}
      </div>
      <div>
        {found?.kind === 'answer' ? <Rounds found={found} clusters={clusters} tickSize={tickSize} /> : null}
        {liquidity === 'law' ? (
          <Choice
            label={words.depth}
            value={liquidity}
            options={[
              ['law', words.lawAlone],
              ['book', words.measured],
            ]}
            onChange={setLiquidity}
          />
        ) : null}
        <HowThis>
          <p>{words.howSteps}</p>
          <p>{words.howBands}</p>
        </HowThis>
      </div>
    </div>
  )
}

function Answer({ found, tickSize }: { readonly found: CascadeAnswerJson; readonly tickSize: number }) {
  const { end, trigger, price, endBand, forced, forcedBand, multiplier, multiplierBand, side, ranOut } = found
  const isLongs = side === 'long'
  const { cascade: words } = useText().insight
  return (
    <>
      <p className="answer">
        <strong>{formatPriceShort(end, tickSize)}</strong>
        <span>{words.ends(formatChange(end / price - 1))}</span>
      </p>
      <p>
        {words.beyond(
          formatChange(end / trigger - 1),
          formatPriceShort(Math.min(endBand.low, endBand.high), tickSize),
          formatPriceShort(Math.max(endBand.low, endBand.high), tickSize),
        )}{' '}
        {ranOut > 0.005 ? words.leave(formatShare(ranOut, 0)) : ''}
      </p>
      <dl className="pairs">
        <dt>{words.forced}</dt>
        <dd>
          {formatUsd(forced)}{' '}
          <small>
            {formatUsd(forcedBand.low)} – {formatUsd(forcedBand.high)}
          </small>
        </dd>
        <dt>{words.multiplier}</dt>
        <dd>
          {multiplier.toFixed(2)}{' '}
          <small>
            {multiplierBand.low.toFixed(2)} – {multiplierBand.high.toFixed(2)}
          </small>
        </dd>
        {found.tipping.map(({ from, to, ratio }) => (
          <Pair key={from} name={words.feeds(formatPriceShort(from, tickSize), formatPriceShort(to, tickSize))}>
            {words.upTo(ratio.toFixed(1))}
          </Pair>
        ))}
      </dl>
      <h3>
        <span>{words.byPrice}</span>
        <small>{words.per}</small>
      </h3>
      <CascadePicture found={found} tickSize={tickSize} />
      <div className="legend-row">
        <span>
          <i className={side} />
          {words.forcedEstimated}
        </span>
        <span>
          <i className="solid" />
          {isLongs ? words.bids : words.asks}, {found.basis.liquidity === 'book' ? words.observedThenLaw : words.law}
        </span>
        <span>
          <i className="dashed" />
          {words.waiting}
        </span>
      </div>
    </>
  )
}

function Pair({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Rounds({
  found,
  clusters,
  tickSize,
}: {
  readonly found: CascadeAnswerJson
  readonly clusters: readonly Cluster[]
  readonly tickSize: number
}) {
  const { rounds, side, basis } = found
  const { cascade: words } = useText().insight
  const inCluster = (price: number) =>
    clusters.find((one) => one.side === side && price >= one.low && price <= one.high)?.id
  return (
    <>
      <h3>
        <span>{words.rounds}</span>
        <small>{rounds.length}</small>
      </h3>
      <table className="data">
        <caption className="vh">{words.roundsCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.reaches}</th>
            <th scope="col">{side === 'long' ? words.bidsTook : words.asksTook}</th>
            <th scope="col">{words.insurance}</th>
            <th scope="col">{words.triggers}</th>
          </tr>
        </thead>
        <tbody>
          {rounds.slice(0, MOST_ROUNDS).map(({ price, sold, insured, triggered }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a round has no other name than its number
            <tr key={i}>
              <td>
                <span className={`id ${side}`}>{inCluster(price) ?? ''}</span>
                {formatPriceShort(price, tickSize)}
              </td>
              <td>{formatUsd(sold)}</td>
              <td>{formatUsd(insured)}</td>
              <td>{formatUsd(triggered)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rounds.length > MOST_ROUNDS ? <p className="dim">{words.more(rounds.length - MOST_ROUNDS)}</p> : null}
      <p>
        {basis.liquidity === 'book'
          ? words.book(
              formatUsd(basis.bookNotional),
              formatShare(basis.bookReach, 2),
              ((basis.bookAgeMs ?? 0) / 1000).toFixed(1),
            )
          : words.noBook}{' '}
        {basis.capture.factor < 1 ? words.capture(formatShare(basis.capture.factor, 0)) : ''}
      </p>
    </>
  )
}

function nearest(clusters: readonly Cluster[]): Cluster[] {
  const of = (side: Cluster['side']) =>
    clusters
      .filter((cluster) => cluster.side === side)
      .sort((a, b) => Math.abs(a.distance) - Math.abs(b.distance))
      .slice(0, NEAREST)
  return [...of('long').reverse(), ...of('short')]
}

function nearEdge({ side, low, high }: Cluster): number {
  return side === 'long' ? high : low
}

/** A shock alone goes down: it is what people fear. With a price, the price says where. */
function sideOf(to: string, shock: string): string | undefined {
  return to.trim() === '' && shock.trim() !== '' ? 'long' : undefined
}
