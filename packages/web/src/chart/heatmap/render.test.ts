import { expect, it } from 'vitest'
import { unbrokenRuns } from './render.ts'

it('columns are stretched in runs, and a hole between them stays a hole', () => {
  const times = [0, 60, 120, 300, 360, 900]
  expect(unbrokenRuns(times, 0, 6, 60)).toEqual([
    [0, 3],
    [3, 5],
    [5, 6],
  ])
  expect(unbrokenRuns(times, 1, 4, 60)).toEqual([
    [1, 3],
    [3, 4],
  ])
  expect(unbrokenRuns([], 0, 0, 60)).toEqual([])
})
