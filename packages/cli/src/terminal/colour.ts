/** Colours for one stream, or none: NO_COLOR is set, the stream is no terminal, or the terminal has no colours. */
export interface Palette {
  short(text: string): string
  long(text: string): string
  price(text: string): string
  faint(text: string): string
  strong(text: string): string
}

type Rgb = readonly [red: number, green: number, blue: number]
const SHORT: Rgb = [0xef, 0x53, 0x50]
const LONG: Rgb = [0x26, 0xa6, 0x9a]
const PRICE: Rgb = [0xff, 0xc1, 0x07]

/** NO_COLOR wins over FORCE_COLOR, which gives colours to a pipe; else the terminal decides. */
export function paletteFor(stream: { hasColors?: (count: number) => boolean }): Palette {
  const { NO_COLOR = '', FORCE_COLOR = '' } = process.env
  const forced = FORCE_COLOR !== '' && FORCE_COLOR !== '0'
  const has = (count: number) => NO_COLOR === '' && (stream.hasColors?.(count) ?? (forced && count <= 16))
  if (!has(16)) return { short: same, long: same, price: same, faint: same, strong: same }
  const rgb =
    (colour: Rgb, basic: number) =>
    (text: string): string =>
      `\u001b[${has(2 ** 24) ? `38;2;${colour.join(';')}` : basic}m${text}\u001b[39m`
  return {
    short: rgb(SHORT, 31),
    long: rgb(LONG, 32),
    price: rgb(PRICE, 33),
    faint: (text) => `\u001b[2m${text}\u001b[22m`,
    strong: (text) => `\u001b[1m${text}\u001b[22m`,
  }
}

function same(text: string): string {
  return text
}
