import { interpolateCividis, interpolateInferno, interpolateViridis } from 'd3-scale-chromatic'
import type { RampName, Theme } from './preference.ts'

/** One RGBA quadruple for each whole strength 0-100. */
export const RAMP_STEPS = 101

const INTERPOLATE: Record<RampName, (share: number) => string> = {
  viridis: interpolateViridis,
  cividis: interpolateCividis,
  inferno: interpolateInferno,
  grey: (share) => {
    const level = Math.round(21 + 234 * share)
    return `rgb(${level},${level},${level})`
  },
}

/** Opacity rises from `from` to 1 over this many points of strength above the threshold. */
const FADE: Record<Theme, { readonly from: number; readonly points: number }> = {
  dark: { from: 0.14, points: 36 },
  light: { from: 0.06, points: 52 },
}

/**
 * The colours of strength 0-100, RGBA bytes. More is further from the background in both themes: dark runs dark to
 * bright, light runs reversed. Strength below `threshold` is transparent.
 */
export function rampColours(name: RampName, theme: Theme, threshold: number): Uint8ClampedArray {
  const colours = new Uint8ClampedArray(RAMP_STEPS * 4)
  const { from, points } = FADE[theme]
  for (let strength = 0; strength < RAMP_STEPS; strength++) {
    const share = strength / 100
    const [r, g, b] = channels(INTERPOLATE[name](theme === 'dark' ? share * 0.98 : (1 - share) * 0.88))
    const opacity = strength < threshold ? 0 : Math.min(1, from + ((1 - from) * (strength - threshold)) / points)
    colours.set([r, g, b, Math.round(opacity * 255)], strength * 4)
  }
  return colours
}

/** Reads `#rrggbb` and `rgb(r, g, b)`, the two forms the ramps come in. */
function channels(colour: string): [number, number, number] {
  const hex = /^#(..)(..)(..)$/.exec(colour)
  const parts = hex
    ? hex.slice(1).map((part) => Number.parseInt(part, 16))
    : (colour.match(/\d+/g) ?? []).map((part) => Number(part))
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0]
}
