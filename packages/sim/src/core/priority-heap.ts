/**
 * A binary heap of (key, slot, stamp), smallest key first, on typed arrays.
 *
 * Entries are never changed: a holder that changes its mind pushes another entry with a new stamp, and whoever pops
 * drops the entries whose stamp is no longer the slot's. `compact` keeps such dead entries from piling up.
 */
export class PriorityHeap {
  #keys = new Float64Array(1024)
  #slots = new Int32Array(1024)
  #stamps = new Float64Array(1024)
  #size = 0
  /** Of the entry last popped. */
  slot = 0
  stamp = 0

  get size(): number {
    return this.#size
  }

  /** The smallest key, `Infinity` when empty. */
  get topKey(): number {
    return this.#size > 0 ? this.#keys[0]! : Number.POSITIVE_INFINITY
  }

  push(key: number, slot: number, stamp: number): void {
    if (this.#size === this.#keys.length) this.#grow()
    let at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#keys[parent]! <= key) break
      this.#move(parent, at)
      at = parent
    }
    this.#put(at, key, slot, stamp)
  }

  /** Removes the smallest entry and leaves it in `slot` and `stamp`. Must not be empty. */
  pop(): void {
    this.slot = this.#slots[0]!
    this.stamp = this.#stamps[0]!
    const last = --this.#size
    if (last > 0) this.#sink(0, this.#keys[last]!, this.#slots[last]!, this.#stamps[last]!)
  }

  /** Drops the entries that are not alive, in O(size). */
  compact(isAlive: (slot: number, stamp: number) => boolean): void {
    let kept = 0
    for (let at = 0; at < this.#size; at++) if (isAlive(this.#slots[at]!, this.#stamps[at]!)) this.#move(at, kept++)
    this.#size = kept
    for (let at = (kept >> 1) - 1; at >= 0; at--) this.#sink(at, this.#keys[at]!, this.#slots[at]!, this.#stamps[at]!)
  }

  #sink(from: number, key: number, slot: number, stamp: number): void {
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#size) break
      if (child + 1 < this.#size && this.#keys[child + 1]! < this.#keys[child]!) child++
      if (this.#keys[child]! >= key) break
      this.#move(child, at)
      at = child
    }
    this.#put(at, key, slot, stamp)
  }

  #move(from: number, to: number): void {
    this.#keys[to] = this.#keys[from]!
    this.#slots[to] = this.#slots[from]!
    this.#stamps[to] = this.#stamps[from]!
  }

  #put(at: number, key: number, slot: number, stamp: number): void {
    this.#keys[at] = key
    this.#slots[at] = slot
    this.#stamps[at] = stamp
  }

  #grow(): void {
    const capacity = this.#keys.length * 2
    const keys = new Float64Array(capacity)
    const slots = new Int32Array(capacity)
    const stamps = new Float64Array(capacity)
    keys.set(this.#keys)
    slots.set(this.#slots)
    stamps.set(this.#stamps)
    this.#keys = keys
    this.#slots = slots
    this.#stamps = stamps
  }
}
