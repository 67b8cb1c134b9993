import { LEVERAGE_GROUPS } from '@liqscope/engine'
import type {
  BarJson,
  ClustersJson,
  HeatmapJson,
  MapSlice,
  MarketJson,
  MarketsJson,
  MarketUpdate,
  PositionsJson,
  ScoreJson,
} from '@liqscope/protocol'

/** A market whose every number is known: what the page draws can be computed beside it. */
export interface ScriptedMarket {
  readonly id: string
  readonly simulated: boolean
  readonly price: number
  /** How right its maps were; absent where nothing is scored. */
  readonly score?: ScoreJson
}

export const REAL: ScriptedMarket = { id: 'binance:BTCUSDT', simulated: false, price: 71_184.2 }
/** Its exchange shows its accounts' positions. */
export const SHOWING: ScriptedMarket = { id: 'hyperliquid:BTC', simulated: false, price: 71_184.2 }
export const SIMULATED: ScriptedMarket = { id: 'sim:BTCUSDT', simulated: true, price: 71_184.2 }

const STEP = 0.0005
const BINS = 400
const INTERVAL_MS = 300_000
const COLUMNS = 144
/** 19 March 2026, 14:30 UTC: the newest column closes here. */
const NOW = Date.UTC(2026, 2, 19, 14, 30)

export const FIRST_BIN = Math.floor(Math.log(REAL.price) / STEP) - BINS / 2
const GROUPS = LEVERAGE_GROUPS.length

/** USD of bin i: two hills on each side, far from round so that a mix-up of bins shows. */
export function massOf(i: number): number {
  const hill = (at: number, height: number, width: number) => height * Math.exp(-(((i - at) / width) ** 2))
  return 1e5 + hill(90, 8e6, 9) + hill(150, 3e6, 5) + hill(245, 4e6, 6) + hill(300, 9e6, 10)
}

/** The whole map, or bins [from, to) of it, at a price and with masses multiplied. */
export function sliceOf(price: number, from = 0, to = BINS, factor = 1): MapSlice {
  const indices = Array.from({ length: to - from }, (_, i) => from + i)
  const mark = Math.log(price) / STEP - FIRST_BIN
  const long = indices.map((i) => (i + 1 <= mark ? factor * massOf(i) : 0))
  const short = indices.map((i) => (i >= mark ? factor * massOf(i) : 0))
  const both = indices.map((_, i) => long[i]! + short[i]!)
  const shares = [0.4, 0.3, 0.15, 0.1, 0.05]
  return {
    at: NOW + 7_000,
    price,
    step: STEP,
    firstBin: FIRST_BIN,
    bins: BINS,
    from,
    to,
    long,
    short,
    longLow: long.map((x) => 0.6 * x),
    longHigh: long.map((x) => 1.6 * x),
    shortLow: short.map((x) => 0.6 * x),
    shortHigh: short.map((x) => 1.6 * x),
    byLeverage: Array.from({ length: GROUPS }, (_, group) => both.map((x) => x * shares[group]!)).flat(),
  }
}

export function snapshotOf(market: ScriptedMarket, seq = 1): MarketUpdate {
  const edge = (bin: number) => Math.exp((FIRST_BIN + bin) * STEP)
  const cluster = (id: string, side: 'long' | 'short', from: number, to: number, strength: number) => ({
    id,
    side,
    low: edge(from),
    high: edge(to),
    price: edge((from + to) / 2),
    notional: 6e7,
    notionalLow: 3.6e7,
    notionalHigh: 9.6e7,
    strength,
    distance: edge(side === 'long' ? to : from) / market.price - 1,
  })
  return {
    type: 'snapshot',
    market: market.id,
    seq,
    simulated: market.simulated,
    at: NOW + 7_000,
    price: market.price,
    map: sliceOf(market.price),
    clusters: [
      cluster('S1', 'short', 238, 252, 41),
      cluster('S2', 'short', 288, 312, 100),
      cluster('L1', 'long', 144, 156, 30),
      cluster('L2', 'long', 80, 100, 88),
    ],
    model: { name: 'scripted', version: '1', weights: 'prior', notes: ['Written for a test.'] },
    openInterest: { size: 80_000, notional: 5.7e9 },
    fundingRate: 0.000061,
    nextFundingTime: NOW + 5_280_000,
  }
}

/** What the server says of the snapshot's clusters, and of two that are gone. */
export function clustersOf(market: ScriptedMarket): ClustersJson {
  const at = NOW + 7_000
  return {
    market: market.id,
    simulated: market.simulated,
    at: new Date(at).toISOString(),
    price: market.price,
    atr: 0.004,
    leverageGroups: [...LEVERAGE_GROUPS],
    clusters: (snapshotOf(market).clusters ?? []).map((cluster, i) => ({
      ...cluster,
      byLeverage: [3e7, 1e7, 1e7, 1e7, 0],
      byVenue: [{ venue: market.id.split(':')[0] ?? '', notional: cluster.notional }],
      distanceAtr: cluster.distance / 0.004,
      touch: { '1h': 0.004 * (i + 1), '4h': 0.1 * (i + 1), '24h': 0.2 * (i + 1) },
      key: `c${i + 1}`,
      bornAt: at - (i + 0.5) * 3_600_000,
      life: i === 0 ? ('born' as const) : ('standing' as const),
    })),
    zones: [],
    gradient: { firstBin: FIRST_BIN, step: STEP, width: 10, values: [] },
    events: [
      { kind: 'swept', at: at - 900_000, key: 'c8', side: 'long', price: 0.998 * market.price, notional: 2e7 },
      { kind: 'closed', at: at - 600_000, key: 'c9', side: 'short', price: 1.03 * market.price, notional: 1e7 },
    ],
  }
}

