import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

export interface Box {
  readonly box: RefObject<HTMLDivElement | null>
  readonly width: number // CSS pixels
  readonly height: number
  /** The widths the style sheet gives the profile and the price axis. */
  readonly profileWidth: number
  readonly axisWidth: number
}

/** The size of an element, kept up to date. */
export function useBox(): Box {
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0, profileWidth: 0, axisWidth: 0 })
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => {
      const style = getComputedStyle(element)
      setSize({
        width: element.clientWidth,
        height: element.clientHeight,
        profileWidth: Number.parseInt(style.getPropertyValue('--profile'), 10),
        axisWidth: Number.parseInt(style.getPropertyValue('--axis'), 10),
      })
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [])
  return { box, ...size }
}
