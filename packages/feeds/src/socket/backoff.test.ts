import { expect, it } from 'vitest'
import { seeded } from '../../test/fake-clock.ts'
import { Backoff } from './backoff.ts'

/** The largest waits: jitter at its upper end. */
const longest = () => new Backoff(() => 1 - Number.EPSILON)
const waits = (backoff: Backoff, count: number) => Array.from({ length: count }, () => Math.round(backoff.next()))

it('the bound doubles from 1 s and stays at 30 s', () => {
  expect(waits(longest(), 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

it('the first retry comes within 1 s and the whole bound is used (full jitter)', () => {
  const random = seeded(7)
  const first = Array.from({ length: 1_000 }, () => new Backoff(random).next())
  expect(Math.max(...first)).toBeLessThan(1_000)
  expect(Math.max(...first)).toBeGreaterThan(950)
  expect(Math.min(...first)).toBeLessThan(50)
})

it('only 10 s with data make the next retry quick again', () => {
  const backoff = longest()
  waits(backoff, 5)
  backoff.ended(9_999, true)
  expect(waits(backoff, 1)).toEqual([30_000])
  backoff.ended(60_000, false)
  expect(waits(backoff, 1)).toEqual([30_000])
  backoff.ended(10_000, true)
  expect(waits(backoff, 1)).toEqual([1_000])
})