export function patchOf(market: ScriptedMarket, seq: number, change: Partial<MarketUpdate>): MarketUpdate {
  const { id, simulated, price } = market
  return { type: 'patch', market: id, seq, simulated, at: NOW + 7_000 + seq * 250, price, ...change }
}

export function heatmapOf(market: ScriptedMarket): HeatmapJson {
  const openTimes = Array.from({ length: COLUMNS }, (_, c) => NOW - (COLUMNS - c) * INTERVAL_MS)
  const bars = openTimes.map(barAt)
  const gap = { from: openTimes[60]!, to: openTimes[66]!, channel: 'trade', reason: 'scripted' }
  return {
    market: market.id,
    simulated: market.simulated,
    intervalMs: INTERVAL_MS,
    gridStep: STEP,
    firstBin: FIRST_BIN,
    bins: BINS,
    openTimes,
    prices: bars.map(({ close }) => close),
    values: openTimes.flatMap((_, c) =>
      Array.from({ length: BINS }, (_unused, i) => massOf(i) * (0.4 + (0.6 * c) / COLUMNS)),
    ),
    bars: bars.filter(({ openTime }) => openTime < gap.from || openTime >= gap.to),
    forcedOrders: [20, 45, 80, 110, 130].map((c, n) => ({
      time: openTimes[c]! + 60_000,
      positionSide: n % 2 === 0 ? 'long' : 'short',
      price: n % 2 === 0 ? bars[c]!.low : bars[c]!.high,
      priceKind: 'average',
      size: 10 + 40 * n,
      notional: (10 + 40 * n) * bars[c]!.close,
      venue: market.id.split(':')[0]!,
    })),
    gaps: [gap],
    complete: true,
  }
}

function barAt(openTime: number, c: number): BarJson {
  const wave = (at: number) => REAL.price * (1 + 0.006 * Math.sin(at / 17) + 0.002 * Math.sin(at / 5))
  const [open, close] = [wave(c - 1), c === COLUMNS - 1 ? REAL.price : wave(c)]
  return {
    openTime,
    open,
    high: Math.max(open, close) * 1.0008,
    low: Math.min(open, close) * 0.9992,
    close,
    volume: 200 + 150 * Math.abs(Math.sin(c / 3)),
    takerBuyVolume: 100 + 60 * Math.abs(Math.sin(c / 4)),
    openInterest: 80_000 + 900 * Math.sin(c / 20),
    fundingRate: 0.00006 * Math.sin(c / 30),
    longLiquidated: null,
    shortLiquidated: null,
  }
}

/** Two known longs below the mark and a short above it: 23 % of what is open. */
export function positionsOf(market: ScriptedMarket): PositionsJson {
  const level = (bin: number, long: number, short: number) => ({
    price: Math.exp((FIRST_BIN + bin + 0.5) * STEP),
    long,
    short,
  })
  const held = (side: 'long' | 'short', size: number) => ({
    account: `0x${size}`,
    side,
    size,
    notional: size * market.price,
    entryPrice: market.price,
    leverage: 20,
    marginMode: 'cross' as const,
    liquidationPrice: null,
    seenTime: NOW,
  })
  return {
    market: market.id,
    venueName: 'Hyperliquid',
    simulated: market.simulated,
    at: NOW,
    accounts: 1_234,
    openInterest: 80_000,
    coverage: 0.23,
    longSize: 300,
    shortSize: 120,
    withoutPrice: 0,
    gridStep: STEP,
    levels: [level(190, 9e6, 0), level(170, 24e6, 0), level(260, 0, 12e6)],
    positions: [held('long', 200), held('long', 100), held('short', 120)],
  }
}

export function marketsOf(market: ScriptedMarket): MarketsJson {
  const listed = (id: string, base: string, price: number): MarketJson => ({
    id,
    symbol: `${base}/USDT:USDT`,
    venue: market.simulated ? 'sim' : 'binance',
    venueName: market.simulated ? 'sim' : 'Binance',
    base,
    quote: 'USDT',
    tickSize: 0.1,
    ...(market.score && { skill: market.score.skill }),
    simulated: market.simulated,
    state: 'live',
    price,
    change24h: -0.0062,
    openInterestNotional: 5.7e9,
    fundingRate: 0.000061,
    nextFundingTime: NOW + 5_280_000,
    from: NOW - COLUMNS * INTERVAL_MS,
    to: NOW + 7_000,
    coverage: 0.992,
    sumOf: null,
    choiceOf: null,
  })
  const venue = market.simulated ? 'sim' : 'binance'
  return {
    markets: [listed(market.id, 'BTC', market.price), listed(`${venue}:ETHUSDT`, 'ETH', 2_120.5)],
    default: market.id,
    notices: market.simulated
      ? [{ level: 'simulated', text: 'No exchange answered. Nothing here is a real price.' }]
      : [],
    replay: null,
  }
}
