import type { PriceChart } from '../price-chart.ts'

/** How much an axis drag over its whole height stretches the prices, as a power of e. */
const DRAG_POWER = 3
const WHEEL_POWER = 0.0012
/** The view may hold prices from a hundredth of a per cent to a factor of e^4. */
const LEAST_SPAN = 1e-4
const LARGEST_SPAN = 8

/**
 * The vertical handling of the plot, as traders know it: dragging the axis scales, dragging the profile moves, the
 * wheel over either zooms at the cursor, a double click resets. Returns how to stop.
 */
export function handlePrices(
  canvas: HTMLCanvasElement,
  axisFrom: () => number,
  chart: () => PriceChart | undefined,
): () => void {
  const control = new AbortController()
  const options = { signal: control.signal }
  let drag: { readonly y: number; readonly from: number; readonly to: number; readonly scales: boolean } | undefined

  canvas.addEventListener(
    'pointerdown',
    (event) => {
      const current = chart()
      if (!current || event.button !== 0) return
      const { from, to } = current.geometry()
      drag = { y: event.offsetY, from, to, scales: event.offsetX >= axisFrom() }
      canvas.setPointerCapture(event.pointerId)
    },
    options,
  )
  canvas.addEventListener(
    'pointermove',
    (event) => {
      const current = chart()
      if (!drag || !current) return
      const { height } = current.geometry()
      const moved = (event.offsetY - drag.y) / Math.max(1, height)
      if (Math.abs(moved) < 1e-9) return
      const span = drag.to - drag.from
      if (drag.scales) {
        const middle = (drag.from + drag.to) / 2
        const half = clampSpan(span * Math.exp(moved * DRAG_POWER)) / 2
        current.showPrices(middle - half, middle + half)
      } else current.showPrices(drag.from + moved * span, drag.to + moved * span)
    },
    options,
  )
  for (const end of ['pointerup', 'pointercancel'] as const)
    canvas.addEventListener(
      end,
      () => {
        drag = undefined
      },
      options,
    )
  canvas.addEventListener('dblclick', () => chart()?.resetPrices(), options)
  canvas.addEventListener(
    'wheel',
    (event) => {
      const current = chart()
      if (!current) return
      event.preventDefault()
      const { from, to, lnOf } = current.geometry()
      const at = lnOf(event.offsetY)
      const span = clampSpan((to - from) * Math.exp(event.deltaY * WHEEL_POWER))
      const share = (at - from) / (to - from)
      current.showPrices(at - share * span, at + (1 - share) * span)
    },
    { ...options, passive: false },
  )
  return () => control.abort()
}

function clampSpan(span: number): number {
  return Math.min(LARGEST_SPAN, Math.max(LEAST_SPAN, span))
}
