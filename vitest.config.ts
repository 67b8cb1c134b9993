import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['liqscope-source'] },
  ssr: { resolve: { conditions: ['liqscope-source'], externalConditions: ['liqscope-source'] } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'packages/*/test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // A browser on a shared machine misses a frame now and then. What is wrong fails twice.
    retry: process.env.CI ? 1 : 0,
    // What is waited for comes within milliseconds; a busy machine gets the time it needs.
    expect: { poll: { timeout: 8_000 } },
  },
})
