import type { Browser } from 'playwright-core'

export interface OpenedBrowser {
  readonly browser: Browser
  readonly close: () => Promise<void>
}

export function openBrowser(): Promise<OpenedBrowser>
