import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvScanner } from './csv-scanner.ts'

function scannerOf(text: string): CsvScanner {
  const scanner = new CsvScanner('test.csv')
  scanner.push(Buffer.from(text))
  scanner.end()
  return scanner
}

describe('CsvScanner', () => {
  it('reads any decimal exactly as Number() does', () => {
    const digits = (max: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: max })
    const decimal = fc
      .tuple(
        fc.constantFrom('', '-', '+'),
        digits(20),
        fc.option(digits(14)),
        fc.option(fc.integer({ min: -30, max: 30 })),
      )
      .map(
        ([sign, whole, part, exponent]) =>
          `${sign}${whole}${part === null ? '' : `.${part}`}${exponent === null ? '' : `e${exponent}`}`,
      )
    fc.assert(
      fc.property(decimal, (text) => {
        const scanner = scannerOf(`${text},x\n`)
        expect(scanner.next()).toBe(true)
        expect(scanner.number(0)).toBe(Number(text))
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['', ' ', '-', '.', '+.', '1.2.3', '1,5e', '0x10', '1_000', 'Infinity', '1e', '--1', '1 2', '٣'])(
    'reads %j as no number',
    (text) => {
      const scanner = scannerOf(`"${text}",x\n`)
      expect(scanner.next()).toBe(true)
      expect(scanner.number(0)).toBeNaN()
    },
  )

  it('gives back the fields of any table that was written as CSV', () => {
    const field = fc.string({ unit: fc.constantFrom(...'ab,"\n 1é'), maxLength: 8 }).map((text) => `x${text}x`)
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }), (rows) => {
        const written = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
        const scanner = scannerOf(rows.map((row) => row.map(written).join(',')).join('\r\n'))
        for (const row of rows) {
          expect(scanner.next()).toBe(true)
          expect(Array.from({ length: scanner.fields }, (_, i) => scanner.text(i))).toEqual(row)
        }
        expect(scanner.next()).toBe(false)
      }),
    )
  })

  it('counts the lines inside quoted fields', () => {
    const scanner = scannerOf('a,"b\nc\nd"\n\ne,f\n')
    expect(scanner.next()).toBe(true)
    expect(scanner.line).toBe(1)
    expect(scanner.next()).toBe(true)
    expect(scanner.line).toBe(5)
  })

  it('passes over a byte order mark, so that a quote after it opens a field', () => {
    const scanner = scannerOf('\ufeff"a,b",c\n')
    expect(scanner.next()).toBe(true)
    expect([scanner.text(0), scanner.text(1), scanner.fields]).toEqual(['a,b', 'c', 2])
  })
})
