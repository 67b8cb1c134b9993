import { expect, it } from 'vitest'
import { mix } from './palette.ts'

it('colours mix channel by channel, short notation included', () => {
  expect(mix('#ef5350', '#0d1014', 0)).toBe('#ef5350')
  expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080')
  expect(mix('#26a69a', '#fff', 1)).toBe('#ffffff')
})
