import type { PlotBox, PriceWindow } from './build.ts'

export interface MapHandlers {
  readonly window: () => PriceWindow | undefined
  readonly box: () => PlotBox
  readonly show: (window: PriceWindow) => void
  readonly reset: () => void
  readonly hover: (x: number, y: number) => void
  readonly leave: () => void
}

const WHEEL_POWER = 0.0012
/** Narrowest and widest window, as a share of its middle price. */
const LEAST_SHARE = 0.001
const LARGEST_SHARE = 1.9

/** A finger that rests this long reads prices instead of moving the picture, */
const LONG_PRESS_MS = 400
/** and one that moved this far before does not rest, CSS pixels. */
const STILL_PX = 8

/**
 * Wheel zooms at the cursor, drag pans, pinch zooms, double click resets. A finger that rests holds the crosshair: it
 * follows the finger, stays when that leaves, and goes with the next touch. Returns how to stop.
 */
export function handleMap(canvas: HTMLCanvasElement, on: MapHandlers): () => void {
  const control = new AbortController()
  const options = { signal: control.signal }
  const pointers = new Map<number, number>()
  let held: { window: PriceWindow; positions: readonly number[] } | undefined
  let press: { timer: ReturnType<typeof setTimeout>; x: number; y: number } | undefined
  let isReading = false
  const endPress = () => {
    clearTimeout(press?.timer)
    press = undefined
  }

  const hold = () => {
    const window = on.window()
    held = window ? { window, positions: [...pointers.values()] } : undefined
  }
  const priceAt = (x: number, window: PriceWindow) => {
    const { left, right } = on.box()
    return window.low + ((x - left) / (right - left)) * (window.high - window.low)
  }

  canvas.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return
      canvas.setPointerCapture(event.pointerId)
      pointers.set(event.pointerId, event.offsetX)
      hold()
      if (event.pointerType !== 'touch') return
      endPress()
      isReading = false
      on.leave()
      const { offsetX: x, offsetY: y } = event
      const read = () => {
        isReading = pointers.size === 1
        if (isReading) on.hover(x, y)
      }
      press = { timer: setTimeout(read, LONG_PRESS_MS), x, y }
    },
    options,
  )
  canvas.addEventListener(
    'pointermove',
    (event) => {
      if (press && Math.hypot(event.offsetX - press.x, event.offsetY - press.y) > STILL_PX && !isReading) endPress()
      // A finger that moves the picture hides what it would read.
      if (event.pointerType !== 'touch' || isReading) on.hover(event.offsetX, event.offsetY)
      if (isReading) return
      if (!pointers.has(event.pointerId) || !held) return
      pointers.set(event.pointerId, event.offsetX)
      const [a0, b0] = held.positions
      const [a1, b1] = [...pointers.values()]
      if (a0 === undefined || a1 === undefined) return
      if (b0 === undefined || b1 === undefined) {
        on.show(moved(held.window, a1 - a0, on.box()))
        return
      }
      const middle = priceAt((a0 + b0) / 2, held.window)
      on.show(zoomed(held.window, middle, Math.abs(a0 - b0) / Math.max(8, Math.abs(a1 - b1))))
    },
    options,
  )
  for (const end of ['pointerup', 'pointercancel'] as const)
    canvas.addEventListener(
      end,
      (event) => {
        pointers.delete(event.pointerId)
        endPress()
        hold()
      },
      options,
    )
  canvas.addEventListener('pointerleave', ({ pointerType }) => pointerType !== 'touch' && on.leave(), options)
  canvas.addEventListener('dblclick', () => on.reset(), options)
  canvas.addEventListener(
    'wheel',
    (event) => {
      const window = on.window()
      if (!window) return
      event.preventDefault()
      on.show(zoomed(window, priceAt(event.offsetX, window), Math.exp(event.deltaY * WHEEL_POWER)))
    },
    { ...options, passive: false },
  )
  return () => {
    endPress()
    control.abort()
  }
}

/** The window after dragging by `pixels`. */
export function moved({ low, high }: PriceWindow, pixels: number, { left, right }: PlotBox): PriceWindow {
  const shift = Math.min(low * 0.9, (pixels / (right - left)) * (high - low))
  return { low: low - shift, high: high - shift }
}

/** The window stretched by `factor` around a price that stays where it is. */
export function zoomed({ low, high }: PriceWindow, price: number, factor: number): PriceWindow {
  const middle = (low + high) / 2
  const span = Math.min(LARGEST_SHARE * middle, Math.max(LEAST_SHARE * middle, (high - low) * factor))
  const share = (price - low) / (high - low)
  const next = { low: price - share * span, high: price + (1 - share) * span }
  return next.low > 0 ? next : { low: low / 2, high: next.high }
}
