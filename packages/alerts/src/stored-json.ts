import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A small JSON file that is either as it was or as it was last written, whatever happens in between. */
export class StoredJson<T> {
  constructor(
    private readonly path: string | undefined,
    private readonly check: (value: unknown) => T,
    private readonly empty: T,
  ) {}

  /** @throws {Error} naming the file when what stands in it is not what we wrote: nobody's rules are overwritten. */
  read(): T {
    const { path } = this
    if (path === undefined || !existsSync(path)) return this.empty
    try {
      return this.check(JSON.parse(readFileSync(path, 'utf8')))
    } catch (cause) {
      throw new Error(`${path} cannot be read; correct it or move it away: ${String(cause)}`, { cause })
    }
  }

  write(value: T): void {
    const { path } = this
    if (path === undefined) return
    mkdirSync(dirname(path), { recursive: true })
    const next = `${path}.next`
    const file = openSync(next, 'w', 0o600)
    writeSync(file, `${JSON.stringify(value, undefined, 2)}\n`)
    fsyncSync(file)
    closeSync(file)
    renameSync(next, path)
  }
}
