import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PriorityHeap } from './priority-heap.ts'

describe('PriorityHeap', () => {
  it('gives the keys back in order, each with its slot and stamp', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 3000 }), (keys) => {
        const heap = new PriorityHeap()
        keys.forEach((key, slot) => {
          heap.push(key, slot, slot * 2)
        })
        const sorted = keys.toSorted((a, b) => a - b)
        for (const key of sorted) {
          expect(heap.topKey === key).toBe(true)
          heap.pop()
          expect(keys[heap.slot] === key).toBe(true)
          expect(heap.stamp).toBe(heap.slot * 2)
        }
        expect(heap.topKey).toBe(Number.POSITIVE_INFINITY)
      }),
      { numRuns: 30 },
    )
  })

  it('loses the dead and nothing else when compacted', () => {
    const heap = new PriorityHeap()
    for (let slot = 0; slot < 5000; slot++) heap.push((slot * 7919) % 5000, slot, slot % 3)
    heap.compact((_, stamp) => stamp === 1)
    expect(heap.size).toBe(1667) // 1, 4, 7 ... 4999
    let previous = Number.NEGATIVE_INFINITY
    while (heap.size > 0) {
      expect(heap.topKey).toBeGreaterThanOrEqual(previous)
      previous = heap.topKey
      heap.pop()
      expect(heap.stamp).toBe(1)
    }
  })
})
