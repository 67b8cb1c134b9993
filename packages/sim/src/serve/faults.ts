import type { MessageKind } from './dialect.ts'

/** What a venue lets its faults reach. */
export interface FaultReach {
  dropAll(code: number): void
  sendAll(frame: string | Buffer): void
  /** Sends the venue's own word before an upgrade to everyone. */
  noticeAll(): void
  /** Changes how a symbol is listed. @throws {RangeError} on a symbol that is not served. */
  list(symbol: string, change: { readonly listed?: boolean; readonly unitFactor?: number }): void
}

/** One thing that goes wrong. Times in ms. */
export type Fault =
  | { readonly kind: 'close'; readonly code: number }
  | { readonly kind: 'notice'; readonly afterMs: number }
  | { readonly kind: 'blackHole'; readonly ms: number }
  | { readonly kind: 'silence'; readonly name: string }
  | { readonly kind: 'acknowledgeOnly' }
  | { readonly kind: 'lose'; readonly name: string; readonly count: number }
  | { readonly kind: 'malformed'; readonly text: string }
  | { readonly kind: 'huge'; readonly bytes: number }
  | { readonly kind: 'badUtf8' }
  | { readonly kind: 'truncate' | 'duplicate' | 'reorder'; readonly count: number }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'refuse'; readonly status: number; readonly times: number }
  | { readonly kind: 'jumpClock'; readonly ms: number }
  | { readonly kind: 'delist'; readonly symbol: string }
  | { readonly kind: 'changeUnit'; readonly symbol: string; readonly factor: number }
  | { readonly kind: 'clear' }

/** What becomes of a message. `held`: sent after the next one. */
export type Fate = 'lost' | 'sent' | 'twice' | 'held' | 'cut'

/** What goes wrong on purpose between the venue and its clients. Everything stays until `clear`, unless it counts. */
export class Faults {
  #silenced: string[] = []
  #blackUntil = 0
  #delayMs = 0
  #clockSkewMs = 0
  #losses: { readonly name: string; left: number }[] = []
  #counted: { readonly fate: Fate; left: number }[] = []
  #refusals: { readonly status: number; left: number }[] = []
  #closing: { readonly at: number; readonly code: number } | undefined
  #reach: FaultReach | undefined
  readonly #now: () => number

  /** `now` in epoch ms, on the wall clock. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Wires the faults that act on the whole venue. */
  connect(reach: FaultReach): void {
    this.#reach = reach
  }

  /** Closes every connection now; 1006 cuts the line without a close frame. */
  dropConnections(code = 1006): void {
    this.#reach?.dropAll(code)
  }

  /** Says that an upgrade is near, where the venue has a word for it, and closes every connection after `afterMs`. */
  noticeThenClose(afterMs = 30_000, code = 1001): void {
    this.#reach?.noticeAll()
    this.#closing = { at: this.#now() + afterMs, code }
  }

  /** Nothing goes out and nothing is heard for this long, lines stay open: a half-open socket. */
  blackHole(ms: number): void {
    this.#blackUntil = this.#now() + ms
  }

  /** Sends no more of what is named by a message kind, or by a part of the stream's name such as `@forceOrder`. */
  silence(channel: string): void {
    this.#silenced.push(channel)
  }

  /** Acknowledges every request and sends nothing else. */
  acknowledgeOnly(): void {
    this.#silenced.push('')
  }

  /** Loses the next messages of this kind, or of streams with this in their name: what follows has a hole before it. */
  lose(name: string, count = 1): void {
    this.#losses.push({ name, left: count })
  }

  /** Sends this text to everyone now, whatever it is. */
  malformed(text: string): void {
    this.#reach?.sendAll(text)
  }

  /** Sends everyone a frame of this many bytes that is JSON and means nothing. */
  huge(bytes: number): void {
    this.#reach?.sendAll(`{"padding":"${'x'.repeat(Math.max(0, bytes - 14))}"}`)
  }

  /** Sends everyone a text frame that is not UTF-8: a client has to end the connection with 1007. */
  badUtf8(): void {
    this.#reach?.sendAll(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0xff, 0x22, 0x7d]))
  }

