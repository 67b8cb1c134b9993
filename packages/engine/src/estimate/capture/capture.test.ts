import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../proof/bootstrap.ts'
import { captureNote, captureOf } from './capture.ts'
import { CAPTURE_WINDOWS, CaptureCount } from './capture-count.ts'

const HOUR = 3_600_000

/** Forced orders in bursts; `crowd` times as many of the same sizes. */
function orders(crowd: number, hours: number, seed: number): { time: number; size: number }[] {
  const random = seeded(seed)
  const found: { time: number; size: number }[] = []
  for (let burst = 0; burst < 4 * hours; burst++) {
    const from = random() * hours * HOUR
    for (let i = 0; i < 25 * crowd; i++) found.push({ time: from + random() * 20_000, size: Math.exp(2 * random()) })
  }
  return found.sort((a, b) => a.time - b.time)
}

function counted(found: readonly { time: number; size: number }[]): CaptureCount {
  const count = new CaptureCount()
  for (const { time, size } of found) count.add(time, size)
  count.add(found.at(-1)!.time + HOUR, 1) // ends the last hour
  return count
}

function shareOf(found: readonly { time: number; size: number }[], openInterest: number) {
  const count = new CaptureCount()
  for (const { time, size } of found) count.add(time, size)
  return { ...count.share, openInterest }
}

/** What a sampled feed of these orders shows: of each second that opens with an order the largest. */
function shownOf(found: readonly { time: number; size: number }[]): number {
  let shown = 0
  let from = Number.NEGATIVE_INFINITY
  let largest = 0
  for (const { time, size } of found) {
    if (time < from + 1000) largest = Math.max(largest, size)
    else {
      shown += largest
      from = time
      largest = size
    }
  }
  return (shown + largest) / found.reduce((sum, order) => sum + order.size, 0)
}

describe('capture', () => {
  test('a sampled market of the same crowd shows what thinning the complete one says, within its band', () => {
    for (const seed of [1, 2, 3, 4]) {
      const capture = captureOf('binance', [shareOf(orders(1, 60, seed), 1e9)], 1e9)
      const truth = shownOf(orders(1, 60, seed + 100))
      expect(capture.source).toBe('learned')
      expect(Math.abs(capture.factor / truth - 1), `seed ${seed}`).toBeLessThan(0.1)
      expect(truth).toBeGreaterThan(capture.low)
      expect(truth).toBeLessThan(capture.high)
    }
  })

  test('a market four times as large is read through a window four times as long', () => {
    const share = shareOf(orders(1, 200, 5), 1e9)
    const truth = shownOf(orders(4, 200, 6))
    expect(Math.abs(captureOf('okx', [share], 4e9).factor / truth - 1)).toBeLessThan(0.15)
    expect(captureOf('okx', [share], 1e9).factor).toBeGreaterThan(1.3 * truth)
  })

  test('a complete feed shows all, a sampled one is assumed until twenty hours were seen', () => {
    expect(captureOf('bybit', [])).toEqual({ factor: 1, low: 1, high: 1, source: 'complete' })
    expect(captureOf('binance', []).source).toBe('assumed')
    expect(captureOf('binance', [shareOf(orders(1, 10, 1), 1e9)]).source).toBe('assumed')
    expect(captureNote(captureOf('binance', []))).toContain('about 2.0 times as much (1.1 to 4.0; assumed')
    expect(captureNote(captureOf('gate', []))).toContain('all that is forced')
  })

  test('longer windows never show more, and no window shows more than there is', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ gap: fc.integer({ min: 0, max: 5000 }), size: fc.double({ min: 0.01, max: 10, noNaN: true }) }),
          {
            minLength: 1,
            maxLength: 60,
          },
        ),
        (steps) => {
          let time = 0
          const found = steps.map(({ gap, size }) => {
            time += gap
            return { time, size }
          })
          const { share } = counted(found)
          const [shortest] = share.shown
          expect(shortest! / share.total).toBeLessThanOrEqual(1 + 1e-9)
          expect(share.shown.length).toBe(CAPTURE_WINDOWS.length)
          expect(share.shown.at(-1)!).toBeLessThanOrEqual(shortest! * (1 + 1e-9))
        },
      ),
    )
  })
})
