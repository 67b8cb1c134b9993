import { expect, test } from 'vitest'
import { PublishedSide } from './published-side.ts'

test('before the first figure nothing is known', () => {
  const side = new PublishedSide()
  expect([undefined, undefined, 3].map((figure) => side.read(figure))).toEqual([undefined, undefined, 3])
})

test('where zeros are never written, silence says zero', () => {
  const side = new PublishedSide()
  expect([3, undefined, 2, undefined].map((figure) => side.read(figure))).toEqual([3, 0, 2, 0])
})

test('where zeros are written, a bar without a figure says nothing', () => {
  const side = new PublishedSide()
  expect([3, 0, undefined, 2, undefined].map((figure) => side.read(figure))).toEqual([3, 0, undefined, 2, undefined])
})

test('figures no market has say nothing', () => {
  const side = new PublishedSide()
  expect([Number.NaN, -1, Number.POSITIVE_INFINITY, undefined].map((figure) => side.read(figure))).toEqual(
    Array(4).fill(undefined),
  )
})
