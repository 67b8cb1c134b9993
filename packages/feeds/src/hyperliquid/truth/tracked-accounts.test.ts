import type { KnownPosition } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { TrackedAccounts } from './tracked-accounts.ts'

const MINUTE = 60_000
const BTC = 'hyperliquid:BTC'

function position(account: string, notional: number, distance: number | undefined, seenTime = 0): KnownPosition {
  const mark = 50_000
  return {
    instrument: BTC,
    account,
    side: 'long',
    size: notional / mark,
    notional,
    entryPrice: mark,
    leverage: 10,
    marginMode: 'cross',
    ...(distance === undefined ? {} : { liquidationPrice: mark * Math.exp(-distance) }),
    seenTime,
  }
}

/** A schedule of these accounts, all looked at at time 0. */
function known(...positions: readonly KnownPosition[]): TrackedAccounts {
  const accounts = new TrackedAccounts()
  for (const held of positions) {
    accounts.seen(held.account, held.notional)
    accounts.report(held.account, [held], 0)
  }
  return accounts
}

describe('who is asked next', () => {
  it('an account that nobody asked: of the largest trade first, a named one before all', () => {
    const accounts = new TrackedAccounts()
    accounts.seen('0xsmall', 1_000)
    accounts.seen('0xlarge', 90_000)
    accounts.pin('0xnamed')
    expect([accounts.next(0), accounts.next(0), accounts.next(0), accounts.next(0)]).toEqual([
      '0xnamed',
      '0xlarge',
      '0xsmall',
      undefined,
    ])
  })

  it('of equal distance the larger, of equal size the nearer to liquidation', () => {
    expect(known(position('0xa', 1e6, 0.1), position('0xb', 5e6, 0.1)).next(MINUTE)).toBe('0xb')
    expect(known(position('0xa', 1e6, 0.02), position('0xb', 1e6, 0.3)).next(MINUTE)).toBe('0xa')
    // 1e6 / (0.01 + 0.005) = 66.7e6 against 4e6 / (0.01 + 0.09) = 40e6
    expect(known(position('0xa', 1e6, 0.005), position('0xb', 4e6, 0.09)).next(MINUTE)).toBe('0xa')
    expect(known(position('0xa', 1e6, undefined), position('0xb', 1e5, 0.05)).next(MINUTE)).toBe('0xb')
  })

  it('nearness is to the newest mark: what price came nearer to is asked sooner', () => {
    const accounts = known(position('0xlong', 1e6, 0.1), position('0xfar', 1.2e6, 0.1))
    expect(accounts.nearest(1)).toEqual(['0xfar'])
    // Another account's sighting tells that the mark fell by 8 %: the long of the same entry is 2 % away now.
    const fallen = 50_000 * Math.exp(-0.08)
    accounts.report('0xfar', [{ ...position('0xfar', 24 * fallen, 0.3), size: 24 }], 0)
    expect(accounts.nearest(1)).toEqual(['0xlong'])
  })

  it('every third turn looks at a new account, however urgent the known ones are', () => {
    const accounts = known(position('0xa', 5e6, 0.01), position('0xb', 4e6, 0.01), position('0xc', 3e6, 0.01))
    for (const name of ['0xn1', '0xn2']) accounts.seen(name, 500)
    const asked: (string | undefined)[] = []
    for (let turn = 1; turn <= 6; turn++) {
      const address = accounts.next(turn * MINUTE)
      asked.push(address)
      if (address !== undefined) accounts.report(address, [position(address, 1e6, 0.01)], turn * MINUTE)
    }
    expect(asked.filter((address) => address?.startsWith('0xn'))).toEqual(['0xn1', '0xn2'])
    expect(asked[2]).toBe('0xn1')
  })

  it('one that is being asked is not asked again; one that failed waits its turn', () => {
    const accounts = known(position('0xa', 5e6, 0.01), position('0xb', 1e6, 0.1))
    expect(accounts.next(MINUTE)).toBe('0xa')
    expect(accounts.next(MINUTE)).toBe('0xb')
    expect(accounts.next(MINUTE)).toBeUndefined()
    accounts.failed('0xa', MINUTE)
    expect(accounts.next(MINUTE + 1)).toBe('0xa')
  })

  it('one that something happened to comes first', () => {
    const accounts = known(position('0xa', 5e6, 0.01), position('0xb', 1e4, 0.5))
    accounts.changed('0xb')
    expect(accounts.next(MINUTE)).toBe('0xb')
  })

  it('nobody waits for ever: with a turn a second, one with a hundredth at stake is asked a hundredth as often', () => {
    const held = Array.from({ length: 50 }, (_, i) => position(`0x${i}`, i === 0 ? 1e5 : 1e7, 0.1))
    const accounts = known(...held)
    const turns = held.map(() => 0)
    for (let second = 1; second <= 4 * 3_600; second++) {
      const index = Number(accounts.next(second * 1_000)?.slice(2))
      turns[index]!++
      accounts.report(`0x${index}`, [held[index]!], second * 1_000)
    }
    // 14,400 turns: 49 equal ones of 293 each, and 3 for the small one.
    expect(turns[0]).toBeGreaterThanOrEqual(2)
    expect(turns[0]).toBeLessThanOrEqual(4)
    for (const count of turns.slice(1)) expect(Math.abs(count - 293)).toBeLessThanOrEqual(2)
  })
})

it('positions that were not seen for an hour are not known any more', () => {
  const accounts = known(position('0xa', 1e6, 0.1, 0), position('0xb', 1e6, 0.1, 30 * MINUTE))
  expect(accounts.positionsOf(BTC, 59 * MINUTE).map(({ account }) => account)).toEqual(['0xa', '0xb'])
  expect(accounts.positionsOf(BTC, 61 * MINUTE).map(({ account }) => account)).toEqual(['0xb'])
  expect(accounts.positionsOf('hyperliquid:ETH', 0)).toEqual([])
})

it('5,000 accounts are kept: the least makes room for a larger one, a named one stays', () => {
  const accounts = new TrackedAccounts()
  accounts.pin('0xnamed')
  for (let i = 1; i < 5_000; i++) accounts.seen(`0x${i}`, i)
  accounts.seen('0xdust', 0.5)
  expect(accounts.size).toBe(5_000)
  accounts.seen('0xwhale', 1e6)
  expect(accounts.size).toBe(5_000)
  const asked = new Set<string | undefined>()
  for (let i = 0; i < 5_001; i++) asked.add(accounts.next(0))
  expect([asked.has('0xnamed'), asked.has('0xwhale'), asked.has('0x1'), asked.has('0xdust'), asked.has('0x2')]).toEqual(
    [true, true, false, false, true],
  )
})
