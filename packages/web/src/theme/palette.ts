import type { PositionSide } from '@liqscope/market'
import type { SideSet, Theme } from './preference.ts'

/** The tokens a canvas needs, read from the style sheet so that each colour is written once. */
export interface Palette {
  readonly theme: Theme
  readonly font: string
  readonly bg: string
  readonly raised: string
  readonly line: string
  readonly line2: string
  readonly text: string
  readonly text2: string
  readonly text3: string
  readonly accent: string
  readonly warn: string
  readonly sim: string
  readonly ink: string
  readonly side: Readonly<Record<PositionSide, string>>
  readonly sideText: Readonly<Record<PositionSide, string>>
  /** Tints of the side hue by leverage group, faintest first; the last one is for `unknown`. */
  readonly tints: Readonly<Record<PositionSide, readonly string[]>>
}

/** How far each leverage group is mixed towards the background: ≤10×, 25×, 50×, 100×, unknown. */
const TINTS: Record<Theme, readonly number[]> = {
  dark: [0.56, 0.38, 0.19, 0, 0.72],
  light: [0.5, 0.34, 0.17, 0, 0.68],
}

/** Reads the palette in force. Call again after the theme or the side set changed. */
export function readPalette(theme: Theme, _sides: SideSet): Palette {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const bg = token('--bg')
  const tints = (colour: string) => TINTS[theme].map((share) => mix(colour, bg, share))
  return {
    theme,
    font: token('--font'),
    bg,
    raised: token('--raised'),
    line: token('--line'),
    line2: token('--line-2'),
    text: token('--text'),
    text2: token('--text-2'),
    text3: token('--text-3'),
    accent: token('--accent'),
    warn: token('--warn'),
    sim: token('--sim'),
    ink: token('--ink'),
    side: { long: token('--long'), short: token('--short') },
    sideText: { long: token('--long-text'), short: token('--short-text') },
    tints: { long: tints(token('--long')), short: tints(token('--short')) },
  }
}

/** `#rrggbb` or `#rgb` mixed with another by `share` of the other. */
export function mix(colour: string, other: string, share: number): string {
  const [from, to] = [channels(colour), channels(other)]
  const parts = from.map((a, i) =>
    Math.round(a + (to[i]! - a) * share)
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${parts.join('')}`
}

/** A style sheet's minifier writes #ffffff as #fff. */
function channels(colour: string): number[] {
  const digits = colour.slice(1)
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : (digits.match(/../g) ?? [])
  return pairs.map((pair) => Number.parseInt(pair, 16))
}
