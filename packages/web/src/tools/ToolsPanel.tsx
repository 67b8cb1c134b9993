import type { ToolName } from '@liqscope/protocol'
import { useState } from 'react'
import { useApp, useScene, useText } from '../app/context.ts'
import { formatPriceShort, formatShare } from '../format/number.ts'
import { amountQuery, Choice, Field, NoAnswer, OfPast } from '../insight/Field.tsx'
import { type InsightState, type Question, useInsight } from '../insight/use-insight.ts'
import { ToolAnswer } from './ToolAnswer.tsx'

const COLUMNS = 3

/** Six tiles, each with its answer; the open one with reason, alternatives, evidence and what a backtest says. */
export function ToolsPanel() {
  const { tickSize, map } = useScene()
  const market = useApp((state) => state.market)
  const { insight } = useText()
  const words = insight.tools
  const names = Object.entries(words.names) as [ToolName, string][]
  /** Tools asked to answer although a test found them worse than a plain rule. */
  const [asked, setAsked] = useState<readonly ToolName[]>([])
  const [open, setOpen] = useState<ToolName>('stop')
  const [side, setSide] = useState<'long' | 'short'>('long')
  const [entry, setEntry] = useState('')
  const [size, setSize] = useState('')
  const [stop, setStop] = useState('')
  const isAsked = map !== undefined && market !== undefined
  const question = (name: ToolName, fields: Question) =>
    isAsked ? { ...fields, ...(asked.includes(name) ? { evenSo: 'true' } : {}) } : undefined
  const position = { side, entry: amountQuery(entry), size: amountQuery(size) }
  const order = size.trim() === '' ? '1000000' : amountQuery(size)
  const tools = {
    breakout: useInsight('tools/breakout', question('breakout', {})),
    scalp: useInsight('tools/scalp', question('scalp', {})),
    stop: useInsight('tools/stop', question('stop', { ...position, stop: amountQuery(stop) })),
    target: useInsight('tools/target', question('target', position)),
    execution: useInsight(
      'tools/execution',
      question('execution', { side: side === 'long' ? 'buy' : 'sell', size: order }),
    ),
    volatility: useInsight('tools/volatility', question('volatility', {})),
  }
  const { found, error } = tools[open]
  const go = (step: number) => {
    const at = names.findIndex(([name]) => name === open)
    const next = names[at + step]?.[0]
    if (!next) return
    setOpen(next)
    document.getElementById(`tool-${next}`)?.focus()
  }
  return (
    <div className="columns">
      <div>
        <OfPast />
        <div className="tiles" role="tablist" aria-label={words.caption}>
          {names.map(([name, text]) => (
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
              label={open === 'execution' ? words.order : words.position}
              value={side}
              options={
                open === 'execution'
                  ? [
                      ['long', words.buy],
                      ['short', words.sell],
                    ]
                  : [
                      ['long', insight.long],
                      ['short', insight.short],
                    ]
              }
              onChange={setSide}
            />
            {open === 'execution' ? null : (
              <Field label={words.entry} value={entry} placeholder={words.mark} onChange={setEntry} />
            )}
            <Field
              label={words.size}
              value={size}
              placeholder={open === 'execution' ? '1M' : words.none}
              onChange={setSize}
            />
            {open === 'stop' ? (
              <Field label={words.yourStop} value={stop} placeholder={words.none} onChange={setStop} />
            ) : null}
          </div>
        )}
      </div>
      <div id="tool-answer" role="tabpanel" aria-labelledby={`tool-${open}`}>
        {error ? <NoAnswer>{error}</NoAnswer> : null}
        {!found && !error ? <NoAnswer>{insight.asking}</NoAnswer> : null}
        {found ? (
          <ToolAnswer name={open} found={found} tickSize={tickSize} onEvenSo={() => setAsked([...asked, open])} />
        ) : null}
      </div>
    </div>
  )
}

type AnyTool = InsightState<`tools/${ToolName}`>

function TileAnswer({ state: { found, error }, tickSize }: { readonly state: AnyTool; readonly tickSize: number }) {
  const { tools: words } = useText().insight
  if (error) return <b className="none">{words.notAnswered}</b>
  if (!found) return <b className="none">–</b>
  if (found.kind === 'noSignal') return <b className="none">{words.noSignal}</b>
  if ('bias' in found)
    return (
      <b>
        {found.bias === 'up' ? words.up : words.down} {found.share.toFixed(2)}
      </b>
    )
  if ('breakEven' in found)
    return (
      <b>
        {formatPriceShort(found.entry, tickSize)} {found.side === 'long' ? words.bid : words.ask}
      </b>
    )
  if ('stop' in found) return <b>{formatPriceShort(found.stop, tickSize)}</b>
  if ('target' in found) return <b>{formatPriceShort(found.target, tickSize)}</b>
  if ('schedules' in found) return <b>{found.best === 'at once' ? words.atOnce : words.slices(found.slices)}</b>
  return <b>{words.rangeShort(formatShare(found.range, 1), Math.round(found.horizonMs / 3_600_000))}</b>
}
