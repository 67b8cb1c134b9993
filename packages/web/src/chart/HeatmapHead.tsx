import { SkillNote } from '../accuracy/SkillNote.tsx'
import { useApp, useText } from '../app/context.ts'
import { AsOf } from '../app/ViewBar.tsx'
import { formatPrice, formatShare, formatUsd, formatUsdRound } from '../format/number.ts'
import { formatDuration, formatInterval, formatMoment } from '../format/time.ts'
import { currentMarket, dataAsOf } from '../state/app-state.ts'
import { HowButton, Ramp, ThresholdSlider, UnitSwitch } from './HeatLegend.tsx'
import { LeverageLegend } from './LeverageLegend.tsx'
import type { Hover, Scene } from './scene.ts'

interface HeatmapHeadProps {
  readonly scene: Scene
  readonly hover: Hover | undefined
  /** USD at strength 100, per row, of the heat and of the profile. */
  readonly full: number
  readonly rowStep: number
  readonly mapFull: number
  /** USD of the longest outline of known positions. */
  readonly knownFull: number
  /** USD of the largest ring. */
  readonly rings: number
}

/** The words over chart, profile and axis: what is drawn, its scale and its switches. */
export function HeatmapHead({ scene, hover, full, rowStep, mapFull, knownFull, rings }: HeatmapHeadProps) {
  const { picture: words } = useText()
  const market = useApp(currentMarket)
  const { picture, moment, layout } = scene
  return (
    <div className="chart-head with-profile">
      <div>
        <div className="row">
          <b>{picture ? formatInterval(picture.intervalMs) : '–'}</b>
          <Ohlc scene={scene} hover={hover} />
          <HeldNote />
          <SkillNote />
          <NextEvent scene={scene} />
          <span className="grow" />
          <RingLegend reference={rings} />
          <span className="phone-only">
            <AsOf />
          </span>
        </div>
        <div className="row">
          <span className="not-phone">{words.estimated}</span>
          <Ramp colours={scene.colours} full={full} rowStep={rowStep} />
          {layout.hiddenLeverage.length > 0 ? <small className="wide-only">{words.heatmap.allLeverage}</small> : null}
          <span className="grow" />
          <UnitSwitch />
          <ThresholdSlider />
          <HowButton />
        </div>
      </div>
      <div className="profile-head">
        <div className="row">
          <b>{moment === undefined ? words.heatmap.nowEstimated : words.heatmap.thenEstimated(formatMoment(moment))}</b>
          {mapFull > 0 && moment === undefined ? (
            <small className="wide-only">{words.heatmap.full(formatUsd(mapFull))}</small>
          ) : null}
          <KnownNote scene={scene} full={knownFull} />
        </div>
        <LeverageLegend palette={scene.palette} sides={['short', 'long']} isCompact />
      </div>
      <div className="axis-head">
        <div className="row">{market?.quote ?? ''}</div>
      </div>
    </div>
  )
}

/** Open, high, low and close of the bar pointed at, the newest otherwise. */
function Ohlc({ scene, hover }: { readonly scene: Scene; readonly hover: Hover | undefined }) {
  const { heatmap: words } = useText().picture
  const bars = scene.picture?.bars
  const bar =
    (hover?.openTime === undefined ? undefined : bars?.find(({ openTime }) => openTime === hover.openTime)) ??
    bars?.at(-1)
  if (!bar) return null
  return (
    <span className="ohlc desktop-only">
      {(['open', 'high', 'low', 'close'] as const).map((name) => (
        <span key={name}>
          <i>{words[name]}</i>
          {formatPrice(bar[name], scene.tickSize)}
        </span>
      ))}
    </span>
  )
}

/** Says so when less is held than the range asks for. */
function HeldNote() {
  const { heatmap: words } = useText().picture
  const isShort = useApp((state) => state.picture?.complete === false)
  const market = useApp(currentMarket)
  const range = useApp((state) => state.range)
  if (!isShort || market?.from == null || market.to == null) return null
  return (
    <span className="warn not-phone" data-testid="held">
      {words.heldOf(formatDuration(market.to - market.from), range)}
    </span>
  )
}

/** Events further away than this are for a calendar. */
const NEXT_EVENT_MS = 2 * 86_400_000

/** What the loaded calendar says comes next. */
function NextEvent({ scene: { calendar, layout } }: { readonly scene: Scene }) {
  const asOf = useApp(dataAsOf)
  if (!calendar || asOf === undefined || !layout.overlays.includes('events')) return null
  const next = calendar.events.find(({ time }) => time > asOf)
  if (!next || next.time - asOf > NEXT_EVENT_MS) return null
  return (
    <span className="next-event desktop-only" title={formatMoment(next.time)}>
      {next.title}, {formatDuration(Math.floor((next.time - asOf) / 60_000) * 60_000)}
    </span>
  )
}

/** The outlines in a sentence, for those who do not see them; the picture itself says share and scale. */
function KnownNote({ scene: { known }, full }: { readonly scene: Scene; readonly full: number }) {
  const { heatmap: words } = useText().picture
  if (!known || known.positions.length === 0) return null
  return (
    <span className="vh" data-testid="known">
      {words.knownTitle({
        venue: known.venueName,
        positions: known.positions.length,
        accounts: known.accounts,
        share: known.coverage === null ? undefined : formatShare(known.coverage),
        longest: full > 0 ? formatUsdRound(full) : undefined,
      })}
    </span>
  )
}

/** Three circles and what they stand for. */
function RingLegend({ reference }: { readonly reference: number }) {
  const { heatmap: words } = useText().picture
  if (reference <= 0) return null
  return (
    <span className="ring-legend not-phone">
      <span className="wide-only">
        <RingScale shares={[0.1, 0.4, 1]} reference={reference} words={words.forcedOrders} />
      </span>
      <span className="not-wide">
        <RingScale shares={[0.1, 1]} reference={reference} words={words.forcedOrdersShort} />
      </span>
    </span>
  )
}

const RING_PX = 9

/** Rings of these shares of the reference, and what each stands for. */
function RingScale({
  shares,
  reference,
  words,
}: {
  readonly shares: readonly number[]
  readonly reference: number
  readonly words: string
}) {
  const radii = shares.map((share) => RING_PX * Math.sqrt(share))
  const width = 2 + radii.reduce((sum, radius) => sum + 2 * radius + 4, 0)
  return (
    <span className="ring-scale">
      <svg width={width} height="20" viewBox={`0 0 ${width} 20`} aria-hidden="true">
        {radii.map((radius, i) => (
          <circle
            key={radius}
            cx={1 + radius + radii.slice(0, i).reduce((sum, before) => sum + 2 * before + 4, 0)}
            cy="10"
            r={radius}
          />
        ))}
      </svg>
      {words} {shares.map((share) => formatUsdRound(share * reference)).join(' / ')}
    </span>
  )
}
