import { describe, expect, it } from 'vitest'
import { percentText, priceText, short, timeText, usd } from './figures.ts'

describe('figures in the terminal', () => {
  it.each([
    [0, '0'],
    [0.00124, '0.00124'],
    [0.0000001234, '1.23e-7'],
    [7.5, '7.50'],
    [999.4, '999'],
    [999.6, '1.00k'],
    [1_244_000, '1.24M'],
    [999_600_000, '1.00B'],
    [6.12e9, '6.12B'],
    [2.5e15, '2500T'],
    [-43_200, '-43.2k'],
  ])('%d is %s: three digits that count', (value, text) => expect(short(value)).toBe(text))

  it.each([
    [71174.4, '71,174.4'],
    [2149.235, '2,149.2'],
    [62.91, '62.910'],
    [1.5, '1.5000'],
    [0.1234567, '0.12346'],
    [0.00001024, '0.000010240'],
  ])('a price of %d is %s: five digits that count', (price, text) => expect(priceText(price)).toBe(text))

  it('amounts, distances and times name their unit', () => {
    expect(usd(1_244_000)).toBe('$1.24M')
    expect(percentText(0.0181)).toBe('+1.81 %')
    expect(percentText(-0.005)).toBe('-0.50 %')
    expect(timeText(Date.UTC(2026, 2, 18, 12))).toBe('2026-03-18 12:00 UTC')
  })
})
