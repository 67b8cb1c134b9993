import { pictureOnScreen } from '../app/commands.ts'
import { marketName } from '../app/market-name.ts'
import { formatPrice, formatShare } from '../format/number.ts'
import { formatMoment, zoneName } from '../format/time.ts'
import { type AppState, currentMarket, dataAsOf, frozenReason, shownMap } from '../state/app-state.ts'
import { readPalette } from '../theme/palette.ts'
import { download } from './download.ts'

const HEADER_PX = 30
const FOOTER_PX = 24

/** Saves the picture as PNG, with what it is, its source, time and coverage written on it. */
export function saveSnapshot(state: AppState): void {
  const canvas = snapshotOf(state)
  canvas?.toBlob((blob) => {
    if (blob) download(blob, `${fileStem(state, state.layout.view)}.png`)
  })
}

/** `liqscope BTCUSDT binance map 2026-03-19T1432Z`. */
export function fileStem(state: AppState, what: string): string {
  const market = currentMarket(state)
  const at = state.moment ?? dataAsOf(state)
  const when = at === undefined ? '' : ` ${new Date(at).toISOString().slice(0, 16).replaceAll(':', '')}Z`
  const name = market ? `${marketName(market).replace('/', '')} ${market.venue}` : 'no market'
  return `liqscope ${name} ${what}${when}`
}

function snapshotOf(state: AppState): HTMLCanvasElement | undefined {
  const onScreen = pictureOnScreen()
  const picture = onScreen?.picture()
  const market = currentMarket(state)
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (!picture || !market || !context) return undefined
  const { page, picture: words } = state.text
  const ratio = window.devicePixelRatio || 1
  canvas.width = picture.width
  canvas.height = picture.height + (HEADER_PX + FOOTER_PX) * ratio
  const palette = readPalette(state.preference.theme, state.preference.sides)
  context.fillStyle = palette.bg
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(picture, 0, HEADER_PX * ratio)
  context.scale(ratio, ratio)
  const width = canvas.width / ratio
  const footer = picture.height / ratio + HEADER_PX + FOOTER_PX / 2
  const asOf = dataAsOf(state)
  const price = formatPrice(shownMap(state)?.price ?? market.price, market.tickSize)
  const then = state.moment === undefined ? '' : `  ${words.heatmap.knownThen(formatMoment(state.moment))}`
  const ink = (text: string, x: number, y: number, weight: number, size: number, colour: string) => {
    context.font = `${weight} ${size}px ${palette.font}`
    context.fillStyle = colour
    context.fillText(text, x, y)
  }
  context.textBaseline = 'middle'
  const title = `${marketName(market)}  ${price}  ${state.range}  ${page.pictureTitle[state.layout.view]}${then}`
  ink(title, 12, HEADER_PX / 2, 500, 13, palette.text)
  const when = asOf === undefined ? '–' : `${formatMoment(asOf)} ${zoneName(asOf)} ${new Date(asOf).getUTCFullYear()}`
  const source = `liqscope · ${market.venueName} · ${page.bar.asOf} ${when} · ${page.bar.coverage} ${formatShare(market.coverage)}`
  ink(source, 12, footer, 400, 11, palette.text2)
  context.textAlign = 'right'
  ink(`${words.estimated}, ${onScreen?.legend() ?? ''}`, width - 12, footer, 400, 11, palette.text2)
  if (market.simulated) ink(words.heatmap.simulated, width - 12, HEADER_PX / 2, 500, 13, palette.sim)
  else if (frozenReason(state)) ink(words.heatmap.notLive, width - 12, HEADER_PX / 2, 500, 13, palette.warn)
  return canvas
}
