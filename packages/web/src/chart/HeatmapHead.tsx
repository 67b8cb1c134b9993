import { useApp } from '../app/context.ts'
import { formatPrice, formatUsdRound } from '../format/number.ts'
import { formatDuration } from '../format/time.ts'
import { currentMarket } from '../state/app-state.ts'
import type { Hover, Scene } from './scene.ts'

/** Open, high, low and close of the bar pointed at, the newest otherwise. */
export function Ohlc({ scene, hover }: { readonly scene: Scene; readonly hover: Hover | undefined }) {
  const bars = scene.picture?.bars
  const bar =
    (hover?.openTime === undefined ? undefined : bars?.find(({ openTime }) => openTime === hover.openTime)) ??
    bars?.at(-1)
  if (!bar) return null
  return (
    <span className="ohlc desktop-only">
      {(['open', 'high', 'low', 'close'] as const).map((name) => (
        <span key={name}>
          <i>{name[0]?.toUpperCase()}</i>
          {formatPrice(bar[name], scene.tickSize)}
        </span>
      ))}
    </span>
  )
}

/** Says so when less is held than the range asks for. */
export function HeldNote() {
  const isShort = useApp((state) => state.picture?.complete === false)
  const market = useApp(currentMarket)
  const range = useApp((state) => state.range)
  if (!isShort || market?.from == null || market.to == null) return null
  return (
    <span className="warn not-phone" data-testid="held">
      {formatDuration(market.to - market.from)} held of {range}
    </span>
  )
}

/** Three circles and what they stand for. */
export function RingLegend({ reference }: { readonly reference: number }) {
  if (reference <= 0) return null
  return (
    <span className="ring-legend not-phone">
      <svg width="56" height="20" viewBox="0 0 56 20" aria-hidden="true">
        <circle cx="5" cy="10" r={9 * Math.sqrt(0.1)} />
        <circle cx="20" cy="10" r={9 * Math.sqrt(0.4)} />
        <circle cx="44" cy="10" r="9" />
      </svg>
      <span>
        Observed<span className="wide-only"> forced orders</span>{' '}
        {[0.1, 0.4, 1].map((share) => formatUsdRound(share * reference)).join(', ')}
      </span>
    </span>
  )
}
