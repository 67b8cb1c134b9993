import type { Browser } from 'playwright-core'

export interface OpenedBrowser {
  readonly browser: Browser
  readonly close: () => Promise<void>
}

/** `emulatesGpu`: as tests have it, the default. False: canvases are drawn by the CPU, as on a machine without a GPU. */
export function openBrowser(options?: { readonly emulatesGpu?: boolean }): Promise<OpenedBrowser>
