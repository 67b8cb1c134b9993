import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idText, readAmount, readDecimal, readSequence, readTextTime, readTime } from './wire-values.ts'

describe('readDecimal', () => {
  it('equals Number() on every decimal a venue could write', () => {
    const decimal = fc
      .tuple(fc.boolean(), fc.stringMatching(/^[0-9]{1,18}$/), fc.option(fc.stringMatching(/^[0-9]{1,12}$/)))
      .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}`)
    fc.assert(
      fc.property(decimal, (text) => {
        expect(readDecimal(text)).toBe(Number(text))
      }),
      { numRuns: 5_000 },
    )
  })

  it.each([
    '',
    ' 1',
    '1 ',
    '1e5',
    '0x10',
    'Infinity',
    'NaN',
    '1.',
    '.5',
    '-',
    '-.5',
    '1.2.3',
    '1,5',
    '+1',
    '٣',
    '9'.repeat(41),
  ])('refuses %j', (text) => {
    expect(readDecimal(text)).toBeNaN()
  })

  it.each([1.5, null, undefined, {}, ['1']])('refuses what is not text: %j', (value) => {
    expect(readDecimal(value)).toBeNaN()
  })
})

it('a time must be whole epoch milliseconds of this century', () => {
  expect(readTime(1_790_000_000_000)).toBe(1_790_000_000_000)
  for (const wrong of [1_790_000_000, 1_790_000_000_000_000, 1_790_000_000_000.5, '1790000000000', 0, null])
    expect(readTime(wrong)).toBeNaN()
})

it('an id must be a number that a double holds exactly', () => {
  expect(readSequence(0)).toBe(0)
  for (const wrong of [2 ** 53, -1, 1.5, '5', null, undefined]) expect(readSequence(wrong)).toBeNaN()
})

it('an id keeps every digit as text', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (id) => {
      expect(idText(id)).toBe(String(id))
    }),
  )
  for (const id of [0, 9_999, 10_000, 100_000, 3_100_200_301, Number.MAX_SAFE_INTEGER])
    expect(idText(id)).toBe(String(id))
})

it('a time in text is thirteen digits of this century', () => {
  expect(readTextTime('1790000000100')).toBe(1_790_000_000_100)
  for (const value of [
    '1790000000',
    '0x19999999999',
    '1.79000000e12',
    ' 179000000010',
    '0000000000001',
    1_790_000_000_100,
  ])
    expect(readTextTime(value)).toBeNaN()
})

it('an amount is a JSON number or a decimal in text, and never so near to 0 or far from it that a product breaks', () => {
  expect([readAmount(12), readAmount('12.5'), readAmount(-0.1), readAmount(0)]).toEqual([12, 12.5, -0.1, 0])
  for (const value of [5e-324, -1e308, Number.NaN, '1e5', true, null, '']) expect(readAmount(value)).toBeNaN()
})
