import { describe, expect, it } from 'vitest'
import {
  formatChange,
  formatFunding,
  formatPrice,
  formatPriceRange,
  formatShare,
  formatSize,
  formatStep,
  formatStrength,
  formatUsd,
  formatUsdRound,
  tickDigits,
} from './number.ts'

describe('a figure on the page', () => {
  it.each([
    [410_000, '$410K'],
    [1_860_000, '$1.9M'],
    [58_000_000, '$58.0M'],
    [99_960_000, '$100M'],
    [205_300_000, '$205M'],
    [999_600_000, '$1.00B'],
    [1_600_000_000, '$1.60B'],
    [1e-9, '$0'],
    [21_600_000_000, '$21.6B'],
    [950, '$950'],
    [0, '$0'],
    [-1_500_000, '\u2212$1.5M'],
  ])('writes %d dollars as %s', (usd, text) => {
    expect(formatUsd(usd)).toBe(text)
  })

  it.each([
    [0.0314, '+3.14 %'],
    [-0.0062, '\u22120.62 %'],
    [0, '0.00 %'],
    [-0.000001, '0.00 %'],
    [12.5, '+1,250.00 %'],
  ])('writes a change of %d with its sign as %s', (fraction, text) => {
    expect(formatChange(fraction)).toBe(text)
  })

  it('never shows an unknown as zero', () => {
    for (const unknown of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(formatUsd(unknown)).toBe('–')
      expect(formatChange(unknown)).toBe('–')
      expect(formatPrice(unknown, 0.1)).toBe('–')
      expect(formatShare(unknown)).toBe('–')
      expect(formatStrength(unknown)).toBe('–')
    }
  })

  it('writes prices with the digits of the tick', () => {
    expect(formatPrice(71184.2, 0.1)).toBe('71,184.2')
    expect(formatPrice(71184, 0.1)).toBe('71,184.0')
    expect(formatPrice(0.00001234, 0.00000001)).toBe('0.00001234')
    expect([0.1, 0.5, 1, 5, 0.001, 1e-8].map(tickDigits)).toEqual([1, 1, 0, 0, 3, 8])
    expect(formatPriceRange(73712.6, 73934.9, 0.1)).toBe('73,713 – 73,935')
    expect(formatPriceRange(0.12345, 0.13, 0.00001)).toBe('0.12345 – 0.13000')
  })

  it('never rounds a share up to all of it', () => {
    expect(formatShare(0.9999)).toBe('99.9 %')
    expect(formatShare(1)).toBe('100 %')
    expect(formatShare(0.992)).toBe('99.2 %')
  })

  it('leaves zeros out of round amounts on scales', () => {
    expect([5e3, 2.5e6, 1e9, 1.5e9, 0, 100, 20e6].map(formatUsdRound)).toEqual([
      '$5K',
      '$2.5M',
      '$1B',
      '$1.5B',
      '$0',
      '$100',
      '$20M',
    ])
  })

  it('writes funding, sizes, bin widths and strength', () => {
    expect(formatFunding(0.000061)).toBe('+0.0061 %')
    expect(formatSize(3910)).toBe('3.9K')
    expect(formatStep(0.0005)).toBe('0.05 %')
    expect(formatStep(0.001)).toBe('0.1 %')
    expect(formatStrength(76.4)).toBe('76')
    expect(formatStrength(0.2)).toBe('<1')
  })
})
