/** How long a venue wants silence, remembered beyond one run: asking during a ban makes it longer. */
export interface Bans {
  /** Epoch ms until which an address (`https://fapi.binance.com`) wants no requests; 0 when nothing is known. */
  until(baseUrl: string): number
  /** Called when a venue said so. Must not throw. */
  remember(baseUrl: string, until: number): void
}

/** Remembered for this run alone. */
export const noBans: Bans = { until: () => 0, remember: () => {} }
