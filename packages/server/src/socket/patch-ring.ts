import type { Encoding } from './broadcast.ts'

/** Bytes of patches kept a market: at 60 KB a patch of a sum of six venues and four a second, half a minute. */
const MAX_BYTES = 8 * 1024 * 1024
/** A minute of patches; who was away longer reads a snapshot. */
const MAX_PATCHES = 240

interface Kept {
  readonly seq: number
  readonly data: ReadonlyMap<Encoding, string | Uint8Array>
  readonly bytes: number
}

/**
 * The newest patches of one market as they were sent, so that a client whose connection broke goes on where it was.
 * Without a hole: whatever cannot be kept is forgotten with all before it.
 */
export class PatchRing {
  private kept: Kept[] = []
  private bytes = 0

  /** @param data the patch in each encoding that somebody may come back for. */
  push(seq: number, data: ReadonlyMap<Encoding, string | Uint8Array>): void {
    if (this.kept.length > 0 && this.kept.at(-1)?.seq !== seq - 1) this.clear()
    const bytes = [...data.values()].reduce((sum, { length }) => sum + length, 0)
    this.kept.push({ seq, data, bytes })
    this.bytes += bytes
    while (this.bytes > MAX_BYTES || this.kept.length > MAX_PATCHES) this.bytes -= this.kept.shift()?.bytes ?? 0
  }

  /** What came after `seq`, oldest first; undefined when not all of it is kept. `newest`: the market's last seq. */
  after(seq: number, newest: number, encoding: Encoding): (string | Uint8Array)[] | undefined {
    if (seq === newest) return this.kept.at(-1)?.seq === newest ? [] : undefined
    const first = this.kept[0]?.seq
    if (first === undefined || seq < first - 1 || seq > newest || this.kept.at(-1)?.seq !== newest) return undefined
    const missed = this.kept.slice(seq - first + 1).map(({ data }) => data.get(encoding))
    return missed.every((one) => one !== undefined) ? missed : undefined
  }

  clear(): void {
    this.kept = []
    this.bytes = 0
  }
}
