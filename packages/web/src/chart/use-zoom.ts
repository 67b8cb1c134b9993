import { type RefObject, useCallback, useEffect, useRef } from 'react'
import type { Session } from '../app/session.ts'
import type { PriceChart } from './price-chart.ts'

/** A hand that rests this long has chosen. */
const REST_MS = 300

/**
 * Keeps the part in view in the session after a hand moved it, and shows a fresh view when `shown`, what the picture
 * is of, becomes another. Returns how to keep it after a key did.
 */
export function useZoom(
  box: RefObject<HTMLElement | null>,
  chart: RefObject<PriceChart | undefined>,
  session: Session,
  shown: string,
): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const before = useRef(shown)
  const keep = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      if (chart.current) session.setZoom(chart.current.zoom())
    }, REST_MS)
  }, [chart, session])
  useEffect(() => {
    if (before.current === shown) return
    const isFirst = before.current.startsWith('undefined')
    before.current = shown
    chart.current?.show(isFirst ? session.store.get().zoom : undefined)
  }, [shown, chart, session])
  useEffect(() => {
    const element = box.current
    if (!element) return
    const control = new AbortController()
    for (const name of ['wheel', 'pointerup', 'touchend', 'dblclick'] as const)
      element.addEventListener(name, keep, { signal: control.signal, passive: true })
    return () => {
      control.abort()
      clearTimeout(timer.current)
    }
  }, [box, keep])
  return keep
}
