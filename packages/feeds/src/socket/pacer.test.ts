import { expect, it } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { Pacer } from './pacer.ts'

it('sends in order, at most so many in any second', () => {
  const clock = new FakeClock(0)
  const sent: [number, string][] = []
  const pacer = new Pacer(clock, 2, (text) => sent.push([clock.now(), text]))
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
  const pacer = new Pacer(clock, 1, (text) => sent.push(text))
  pacer.push('a')
  pacer.push('b')
  pacer.stop()
  clock.advance(5_000)
  expect(sent).toEqual(['a'])
  expect(clock.pending).toBe(0)
})
