import { formatPrice, formatShare } from '../format/number.ts'
import { formatAsOf } from '../format/time.ts'
import { type AppState, currentMarket, dataAsOf, frozenReason } from '../state/app-state.ts'
import { readPalette } from '../theme/palette.ts'
import { pictureOnScreen } from './commands.ts'

const HEADER_PX = 30
const FOOTER_PX = 24

/** Saves the picture as PNG, with what it is, its source, time and coverage written on it. */
export function saveSnapshot(state: AppState): void {
  const onScreen = pictureOnScreen()
  const picture = onScreen?.picture()
  const market = currentMarket(state)
  if (!picture || !market) return
  const ratio = window.devicePixelRatio || 1
  const canvas = document.createElement('canvas')
  canvas.width = picture.width
  canvas.height = picture.height + (HEADER_PX + FOOTER_PX) * ratio
  const context = canvas.getContext('2d')
  if (!context) return
  const palette = readPalette(state.preference.theme, state.preference.sides)
  context.fillStyle = palette.bg
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(picture, 0, HEADER_PX * ratio)
  context.scale(ratio, ratio)
  const width = canvas.width / ratio
  const asOf = dataAsOf(state)
  const name = `${market.simulated ? 'SIM-' : ''}${market.base}/${market.quote}`
  context.textBaseline = 'middle'
  context.font = `500 13px ${palette.font}`
  context.fillStyle = palette.text
  context.fillText(
    `${name}  ${formatPrice(state.live?.price ?? market.price, market.tickSize)}  ${state.range}  estimated liquidation ${state.view}`,
    12,
    HEADER_PX / 2,
  )
  if (market.simulated || frozenReason(state)) {
    context.textAlign = 'right'
    context.fillStyle = market.simulated ? palette.sim : palette.warn
    context.fillText(market.simulated ? 'SIMULATED' : 'NOT LIVE', width - 12, HEADER_PX / 2)
    context.textAlign = 'left'
  }
  context.font = `400 11px ${palette.font}`
  context.fillStyle = palette.text2
  const when = asOf === undefined ? 'data as of unknown' : `data as of ${new Date(asOf).toISOString()}`
  context.fillText(
    `liqscope · ${market.venueName} · ${when} · coverage ${formatShare(market.coverage)}`,
    12,
    picture.height / ratio + HEADER_PX + FOOTER_PX / 2,
  )
  context.textAlign = 'right'
  context.fillText(onScreen?.legend() ?? '', width - 12, picture.height / ratio + HEADER_PX + FOOTER_PX / 2)
  canvas.toBlob((blob) => {
    if (blob)
      download(
        blob,
        `liqscope ${name.replace('/', '')} ${state.view} ${formatAsOf(asOf, asOf ?? 0).replaceAll(':', '')}.png`,
      )
  })
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
