import { SkillNote } from '../accuracy/SkillNote.tsx'
import { useApp, useText } from '../app/context.ts'
import { AsOf } from '../app/ViewBar.tsx'
import { HowButton, ThresholdSlider, UnitSwitch } from '../chart/HeatLegend.tsx'
import { LeverageLegend } from '../chart/LeverageLegend.tsx'
import type { Scene } from '../chart/scene.ts'
import { formatStep } from '../format/number.ts'
import { formatMoment } from '../format/time.ts'
import { currentMarket } from '../state/app-state.ts'

/** Below this width the legend has room for one × only. */
const PHONE_PX = 600

interface MapHeadProps {
  readonly scene: Scene
  readonly rowStep: number
  readonly width: number
}

/** The words over the map: what a bar is, its legend and its switches. */
export function MapHead({ scene, rowStep, width }: MapHeadProps) {
  const { map: words } = useText().picture
  const market = useApp(currentMarket)
  const { moment } = scene
  return (
    <div className="chart-head">
      <div>
        <div className="row">
          <b>
            <span className="phone-only">{words.titleShort}</span>
            <span className="not-phone">
              {moment === undefined ? words.title : words.titleThen(formatMoment(moment))}
            </span>
          </b>
          <span className="desktop-only ellipsis">
            {words.meaning(rowStep > 0 ? formatStep(rowStep) : '', market?.venueName ?? '')}
          </span>
          <SkillNote />
          <span className="grow" />
          <UnitSwitch />
          <ThresholdSlider />
          <HowButton />
          <span className="phone-only">
            <AsOf />
          </span>
        </div>
        <div className="row legends">
          <LeverageLegend palette={scene.palette} sides={['short', 'long']} isCompact={width < PHONE_PX} />
          <span className="leverage-legend not-phone">
            <svg width="16" height="8" viewBox="0 0 16 8" aria-hidden="true">
              <path className="curve" d="M0 7 16 1" />
            </svg>
            {words.cumulative} <span className="desktop-only">{words.fromPrice}</span>
          </span>
          <span className="leverage-legend not-phone" title={words.maxPainMeaning}>
            ▾ {words.maxPain}
          </span>
          {scene.layout.unit === 'usd' ? <span className="leverage-legend not-phone">│ 10–90 %</span> : null}
        </div>
      </div>
    </div>
  )
}
