import { LEVERAGE_GROUPS } from '@liqscope/engine'
import type { PositionSide } from '@liqscope/market'
import { useApp, useSession, useText } from '../app/context.ts'
import type { Palette } from '../theme/palette.ts'

interface LeverageLegendProps {
  readonly palette: Palette
  readonly sides: readonly PositionSide[]
  /** One × for all: the profile is narrow. */
  readonly isCompact?: boolean
}

/** Which tint is which leverage, both sides; pressing one leaves it out of map and profile. */
export function LeverageLegend({ palette, sides, isCompact = false }: LeverageLegendProps) {
  const session = useSession()
  const { picture: words } = useText()
  const hidden = useApp((state) => state.layout.hiddenLeverage)
  const nameOf = (group: string) => {
    if (group === 'unknown') return isCompact ? '?' : words.unknown
    return isCompact && group !== '100×' ? group.replace('×', '') : group
  }
  const toggle = (group: number) =>
    session.arrange({
      hiddenLeverage: hidden.includes(group) ? hidden.filter((other) => other !== group) : [...hidden, group].sort(),
    })
  return (
    <>
      {sides.map((side) => (
        <fieldset key={side} className="leverage-legend" title={words.heatmap.leverageTitle}>
          <legend className="vh">{side === 'short' ? words.shorts : words.longs}</legend>
          <span className={`side-name ${side}`} aria-hidden="true">
            <span className="long-name">{side === 'short' ? words.shorts : words.longs}</span>
            <span className="short-name">{side === 'short' ? words.shortLetter : words.longLetter}</span>
          </span>
          {LEVERAGE_GROUPS.map((name, group) => (
            <button
              key={name}
              type="button"
              className="leverage"
              aria-pressed={!hidden.includes(group)}
              aria-label={words.heatmap.leverageToggle(side === 'short' ? words.shorts : words.longs, name)}
              onClick={() => toggle(group)}
            >
              <i style={{ background: palette.tints[side][group] }} />
              {nameOf(name)}
            </button>
          ))}
        </fieldset>
      ))}
    </>
  )
}
