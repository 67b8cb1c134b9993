import { describe, expect, it } from 'vitest'
import type { SimEvent, SimLiquidation } from './event.ts'
import { SimMarket } from './sim-market.ts'
import type { PendingLiquidation } from './truth.ts'

const START = Date.UTC(2026, 10, 18, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

function marketOf(seed: number, symbol = 'BTCUSDT'): SimMarket {
  return new SimMarket({ seed, symbol, startTime: START })
}

function expectWhole(market: SimMarket): void {
  const { wallets, unrealised, fees, deposited, longLots, shortLots } = market.ledger()
  expect(wallets + unrealised + fees - deposited).toBe(0)
  expect(longLots).toBe(shortLots)
  const sizes = { long: 0, short: 0 }
  for (const { side, size } of market.truth()) sizes[side] += size
  expect(sizes.long).toBeCloseTo(market.openInterest, 6)
  expect(sizes.short).toBeCloseTo(market.openInterest, 6)
}

/** Forced orders within `ms` after a shock of this log return. */
function liquidationsAfterShock(market: SimMarket, logReturn: number, ms: number): SimLiquidation[] {
  market.shock(logReturn)
  return market.advance(market.time + ms).filter((event) => event.kind === 'liquidation')
}

describe('SimMarket', () => {
  it('gives the same events whatever the steps, with the book published or not', () => {
    const whole = marketOf(5).advance(START + HOUR)
    const market = marketOf(5)
    const pieces: SimEvent[] = []
    market.publishBook(true)
    for (let time = START, step = 1; time < START + HOUR; step = (step * 31) % 7001) {
      time = Math.min(START + HOUR, time + step)
      pieces.push(...market.advance(time))
    }
    const dynamics = pieces.filter(({ kind }) => kind !== 'book' && kind !== 'top')
    expect(JSON.stringify(dynamics)).toBe(JSON.stringify(whole))
    expect(whole.length).toBeGreaterThan(3000)
  })

  it('differs by seed and by symbol', () => {
    const first = (market: SimMarket): string => JSON.stringify(market.advance(START + MINUTE))
    expect(first(marketOf(1))).not.toBe(first(marketOf(2)))
    expect(marketOf(1, 'ETHUSDT').lastPrice).toBeLessThan(10_000)
  })

  it('moves its coins together: markets of one seed share news and mood', () => {
    const markets = [marketOf(2), marketOf(2, 'ETHUSDT')]
    const moves = markets.map((market) =>
      Array.from({ length: 72 }, (_, at) => {
        const before = market.indexPrice
        market.run(START + (at + 1) * 5 * MINUTE, () => {})
        return Math.log(market.indexPrice / before)
      }),
    )
    const product = (a: number[] = [], b: number[] = []): number => a.reduce((sum, move, at) => sum + move * b[at]!, 0)
    const [btc, eth] = moves
    // 0.65-0.67 over three days; the standard error of 72 five-minute moves is about 0.07.
    expect(product(btc, eth) / Math.sqrt(product(btc, btc) * product(eth, eth))).toBeGreaterThan(0.35)
  })

  it('refuses a symbol it does not know', () => {
    expect(() => new SimMarket({ seed: 1, symbol: 'NOUSDT', startTime: START })).toThrow('NOUSDT')
  })

  it('never goes back in time', () => {
    const market = marketOf(1)
    market.advance(START + MINUTE)
    expect(market.advance(START)).toEqual([])
    expect(market.time).toBe(START + MINUTE)
  })

  it('keeps money and positions whole, minute by minute', () => {
    for (const [seed, symbol] of [
      [1, 'BTCUSDT'],
      [2, 'ETHUSDT'],
    ] as const) {
      const market = marketOf(seed, symbol)
      for (let minute = 1; minute <= 60; minute++) {
        market.run(START + minute * MINUTE, () => {})
        expectWhole(market)
      }
    }
  })

  it('keeps both whole through a crash that uses up the insurance fund, deleveraging the winners', () => {
    const market = marketOf(3)
    market.run(START + 10 * MINUTE, () => {})
    const orders = liquidationsAfterShock(market, -0.5, MINUTE)
    expectWhole(market)
    expect(orders.length).toBeGreaterThan(100)
    expect(orders.some(({ deleveragedSize }) => deleveragedSize > 0)).toBe(true)
    for (const { size, filledSize, deleveragedSize } of orders)
      expect(filledSize + deleveragedSize).toBeLessThanOrEqual(size + 1e-9)
    // The market goes on, and the fund is endowed again.
    market.run(market.time + 2 * HOUR, () => {})
    expectWhole(market)
    expect(market.ledger().insurance).toBeGreaterThan(0)
  })

  it('takes over exactly the positions that the mark has reached, at the price that was listed', () => {
    // Second by second, through shocks both ways: whatever was listed on the wrong side of the new mark, and did not
    // change meanwhile, must be gone, and what is gone must have been on that side.
    const market = marketOf(11)
    const wrong: string[] = []
    let listedBefore = 0
    for (let second = 1; second <= 600; second++) {
      if (second % 100 === 0) market.shock(second % 200 === 0 ? 0.02 : -0.02)
      const listed = new Map(market.truth().map((position) => [position.accountId, position]))
      const events = market.advance(START + second * 1000)
      const mark = market.markPrice
      for (const event of events) {
        if (event.kind !== 'liquidation') continue
        if (!isReached(event.positionSide, event.triggerPrice, mark)) wrong.push(`taken over early: ${event.accountId}`)
        const before = listed.get(event.accountId)
        if (before?.size !== event.size) continue // opened or changed within the second
        if (before.side !== event.positionSide) wrong.push(`another side: ${event.accountId}`)
        if (before.liquidationPrice === event.triggerPrice) listedBefore++
      }
      for (const position of market.truth()) {
        const { accountId, side, liquidationPrice } = position
        if (liquidationPrice !== undefined && sameAs(listed.get(accountId), position))
          if (isReached(side, liquidationPrice, mark)) wrong.push(`left alone: ${accountId}`)
      }
    }
    expect(wrong).toEqual([])
    expect(listedBefore).toBeGreaterThan(50)
  })

  it('sends forced orders at the bankruptcy price, past the trigger, and fills them no worse', () => {
    const market = marketOf(4)
    market.run(START + 10 * MINUTE, () => {})
    const orders = liquidationsAfterShock(market, -0.03, MINUTE)
    expect(orders.length).toBeGreaterThan(20)
    for (const { positionSide, triggerPrice, bankruptcyPrice, averagePrice, size } of orders) {
      const sign = positionSide === 'long' ? 1 : -1
      expect((triggerPrice - bankruptcyPrice) * sign).toBeGreaterThan(0)
      // At the trigger the maintenance margin is left: in the first tier 0.4 % of the notional, so P_b = P (1 - s m).
      if (size * triggerPrice < 290_000)
        expect(Math.abs(bankruptcyPrice - triggerPrice * (1 - sign * 0.004))).toBeLessThan(0.11)
      if (averagePrice !== undefined) expect((averagePrice - bankruptcyPrice) * sign).toBeGreaterThanOrEqual(-1e-9)
    }
  })

  it('turns one push into a chain: forced orders move the price beyond what was pushed', () => {
    const pushed = marketOf(6)
    const calm = marketOf(6)
    pushed.run(START + 10 * MINUTE, () => {})
    calm.run(START + 10 * MINUTE, () => {})
    const orders = liquidationsAfterShock(pushed, -0.03, 5 * MINUTE)
    expect(orders.length).toBeGreaterThan(30)
    expect(new Set(orders.map(({ time }) => time)).size).toBeGreaterThan(3)
    // Both markets had the same news: what the index differs by beyond the push, selling did.
    calm.run(pushed.time, () => {})
    expect(Math.log(pushed.indexPrice / calm.indexPrice)).toBeLessThan(-0.031)
  })

  it('pays funding at each eighth hour, and longs pay when the rate is positive', () => {
    const market = marketOf(8)
    const events = market.advance(START + 12 * HOUR).filter((event) => event.kind === 'funding')
    expect(events.map(({ time }) => (time / HOUR) % 24)).toEqual([16, 0])
    for (const { rate } of events) expect(Math.abs(rate)).toBeLessThan(0.02)
  })

  it('publishes a book whose updates rebuild the snapshot', () => {
    // Ends when updates were just published and nothing has happened since.
    const market = marketOf(9)
    market.publishBook(true)
    const before = market.depth(10_000)
    const bids = new Map(before.bids)
    const asks = new Map(before.asks)
    let lastId = before.updateId
    for (const event of market.advance(START + 5 * MINUTE + 200)) {
      if (event.kind !== 'book') continue
      expect(event.firstUpdateId).toBe(lastId + 1)
      lastId = event.lastUpdateId
      for (const [price, size] of event.bids) put(bids, price, size)
      for (const [price, size] of event.asks) put(asks, price, size)
    }
    const after = market.depth(10_000)
    expect(lastId).toBe(after.updateId)
    expect([...bids].sort((a, b) => b[0] - a[0])).toEqual(after.bids)
    expect([...asks].sort((a, b) => a[0] - b[0])).toEqual(after.asks)
  })

  it('tells the truth as a map: the bins hold what the positions say, longs below the mark and shorts above', () => {
    const market = marketOf(10)
    market.run(START + HOUR, () => {})
    const map = market.truthMap(0.0005)
    const listed = market.truth().filter(({ liquidationPrice }) => liquidationPrice !== undefined)
    const notional = listed.reduce((sum, { size, liquidationPrice = 0 }) => sum + size * liquidationPrice, 0)
    expect(map.bins.reduce((sum, { long, short }) => sum + long + short, 0)).toBeCloseTo(notional, 3)
    // A position opened within the last second may not have met a mark yet.
    for (const { price, long, short } of map.bins) {
      if (long > 0) expect(price).toBeLessThan(market.markPrice * 1.001)
      if (short > 0) expect(price).toBeGreaterThan(market.markPrice * 0.999)
    }
    expect(() => market.truthMap(0)).toThrow(RangeError)
  })
})

function put(side: Map<number, number>, price: number, size: number): void {
  if (size === 0) side.delete(price)
  else side.set(price, size)
}

function isReached(side: 'long' | 'short', price: number, mark: number): boolean {
  return side === 'long' ? mark <= price : mark >= price
}

function sameAs(before: PendingLiquidation | undefined, now: PendingLiquidation): boolean {
  return before?.size === now.size && before.liquidationPrice === now.liquidationPrice
}
