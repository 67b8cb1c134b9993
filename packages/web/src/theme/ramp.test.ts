import { describe, expect, it } from 'vitest'
import { RAMP_STEPS, rampColours } from './ramp.ts'

const BACKGROUND = { dark: [13, 16, 20], light: [255, 255, 255] } as const

describe('the heat ramp', () => {
  it.each(['dark', 'light'] as const)('puts more strength further from the %s background', (theme) => {
    for (const name of ['viridis', 'cividis', 'inferno', 'grey'] as const) {
      const colours = rampColours(name, theme, 10)
      const contrast = (strength: number) => {
        const alpha = colours[strength * 4 + 3]! / 255
        const weights = [0.2126, 0.7152, 0.0722]
        return Math.abs(
          weights.reduce((sum, w, i) => sum + w * alpha * (colours[strength * 4 + i]! - BACKGROUND[theme][i]!), 0),
        )
      }
      for (const [low, high] of [
        [20, 50],
        [50, 75],
        [75, 100],
      ] as const)
        expect(contrast(high), `${name} ${low} to ${high}`).toBeGreaterThan(contrast(low))
    }
  })

  it('is transparent below the threshold and opaque at the top', () => {
    const colours = rampColours('viridis', 'dark', 25)
    expect(colours[24 * 4 + 3]).toBe(0)
    expect(colours[25 * 4 + 3]).toBeGreaterThan(0)
    expect(colours[(RAMP_STEPS - 1) * 4 + 3]).toBe(255)
  })
})
