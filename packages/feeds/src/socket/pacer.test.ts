import { expect, it } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { Pacer } from './pacer.ts'

it('sends in order, at most so many in any second', () => {
  const clock = new FakeClock(0)
  const sent: [number, string][] = []
  const pacer = new Pacer(clock, [{ limit: 2, windowMs: 1_000 }], (text) => sent.push([clock.now(), text]))
  for (const text of ['a', 'b', 'c']) pacer.push(text)
  clock.advance(600)
  pacer.push('d')
  pacer.push('e')
  clock.advance(5_000)
  expect(sent).toEqual([
    [0, 'a'],
    [0, 'b'],
    [1_000, 'c'],
    [1_000, 'd'],
    [2_000, 'e'],
  ])
})

it('drops what waits when it is stopped', () => {
  const clock = new FakeClock(0)
  const sent: string[] = []
  const pacer = new Pacer(clock, [{ limit: 1, windowMs: 1_000 }], (text) => sent.push(text))
  pacer.push('a')
  pacer.push('b')
  pacer.stop()
  clock.advance(5_000)
  expect(sent).toEqual(['a'])
  expect(clock.pending).toBe(0)
})

it('keeps to the stricter of several windows', () => {
  const clock = new FakeClock(0)
  const sent: number[] = []
  const limits = [
    { limit: 2, windowMs: 1_000 },
    { limit: 3, windowMs: 60_000 },
  ]
  const pacer = new Pacer(clock, limits, () => sent.push(clock.now()))
  for (let i = 0; i < 5; i++) pacer.push('x')
  clock.advance(120_000)
  expect(sent).toEqual([0, 0, 1_000, 60_000, 60_000])
})
