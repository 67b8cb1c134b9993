import type { Instrument, MarginSchedule, MarginTable } from '@liqscope/market'
import { beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { BTC } from '../../test/instruments.ts'
import { FeedError } from '../feed.ts'
import type { VenueRest } from './adapter.ts'
import type { LiveMarket } from './live-market.ts'
import { MarginTables } from './margin-tables.ts'

const DAY_MS = 86_400_000

let clock: FakeClock
let asked: string[]
let told: MarginTable[]
let errors: unknown[]
let answer: (instrument: Instrument) => MarginSchedule | undefined
let tables: MarginTables

beforeEach(() => {
  clock = new FakeClock()
  asked = []
  told = []
  errors = []
  answer = () => scheduleAt(0.005)
  const rest = {
    async marginTiers(one: Instrument) {
      asked.push(one.symbol)
      return answer(one)
    },
  } as VenueRest
  tables = new MarginTables({
    rest,
    clock,
    onTable: (table) => told.push(table),
    onError: (error) => errors.push(error),
  })
})

function scheduleAt(maintenanceRate: number): MarginSchedule {
  const tiers = [{ notionalFloor: 0, notionalCap: 1e6, maxLeverage: 100, maintenanceRate, deduction: 0 }]
  return { tiers, validFrom: clock.now(), source: 'a venue' }
}

function market(symbol: string, signal = new AbortController().signal): LiveMarket {
  return { instrument: { ...BTC, symbol, id: `okx:${symbol}` }, signal } as LiveMarket
}

describe('maintenance tables of followed instruments', () => {
  test('are read at once, one request after the other, and told with the time from which they hold', async () => {
    await tables.refresh([market('A'), market('B')])
    expect(asked).toEqual(['A', 'B'])
    expect(told).toMatchObject([
      {
        kind: 'marginTable',
        instrument: 'okx:A',
        exchangeTime: clock.now(),
        validFrom: clock.now(),
        source: 'a venue',
      },
      { instrument: 'okx:B' },
    ])
  })

  test('are asked for again after a day, and told again only when they changed', async () => {
    const one = market('A')
    await tables.refresh([one])
    clock.advance(DAY_MS - 1)
    await tables.refresh([one])
    expect(asked).toHaveLength(1)
    clock.advance(1)
    await tables.refresh([one])
    expect(asked).toHaveLength(2)
    expect(told).toHaveLength(1)
    clock.advance(DAY_MS)
    answer = () => scheduleAt(0.01)
    await tables.refresh([one])
    expect(told.map(({ tiers }) => tiers[0]?.maintenanceRate)).toEqual([0.005, 0.01])
    expect(told[1]?.validFrom).toBe(clock.now())
  })

  test('that a venue refuses are an error, asked for at the next refresh, and keep no other waiting', async () => {
    answer = ({ symbol }) => {
      if (symbol === 'A') throw new FeedError('okx', 'position-tiers', 'refused')
      return scheduleAt(0.005)
    }
    const [first, second] = [market('A'), market('B')]
    await tables.refresh([first, second])
    expect(errors).toHaveLength(1)
    expect(told.map(({ instrument: id }) => id)).toEqual(['okx:B'])
    answer = () => scheduleAt(0.004)
    await tables.refresh([first, second])
    expect(asked).toEqual(['A', 'B', 'A'])
    expect(told.map(({ instrument: id }) => id)).toEqual(['okx:B', 'okx:A'])
  })

  test('of an instrument that is given up are not asked for', async () => {
    await tables.refresh([market('A', AbortSignal.abort())])
    expect(asked).toEqual([])
  })
})
