const SHOW_AFTER_MS = 400 // shorter work needs no bar
const REDRAW_MS = 100

/** A line on stderr that is redrawn while work goes on. Nothing at all when stderr is not a terminal. */
export class Progress {
  readonly #what: string
  readonly #shown = process.stderr.isTTY === true && process.env.TERM !== 'dumb'
  readonly #started = Date.now()
  #drawn = 0

  constructor(what: string) {
    this.#what = what
  }

  /** @param part done, 0 to 1; absent when the whole is not known. */
  update(part: number | undefined, detail: string): void {
    const now = Date.now()
    if (!this.#shown || now - this.#started < SHOW_AFTER_MS || now - this.#drawn < REDRAW_MS) return
    this.#drawn = now
    const width = 24
    const filled = Math.round(width * Math.min(1, part ?? 0))
    const bar =
      part === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${Math.round(part * 100)} % `
    process.stderr.write(`\r\u001b[2K${this.#what} ${bar}${detail}`)
  }

  /** Takes the line away. */
  end(): void {
    if (this.#drawn > 0) process.stderr.write('\r\u001b[2K')
    this.#drawn = 0
  }
}
