import type { AlertRuleJson, AlertsJson } from '@liqscope/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useApp, useSession, useText } from '../app/context.ts'
import { formatUsd } from '../format/number.ts'
import { formatMoment } from '../format/time.ts'
import type { Text } from '../text/en/index.ts'
import { AlertForm } from './AlertForm.tsx'
import { deleteRule, getAlerts, mute, putRule, tryChannel } from './alerts-rest.ts'
import { mayNotify, sound } from './notify.ts'

/** Told alerts shown; the server keeps more. */
const SHOWN = 12
const MUTE_MINUTES = 60

/** Rules, what they told last, and where their messages go. */
export function AlertsPanel() {
  const words = useText().panels.alerts
  const session = useSession()
  const newest = useApp((state) => state.alert?.id)
  const market = useApp((state) => state.market)
  const [alerts, setAlerts] = useState<AlertsJson>()
  const [problem, setProblem] = useState<string>()
  const read = useCallback((signal?: AbortSignal) => {
    getAlerts(signal).then(setAlerts, (error: unknown) => {
      if (!signal?.aborted) setProblem(textOf(error))
    })
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new alert is when the list has to be read again
  useEffect(() => {
    const reading = new AbortController()
    read(reading.signal)
    return () => reading.abort()
  }, [read, newest])
  /** Does something and reads the list again; says what went wrong, and what went right to screen readers. */
  const act = (task: Promise<unknown>, done: string) => {
    setProblem(undefined)
    task.then(
      () => {
        session.announce(done)
        read()
      },
      (error: unknown) => setProblem(textOf(error)),
    )
  }
  if (!alerts) return <p>{problem ?? words.reading}</p>
  const { rules, told, channels, mutedUntil, mayChange, notes } = alerts
  return (
    <div className="columns">
      <div>
        <h3>
          <span>{words.rules}</span>
          <small>{mutedUntil === null ? '' : words.mutedUntil(formatMoment(mutedUntil))}</small>
        </h3>
        {mayChange ? null : <p className="dim">{words.readOnly}</p>}
        {notes.map((note) => (
          <p key={note} role="status">
            {note}
          </p>
        ))}
        {problem ? (
          <p className="warn" role="alert">
            {problem}
          </p>
        ) : null}
        {rules.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <ul className="alert-rules">
            {rules.map((rule) => (
              <li key={rule.id}>
                <span>
                  {ruleText(rule, words)} <span className="dim">{rule.market}</span>
                </span>
                {mayChange ? (
                  <button
                    type="button"
                    className="text-button"
                    aria-label={words.removeOne(ruleText(rule, words))}
                    onClick={() => act(deleteRule(rule.id), words.removed)}
                  >
                    {words.remove}
                  </button>
                ) : null}
              </li>
            ))}
          </ul>
        )}
        {mayChange && market ? (
          <AlertForm
            market={market}
            channels={channels.map(({ name }) => name)}
            onMake={(rule) => act(putRule(rule), words.made)}
          />
        ) : null}
        <h3>
          <span>{words.told}</span>
          <small>{words.newestFirst}</small>
        </h3>
        {told.length === 0 ? (
          <p>{words.nothingTold}</p>
        ) : (
          <ol className="alert-told">
            {told
              .slice(-SHOWN)
              .toReversed()
              .map(({ id, at, title, lines }) => (
                <li key={id}>
                  <span>
                    <time dateTime={new Date(at).toISOString()}>{formatMoment(at)}</time> {title}
                  </span>
                  {lines.slice(1).map((line) => (
                    <small key={line}>{line}</small>
                  ))}
                </li>
              ))}
          </ol>
        )}
      </div>
      <div>
        <h3>
          <span>{words.here}</span>
        </h3>
        <Here />
        <h3>
          <span>{words.channels}</span>
        </h3>
        {channels.length === 0 ? (
          <p>{words.noChannel}</p>
        ) : (
          <ul className="alert-rules">
            {channels.map(({ name, waiting, lastProblem }) => (
              <li key={name}>
                <span>
                  {name}{' '}
                  <span className={lastProblem && waiting > 0 ? 'warn' : 'dim'}>
                    {waiting > 0 ? words.waiting(waiting, lastProblem ?? '') : words.idle}
                  </span>
                </span>
                {mayChange ? (
                  <button
                    type="button"
                    className="text-button"
                    aria-label={words.tryOne(name)}
                    onClick={() => act(tryChannel(name), words.tried(name))}
                  >
                    {words.test}
                  </button>
                ) : null}
              </li>
            ))}
          </ul>
        )}
        {mayChange && channels.length > 0 ? (
          <button
            type="button"
            className="text-button"
            onClick={() => act(mute(mutedUntil === null ? MUTE_MINUTES : 0), words.changed)}
          >
            {mutedUntil === null ? words.mute : words.unmute}
          </button>
        ) : null}
      </div>
    </div>
  )
}

/** What this browser does with an alert. */
function Here() {
  const words = useText().panels.alerts
  const session = useSession()
  const { alertDesktop, alertSound } = useApp((state) => state.preference)
  return (
    <div className="alert-here">
      <label>
        <input
          type="checkbox"
          checked={alertDesktop}
          onChange={async ({ currentTarget: { checked } }) =>
            session.setPreference({ alertDesktop: checked && (await mayNotify()) })
          }
        />
        {words.desktop}
      </label>
      <label>
        <input
          type="checkbox"
          checked={alertSound}
          onChange={({ currentTarget: { checked } }) => {
            if (checked) sound()
            session.setPreference({ alertSound: checked })
          }}
        />
        {words.sound}
      </label>
    </div>
  )
}

type Words = Text['panels']['alerts']

function ruleText({ condition }: AlertRuleJson, words: Words): string {
  const { kinds } = words
  switch (condition.kind) {
    case 'approach':
      return words.approach(`${+(100 * condition.within).toFixed(2)} %`, amountText(condition.leastNotional, words))
    case 'sweep':
    case 'newCluster':
    case 'clusterGone':
      return `${kinds[condition.kind]}${amountText(condition.leastNotional, words)}`
    case 'cascade':
      return words.cascade(formatUsd(condition.leastNotional), Math.round(condition.windowMs / 1000))
    case 'gradientZone':
      return `${kinds.gradientZone}: ${words.zones[condition.zone]}`
    case 'stale':
      return kinds.stale
  }
}

function amountText(notional: number | undefined, words: Words): string {
  return notional === undefined || notional === 0 ? '' : words.from(formatUsd(notional))
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
