import type { CascadeAnswerJson } from '@liqscope/protocol'
import { type ReactNode, useState } from 'react'
import { useApp, useScene } from '../app/context.ts'
import { formatChange, formatPrice, formatPriceShort, formatShare, formatUsd } from '../format/number.ts'
import { useScenarioOnChart } from '../insight/chart-readers.tsx'
import { amountQuery, Choice, Field, HowThis, NoAnswer, OfNow } from '../insight/Field.tsx'
import { useInsight } from '../insight/use-insight.ts'
import type { Cluster } from '../state/app-state.ts'
import { CascadePicture } from './CascadePicture.tsx'

const NEAREST = 2
const MOST_ROUNDS = 8

/** What would follow if price went somewhere: a scenario, never a forecast. */
export function CascadePanel() {
  const { clusters, tickSize, price, map } = useScene()
  const market = useApp((state) => state.market)
  const [to, setTo] = useState('')
  const [shock, setShock] = useState('')
  const [liquidity, setLiquidity] = useState<'book' | 'law'>('book')
  const { found, error } = useInsight(
    'cascade',
    map && market ? { to: amountQuery(to), shock: amountQuery(shock), liquidity, side: sideOf(to, shock) } : undefined,
  )
  useScenarioOnChart(found)
  const quick = nearest(clusters)
  const isUp =
    found?.kind === 'answer' ? found.side === 'short' : price !== undefined && Number(amountQuery(to)) > price
  return (
    <div className="columns">
      <div>
        <OfNow />
        <h3>
          <span>Trigger</span>
          <span className="scenario-badge">Scenario, not a forecast</span>
        </h3>
        <div className="ask-fields">
          <Field
            label={isUp ? 'Price rises to' : 'Price falls to'}
            value={to}
            placeholder={
              found?.kind === 'answer' ? formatPriceShort(found.trigger, tickSize) : 'strongest near cluster'
            }
            onChange={setTo}
          />
          <Field
            label={isUp ? 'Extra market buy, USD' : 'Extra market sell, USD'}
            value={shock}
            placeholder="none, or 25M"
            onChange={setShock}
          />
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
                To {cluster.id}
              </button>
            )
          })}
        </div>
        {error ? <NoAnswer>{error}</NoAnswer> : null}
        {found?.kind === 'noSignal' ? (
          <>
            <NoAnswer>
              <b>No scenario.</b> {found.reason}
            </NoAnswer>
            {liquidity === 'book' && /order book/i.test(found.reason) ? (
              <button type="button" className="link-button" onClick={() => setLiquidity('law')}>
                Use the square-root law instead of a book
              </button>
            ) : null}
          </>
        ) : null}
        {found?.kind === 'answer' ? <Answer found={found} tickSize={tickSize} /> : null}
        {!found && !error ? <NoAnswer>Asking the server.</NoAnswer> : null}
      </div>
      <div>
        {found?.kind === 'answer' ? <Rounds found={found} clusters={clusters} tickSize={tickSize} /> : null}
        {liquidity === 'law' ? (
          <Choice
            label="Depth"
            value={liquidity}
            options={[
              ['law', 'Square-root law alone'],
              ['book', 'Measured order book'],
            ]}
            onChange={setLiquidity}
          />
        ) : null}
        <HowThis>
          <p>
            The move to the trigger is taken as sudden. What it forces is sold into the order book as it stands, moved
            to the trigger; that moves price, which forces more, in rounds, until a round forces next to nothing. Half
            of the consumed depth comes back between rounds. Beyond the book, depth follows the square-root law of
            impact.
          </p>
          <p>
            Bands are 10–90 % of 1,000 paths over what is not known: how much is really forced, how much of the shown
            depth is there, how fast it refills. The multiplier is all that is sold over what started it, 1 / (1 − n).
          </p>
        </HowThis>
      </div>
    </div>
  )
}

function Answer({ found, tickSize }: { readonly found: CascadeAnswerJson; readonly tickSize: number }) {
  const { end, trigger, price, endBand, forced, forcedBand, multiplier, multiplierBand, side, ranOut } = found
  const isLongs = side === 'long'
  return (
    <>
      <p className="answer">
        <strong>{formatPriceShort(end, tickSize)}</strong>
        <span>chain ends, {formatChange(end / price - 1)} from the mark</span>
      </p>
      <p>
        {formatChange(end / trigger - 1)} beyond the trigger. 10–90 %:{' '}
        {formatPriceShort(Math.min(endBand.low, endBand.high), tickSize)} –{' '}
        {formatPriceShort(Math.max(endBand.low, endBand.high), tickSize)}
        {ranOut > 0.005 ? `; ${formatShare(ranOut, 0)} of paths leave the map and end farther` : ''}.
      </p>
      <dl className="pairs">
        <dt>Forced in all, estimated</dt>
        <dd>
          {formatUsd(forced)}{' '}
          <small>
            {formatUsd(forcedBand.low)} – {formatUsd(forcedBand.high)}
          </small>
        </dd>
        <dt>Multiplier</dt>
        <dd>
          {multiplier.toFixed(2)}{' '}
          <small>
            {multiplierBand.low.toFixed(2)} – {multiplierBand.high.toFixed(2)}
          </small>
        </dd>
        {found.tipping.map(({ from, to, ratio }) => (
          <Pair
            key={from}
            name={`Feeds itself ${formatPriceShort(from, tickSize)} – ${formatPriceShort(to, tickSize)}`}
          >
            up to {ratio.toFixed(1)} × depth
          </Pair>
        ))}
      </dl>
      <h3>
        <span>By price</span>
        <small>USD per 0.05 %</small>
      </h3>
      <CascadePicture found={found} tickSize={tickSize} />
      <div className="legend-row">
        <span>
          <i className={side} />
          forced, estimated
        </span>
        <span>
          <i className="solid" />
          {isLongs ? 'bids' : 'asks'}, {found.basis.liquidity === 'book' ? 'observed, then law' : 'square-root law'}
        </span>
        <span>
          <i className="dashed" />
          not yet absorbed, scenario
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
  const inCluster = (price: number) =>
    clusters.find((one) => one.side === side && price >= one.low && price <= one.high)?.id
  return (
    <>
      <h3>
        <span>Rounds</span>
        <small>{rounds.length}</small>
      </h3>
      <table className="data">
        <caption className="vh">Rounds of forced orders, in order</caption>
        <thead>
          <tr>
            <th scope="col">Reaches</th>
            <th scope="col">{side === 'long' ? 'Bids took' : 'Asks took'}</th>
            <th scope="col">Insurance</th>
            <th scope="col">Triggers</th>
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
      {rounds.length > MOST_ROUNDS ? <p className="dim">and {rounds.length - MOST_ROUNDS} more.</p> : null}
      <p>
        {basis.liquidity === 'book'
          ? `Book: ${formatUsd(basis.bookNotional)} within ${formatShare(basis.bookReach, 2)}, ${((basis.bookAgeMs ?? 0) / 1000).toFixed(1)} s old; beyond it the square-root law.`
          : 'No book: depth is what the square-root law implies.'}
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
