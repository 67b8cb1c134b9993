import type { DrawnBar } from '../chart/scene.ts'

/** The bars of the last painted picture: what a test, or a script on the page, compares with the API. */
export interface Drawn {
  readonly kind: 'profile' | 'map'
  /** USD of the bar that fills the scale. */
  readonly full: number
  readonly bars: readonly DrawnBar[]
  /** Outlines of known positions: USD of the longest, and how many. */
  readonly known?: { readonly full: number; readonly drawn: number }
}

declare global {
  interface Window {
    /** Read-only look at what is drawn; nothing on the page depends on it. */
    liqscopeDrawn?: Drawn
  }
}

export function publishDrawn(drawn: Drawn): void {
  window.liqscopeDrawn = drawn
}
