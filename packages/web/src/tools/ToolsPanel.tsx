import type { ToolName } from '@liqscope/protocol'
import { useState } from 'react'
import { useApp, useScene } from '../app/context.ts'
import { formatPriceShort, formatShare } from '../format/number.ts'
import { amountQuery, Choice, Field, NoAnswer, OfNow } from '../insight/Field.tsx'
import { type InsightState, type Question, useInsight } from '../insight/use-insight.ts'
import { ToolAnswer } from './ToolAnswer.tsx'

const NAMES: readonly (readonly [ToolName, string])[] = [
  ['breakout', 'Breakout'],
  ['scalp', 'Scalp'],
  ['stop', 'Stop'],
  ['target', 'Target'],
  ['execution', 'Execution'],
  ['volatility', 'Volatility'],
]

const COLUMNS = 3

/** Six tiles, each with its answer; the open one with reason, alternatives, evidence and what a backtest says. */
export function ToolsPanel() {
  const { tickSize, map } = useScene()
  const market = useApp((state) => state.market)
  const [open, setOpen] = useState<ToolName>('stop')
  const [side, setSide] = useState<'long' | 'short'>('long')
  const [entry, setEntry] = useState('')
  const [size, setSize] = useState('')
  const [stop, setStop] = useState('')
  const isAsked = map !== undefined && market !== undefined
  const question = (words: Question) => (isAsked ? words : undefined)
  const position = { side, entry: amountQuery(entry), size: amountQuery(size) }
  const order = size.trim() === '' ? '1000000' : amountQuery(size)
  const tools = {
    breakout: useInsight('tools/breakout', question({})),
    scalp: useInsight('tools/scalp', question({})),
    stop: useInsight('tools/stop', question({ ...position, stop: amountQuery(stop) })),
    target: useInsight('tools/target', question(position)),
    execution: useInsight('tools/execution', question({ side: side === 'long' ? 'buy' : 'sell', size: order })),
    volatility: useInsight('tools/volatility', question({})),
  }
  const { found, error } = tools[open]
  const go = (step: number) => {
    const at = NAMES.findIndex(([name]) => name === open)
    const next = NAMES[at + step]?.[0]
    if (!next) return
    setOpen(next)
    document.getElementById(`tool-${next}`)?.focus()
  }
  return (
    <div className="columns">
      <div>
        <OfNow />
        <div className="tiles" role="tablist" aria-label="Tools">
          {NAMES.map(([name, text]) => (
            <button
              key={name}
              id={`tool-${name}`}
              type="button"
              role="tab"
              aria-selected={name === open}
              aria-controls="tool-answer"
              tabIndex={name === open ? 0 : -1}
              onClick={() => setOpen(name)}
              onKeyDown={({ key }) => {
                const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[key]
                if (step !== undefined) go(step)
              }}
            >
              <small>{text}</small>
              <TileAnswer state={tools[name]} tickSize={tickSize} />
            </button>
          ))}
        </div>
        {open === 'breakout' || open === 'scalp' || open === 'volatility' ? null : (
          <div className="ask-fields">
            <Choice
              label={open === 'execution' ? 'Order' : 'Position'}
              value={side}
              options={
                open === 'execution'
                  ? [
                      ['long', 'Buy'],
                      ['short', 'Sell'],
                    ]
                  : [
                      ['long', 'Long'],
                      ['short', 'Short'],
                    ]
              }
              onChange={setSide}
            />
            {open === 'execution' ? null : <Field label="Entry" value={entry} placeholder="mark" onChange={setEntry} />}
            <Field
              label="Size, USD"
              value={size}
              placeholder={open === 'execution' ? '1M' : 'none'}
              onChange={setSize}
            />
            {open === 'stop' ? <Field label="Your stop" value={stop} placeholder="none" onChange={setStop} /> : null}
          </div>
        )}
      </div>
      <div id="tool-answer" role="tabpanel" aria-labelledby={`tool-${open}`}>
        {error ? <NoAnswer>{error}</NoAnswer> : null}
        {!found && !error ? <NoAnswer>Asking the server.</NoAnswer> : null}
        {found ? <ToolAnswer name={open} found={found} tickSize={tickSize} /> : null}
      </div>
    </div>
  )
}

type AnyTool = InsightState<`tools/${ToolName}`>

function TileAnswer({ state: { found, error }, tickSize }: { readonly state: AnyTool; readonly tickSize: number }) {
  if (error) return <b className="none">Not answered</b>
  if (!found) return <b className="none">–</b>
  if (found.kind === 'noSignal') return <b className="none">No signal</b>
  if ('bias' in found)
    return (
      <b>
        {found.bias === 'up' ? 'Up' : 'Down'} {found.share.toFixed(2)}
      </b>
    )
  if ('breakEven' in found)
    return (
      <b>
        {formatPriceShort(found.entry, tickSize)} {found.side === 'long' ? 'bid' : 'ask'}
      </b>
    )
  if ('stop' in found) return <b>{formatPriceShort(found.stop, tickSize)}</b>
  if ('target' in found) return <b>{formatPriceShort(found.target, tickSize)}</b>
  if ('schedules' in found) return <b>{found.best === 'at once' ? 'At once' : `${found.slices} slices`}</b>
  return (
    <b>
      {formatShare(found.range, 1)} in {Math.round(found.horizonMs / 3_600_000)} h
    </b>
  )
}
