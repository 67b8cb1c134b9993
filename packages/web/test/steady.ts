import type { Page } from 'playwright-core'
import type {} from '../src/app/drawn.ts'

/** What the least of all frames since `watchPicture` showed. */
export interface Least {
  readonly frames: number
  readonly bars: number
  /** Colours in the plot, of 24 x 24 places. */
  readonly colours: number
  /** A sentence stood where the picture is. */
  readonly sentences: number
}

/** Looks at every frame from now on. */
export async function watchPicture(page: Page): Promise<void> {
  await page.evaluate(() => {
    const least = { frames: 0, bars: Number.POSITIVE_INFINITY, colours: Number.POSITIVE_INFINITY, sentences: 0 }
    Reflect.set(window, 'leastSeen', least)
    const small = new OffscreenCanvas(24, 24).getContext('2d', { willReadFrequently: true })!
    const look = () => {
      small.clearRect(0, 0, 24, 24)
      for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.plot canvas'))
        if (canvas.width > 200 && canvas.height > 200) small.drawImage(canvas, 0, 0, 24, 24)
      const colours = new Set(new Uint32Array(small.getImageData(0, 0, 24, 24).data.buffer)).size
      least.frames++
      least.bars = Math.min(least.bars, window.liqscopeDrawn?.bars.length ?? 0)
      least.colours = Math.min(least.colours, colours)
      least.sentences += document.querySelector('.picture-state') ? 1 : 0
      requestAnimationFrame(look)
    }
    // After the page's own callbacks of a frame.
    requestAnimationFrame(look)
  })
}

export function leastSeen(page: Page): Promise<Least> {
  return page.evaluate(() => Reflect.get(window, 'leastSeen') as Least)
}
