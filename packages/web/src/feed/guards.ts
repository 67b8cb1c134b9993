import type {
  HealthJson,
  HeatmapJson,
  MapJson,
  MarketsJson,
  MarketUpdate,
  PositionsJson,
  ScoreJson,
  ServerMessage,
} from '@liqscope/protocol'

/*
 * What the page checks before it believes an answer. The server sends these from its own schemas; the guards here
 * look at the fields a picture would break on, so that a proxy's error page or another program's port is refused.
 */

type Fields = { readonly [name: string]: unknown }

export function isMarkets(value: unknown): value is MarketsJson {
  return (
    isFields(value) &&
    Array.isArray(value.markets) &&
    value.markets.every((market) => isFields(market) && isText(market.id) && isText(market.symbol)) &&
    Array.isArray(value.notices)
  )
}

export function isHeatmap(value: unknown): value is HeatmapJson {
  return (
    isFields(value) &&
    isText(value.market) &&
    areNumbers(value, ['intervalMs', 'gridStep', 'firstBin', 'bins']) &&
    isNumberList(value.openTimes) &&
    isNumberList(value.prices) &&
    Array.isArray(value.values) &&
    value.values.length === value.openTimes.length * Number(value.bins) &&
    Array.isArray(value.bars) &&
    value.bars.every((bar) => isFields(bar) && areNumbers(bar, ['openTime', 'open', 'high', 'low', 'close'])) &&
    Array.isArray(value.forcedOrders) &&
    Array.isArray(value.gaps)
  )
}

export function isMap(value: unknown): value is MapJson {
  const amounts = ['price', 'long', 'short', 'longLow', 'longHigh', 'shortLow', 'shortHigh']
  return (
    isFields(value) &&
    areNumbers(value, ['price', 'gridStep']) &&
    isText(value.at) &&
    Array.isArray(value.leverageGroups) &&
    Array.isArray(value.clusters) &&
    Array.isArray(value.bins) &&
    value.bins.every((bin) => isFields(bin) && areNumbers(bin, amounts) && isNumberList(bin.leverage))
  )
}

export function isPositions(value: unknown): value is PositionsJson {
  return (
    isFields(value) &&
    isText(value.market) &&
    isText(value.venueName) &&
    areNumbers(value, ['accounts', 'gridStep']) &&
    Array.isArray(value.positions) &&
    Array.isArray(value.levels) &&
    value.levels.every((level) => isFields(level) && areNumbers(level, ['price', 'long', 'short']))
  )
}

export function isHealth(value: unknown): value is HealthJson {
  return isFields(value) && Array.isArray(value.channels) && isText(value.version)
}

export function isScore(value: unknown): value is ScoreJson {
  return isMarketScore(value) && Array.isArray(value.members) && value.members.every(isMarketScore)
}

function isMarketScore(value: unknown): value is Fields {
  return (
    isFields(value) &&
    isText(value.market) &&
    areNumbers(value, ['frozen', 'pending']) &&
    Array.isArray(value.horizons) &&
    value.horizons.every((horizon) => isFields(horizon) && areNumbers(horizon, ['hours', 'scored', 'sides'])) &&
    Array.isArray(value.snapshots) &&
    Array.isArray(value.notes)
  )
}

/** An answer about a market, of whatever shape its route promises. */
export function isInsight<T extends { readonly market: string }>(value: unknown): value is T {
  return isFields(value) && isText(value.market) && areNumbers(value, ['price'])
}

export function isServerMessage(value: unknown): value is ServerMessage {
  if (!isFields(value)) return false
  switch (value.type) {
    case 'status':
      return isMarkets(value)
    case 'alert':
      return ['id', 'title', 'market'].every((name) => isText(value[name])) && Array.isArray(value.lines)
    case 'welcome':
      return isText(value.epoch)
    case 'subscribed':
    case 'unsubscribed':
    case 'pong':
    case 'error':
      return true
    default:
      return false
  }
}

export function isMarketUpdate(value: unknown): value is MarketUpdate {
  return (
    isFields(value) &&
    (value.type === 'snapshot' || value.type === 'patch') &&
    isText(value.market) &&
    areNumbers(value, ['seq', 'at', 'price'])
  )
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function areNumbers(value: Fields, names: readonly string[]): boolean {
  return names.every((name) => Number.isFinite(value[name]))
}

function isNumberList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isFinite(item))
}