  /** The next messages end in the middle. */
  truncate(count = 1): void {
    this.#counted.push({ fate: 'cut', left: count })
  }

  /** Every message leaves this much later; 0 ends it. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** The next messages go out twice. */
  duplicate(count = 1): void {
    this.#counted.push({ fate: 'twice', left: count })
  }

  /** The next messages change places with the one after. */
  reorder(count = 1): void {
    this.#counted.push({ fate: 'held', left: count })
  }

  /** The next REST requests are answered with this status, 429, 418, 403 or 5xx. Calls add up, in order. */
  refuse(status: number, times = 1): void {
    this.#refusals.push({ status, left: times })
  }

  /** Everything the venue stamps from now on is this much later (or earlier) than it was. */
  jumpClock(ms: number): void {
    this.#clockSkewMs += ms
  }

  /** The venue sends nothing more of a symbol, and no longer lists it as trading. */
  delist(symbol: string): void {
    this.#reach?.list(symbol, { listed: false })
  }

  /** Contracts of this symbol are `factor` times larger from now on, where the venue counts contracts. */
  changeUnit(symbol: string, factor: number): void {
    this.#reach?.list(symbol, { unitFactor: factor })
  }

  /** Does what a step of a script says. */
  inflict(fault: Fault): void {
    switch (fault.kind) {
      case 'close':
        this.dropConnections(fault.code)
        return
      case 'notice':
        this.noticeThenClose(fault.afterMs)
        return
      case 'blackHole':
        this.blackHole(fault.ms)
        return
      case 'silence':
        this.silence(fault.name)
        return
      case 'acknowledgeOnly':
        this.acknowledgeOnly()
        return
      case 'lose':
        this.lose(fault.name, fault.count)
        return
      case 'malformed':
        this.malformed(fault.text)
        return
      case 'huge':
        this.huge(fault.bytes)
        return
      case 'badUtf8':
        this.badUtf8()
        return
      case 'truncate':
        this.truncate(fault.count)
        return
      case 'duplicate':
        this.duplicate(fault.count)
        return
      case 'reorder':
        this.reorder(fault.count)
        return
      case 'delay':
        this.delay(fault.ms)
        return
      case 'refuse':
        this.refuse(fault.status, fault.times)
        return
      case 'jumpClock':
        this.jumpClock(fault.ms)
        return
      case 'delist':
        this.delist(fault.symbol)
        return
      case 'changeUnit':
        this.changeUnit(fault.symbol, fault.factor)
        return
      case 'clear':
        this.clear()
        return
    }
  }

  clear(): void {
    this.#silenced = []
    this.#blackUntil = 0
    this.#delayMs = 0
    this.#clockSkewMs = 0
    this.#losses = []
    this.#counted = []
    this.#refusals = []
    this.#closing = undefined
  }

  get dark(): boolean {
    return this.#now() < this.#blackUntil
  }

  get delayMs(): number {
    return this.#delayMs
  }

  get clockSkewMs(): number {
    return this.#clockSkewMs
  }

  /** Does what was announced for now. */
  tick(): void {
    if (this.#closing === undefined || this.#now() < this.#closing.at) return
    const { code } = this.#closing
    this.#closing = undefined
    this.#reach?.dropAll(code)
  }

  /** The status to refuse this REST request with, or undefined. */
  takeRefusal(): number | undefined {
    return take(this.#refusals)?.status
  }

  fate(kind: MessageKind, channel: string): Fate {
    if (this.dark) return 'lost'
    if (kind === 'control') return 'sent'
    const isNamed = (name: string): boolean => name === kind || channel.includes(name)
    if (this.#silenced.some(isNamed)) return 'lost'
    const loss = this.#losses.find(({ name, left }) => left > 0 && isNamed(name))
    if (loss !== undefined) {
      loss.left--
      return 'lost'
    }
    return take(this.#counted)?.fate ?? 'sent'
  }
}

/** The first that is not used up, used once. */
function take<C extends { left: number }>(counters: C[]): C | undefined {
  while (counters[0]?.left === 0) counters.shift()
  const first = counters[0]
  if (first !== undefined) first.left--
  return first
}
