import { createRequire } from 'node:module'
import type { Exchange } from '@liqscope/feeds'

/** Another library that understands what the exchanges send. */
export interface Rival {
  readonly name: string
  readonly channels: readonly RivalChannel[]
  /** What it reads but is not measured on, and why. */
  readonly leftOut: readonly string[]
}

/** What a message is about; it decides which number of an event two readers are held to agree on. */
export type Subject = 'trade' | 'liquidationOrder' | 'markPrice' | 'funding' | 'openInterest' | 'orderBook'

export interface RivalChannel {
  readonly exchange: Exchange
  readonly subject: Subject
  /** Name of the exchange's fixture. */
  readonly fixture: string
  /** The stream's suffix, of an exchange that sends combined frames. */
  readonly stream?: string
  /** The rival's function. */
  readonly entry: string
  /** Frame text to the rival's own events. */
  read(text: string): readonly unknown[]
  /** The price, rate or time that the subject is told by (see `Subject`). */
  figureOf(event: unknown): number | undefined
}

const MANIFEST = new URL('../rivals/package.json', import.meta.url)

/** @throws when the rivals are not installed. */
export function loadRival(name: string): unknown {
  const load = createRequire(MANIFEST)
  try {
    load.resolve(name)
  } catch {
    throw new Error(`${name} is not installed: npm ci --prefix bench/rivals`)
  }
  return load(name)
}
