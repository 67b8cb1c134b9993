import type { MarginTier } from '@liqscope/market'

/**
 * A simulated linear perpetual. Prices are integer ticks, sizes integer lots, and money integer atoms
 * (1 atom = 1 tick x 1 lot), so that money is conserved exactly and not to a tolerance.
 */
export interface SimContract {
  /** The venue-free symbol, `BTCUSDT`. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  /** 10 for a tick of 0.1 quote. Prices are `tick / ticksPerUnit`: dividing gives the nearest double. */
  readonly ticksPerUnit: number
  /** 1000 for a lot of 0.001 base. */
  readonly lotsPerUnit: number
  /** Quote per base at the start of the simulation. */
  readonly startPrice: number
  /** Standard deviation of the news-driven log return over a year; trading adds to it. */
  readonly annualVolatility: number
  /** Multiplies every agent's size: 1 makes an open interest of about 500 M quote. */
  readonly notionalScale: number
  readonly tiers: readonly MarginTier[]
}

export function priceOf(contract: SimContract, tick: number): number {
  return tick / contract.ticksPerUnit
}

export function sizeOf(contract: SimContract, lots: number): number {
  return lots / contract.lotsPerUnit
}

/** Quote currency in atoms, rounded. */
export function atomsOf(contract: SimContract, quote: number): number {
  return Math.round(quote * contract.ticksPerUnit * contract.lotsPerUnit)
}

/** Notional cap (quote), leverage, maintenance rate of each band; the deduction follows by continuity. */
type Band = readonly [cap: number, maxLeverage: number, maintenanceRate: number]

/** c_1 = 0, c_j = c_(j-1) + floor_j (m_j - m_(j-1)): the maintenance margin is continuous over the bands. */
function tiersOf(bands: readonly Band[]): MarginTier[] {
  let floor = 0
  let rate = bands[0]?.[2] ?? 0
  let deduction = 0
  return bands.map(([notionalCap, maxLeverage, maintenanceRate]) => {
    deduction += floor * (maintenanceRate - rate)
    const tier = { notionalFloor: floor, notionalCap, maxLeverage, maintenanceRate, deduction }
    floor = notionalCap
    rate = maintenanceRate
    return tier
  })
}

/** Shaped like a large venue's table of early 2026. */
const BTC_BANDS: readonly Band[] = [
  [300_000, 150, 0.004],
  [800_000, 100, 0.005],
  [3_000_000, 75, 0.0065],
  [12_000_000, 50, 0.01],
  [70_000_000, 25, 0.02],
  [100_000_000, 20, 0.025],
  [230_000_000, 10, 0.05],
  [480_000_000, 5, 0.1],
  [600_000_000, 4, 0.125],
  [800_000_000, 3, 0.15],
  [1_200_000_000, 2, 0.25],
  [Number.POSITIVE_INFINITY, 1, 0.5],
]

const ETH_BANDS: readonly Band[] = [
  [300_000, 150, 0.004],
  [800_000, 100, 0.005],
  [3_000_000, 75, 0.0065],
  [12_000_000, 50, 0.01],
  [50_000_000, 25, 0.02],
  [65_000_000, 20, 0.025],
  [150_000_000, 10, 0.05],
  [320_000_000, 5, 0.1],
  [400_000_000, 4, 0.125],
  [530_000_000, 3, 0.15],
  [800_000_000, 2, 0.25],
  [Number.POSITIVE_INFINITY, 1, 0.5],
]

/** The markets that are simulated unless others are asked for. */
export const SIM_CONTRACTS: readonly SimContract[] = [
  {
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    ticksPerUnit: 10,
    lotsPerUnit: 1000,
    startPrice: 71_000,
    annualVolatility: 0.42,
    notionalScale: 1,
    tiers: tiersOf(BTC_BANDS),
  },
  {
    symbol: 'ETHUSDT',
    base: 'ETH',
    quote: 'USDT',
    ticksPerUnit: 100,
    lotsPerUnit: 1000,
    startPrice: 2_150,
    annualVolatility: 0.58,
    notionalScale: 0.6,
    tiers: tiersOf(ETH_BANDS),
  },
]
