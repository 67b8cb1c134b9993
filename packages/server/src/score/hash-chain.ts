import { createHash } from 'node:crypto'

/**
 * SHA-256 over everything written so far: `head = sha256(head + "\n" + text)`, hex. Whoever keeps one hash can tell that
 * nothing before it was changed, left out or put in later.
 */
export class HashChain {
  constructor(private current = '') {}

  get head(): string {
    return this.current
  }

  /** Takes up a text and returns the new head. */
  add(text: string): string {
    this.current = createHash('sha256').update(`${this.current}\n${text}`).digest('hex')
    return this.current
  }
}
