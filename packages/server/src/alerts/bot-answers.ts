import { type BotAnswer, type BotQuestion, percent, priceText, usd } from '@liqscope/alerts'
import { type Cluster, findClusters } from '@liqscope/engine'
import type { FeedState } from '@liqscope/protocol'
import type { Market } from '../market/market.ts'
import type { Pipeline } from '../pipeline.ts'
import { Problem } from '../rest/problem.ts'
import type { Alerts } from './alerts.ts'
import { marketLines } from './digest-lines.ts'
import type { MarketPictures } from './market-picture.ts'

const LAST_ALERTS = 5
const MOST_MUTE_MINUTES = 7 * 1440

interface Parts {
  readonly pipeline: Pipeline
  readonly alerts: Alerts
  readonly pictures: MarketPictures
  readonly stateOf: (id: Market['instrument']['id']) => FeedState
}

/** What the bot says to a question. Estimated figures say so, a simulated market says so first. */
export async function botAnswer({ command, text }: BotQuestion, parts: Parts): Promise<BotAnswer> {
  try {
    switch (command) {
      case 'map': {
        const market = marketOf(text, parts)
        const picture = await parts.pictures.of(market)
        return { text: marketAnswer(market, parts, marketLines), ...(picture === undefined ? {} : { picture }) }
      }
      case 'levels':
        return { text: marketAnswer(marketOf(text, parts), parts, levelLines) }
      case 'alerts':
        return { text: alertsAnswer(parts.alerts) }
      case 'mute':
        return { text: muteAnswer(text, parts.alerts) }
      case 'status':
        return { text: statusAnswer(parts) }
      case 'help':
        return { text: '' }
    }
  } catch (error) {
    if (error instanceof Problem) return { text: error.more.detail }
    throw error
  }
}

function marketOf(text: string, { pipeline }: Parts): Market {
  return pipeline.find(text === '' ? 'BTC' : text)
}

function marketAnswer(market: Market, { stateOf }: Parts, linesOf: (market: Market) => string[]): string {
  const lines = linesOf(market)
  const { id, simulated } = market.instrument
  if (lines.length === 0) return `${id} has no map yet.`
  const state = stateOf(id)
  return [
    ...(simulated ? ['SIMULATED: nothing here is a real price'] : []),
    ...(state === 'live' || state === 'replay' ? [] : [`Its data are not live: ${state}`]),
    ...lines,
  ].join('\n')
}

function levelLines(market: Market): string[] {
  const map = market.map()
  if (map === undefined) return []
  const line = ({ id, low, high, notional, notionalLow, notionalHigh, distance }: Cluster) =>
    `${id} ${priceText(low)}–${priceText(high)} (${percent(distance)}): ${usd(notional)}, 10–90 % ${usd(notionalLow)}–${usd(notionalHigh)}`
  const fromTop = findClusters(map).toReversed()
  return [
    `${market.instrument.id}, estimated forced notional if swept`,
    ...fromTop.filter(({ side }) => side === 'short').map(line),
    `mark ${priceText(map.price)}`,
    ...fromTop.filter(({ side }) => side === 'long').map(line),
  ]
}

function alertsAnswer(alerts: Alerts): string {
  const { rules, told, mutedUntil } = alerts.list()
  const last = told.slice(-LAST_ALERTS).map(({ at, title }) => `${new Date(at).toISOString().slice(0, 16)}Z ${title}`)
  return [
    ...(mutedUntil === null ? [] : [`Muted until ${new Date(mutedUntil).toISOString().slice(0, 16)}Z`]),
    rules.length === 0 ? 'There is no rule. Make one on the page.' : `${rules.length} rules:`,
    ...rules.slice(0, 30).map(({ id, market, condition }) => `  ${id}: ${market} ${condition.kind}`),
    ...(last.length > 0 ? ['Told last:', ...last.map((line) => `  ${line}`)] : []),
  ].join('\n')
}

function muteAnswer(text: string, alerts: Alerts): string {
  const minutes = text === '' ? 60 : Number(text)
  if (!(minutes >= 0 && minutes <= MOST_MUTE_MINUTES))
    return `Write minutes from 0 to ${MOST_MUTE_MINUTES}, like /mute 60.`
  alerts.mute(minutes)
  return minutes === 0
    ? 'Messages are sent again.'
    : `Nothing is sent for ${minutes} minutes; what is told meanwhile comes together afterwards. /mute 0 ends it.`
}

function statusAnswer({ pipeline, stateOf }: Parts): string {
  const markets = pipeline.markets()
  if (markets.length === 0) return 'No market yet.'
  return markets
    .map(({ instrument: { id, simulated }, at }) => {
      const asOf = at === undefined ? 'no data yet' : `data as of ${new Date(at).toISOString().slice(0, 19)}Z`
      return `${id}${simulated ? ' (SIMULATED)' : ''}: ${stateOf(id)}, ${asOf}`
    })
    .join('\n')
}
