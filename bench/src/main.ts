import type { Figure } from './figure.ts'

// `npm run bench` prints one JSON object per line: {name, value, unit, ratio?, against?}.
// `npm run bench -- NAME` runs the groups, else the figures, whose name contains NAME.

const GROUPS: Readonly<Record<string, () => Promise<AsyncIterable<Figure>>>> = {
  engine: async () => (await import('./engine.ts')).engineBench(),
  insight: async () => (await import('./insight.ts')).insightBench(),
  feeds: async () => (await import('./feeds.ts')).feedsBench(),
  rivals: async () => (await import('./rivals.ts')).rivalsBench(),
  loopback: async () => (await import('./loopback.ts')).loopbackBench(),
  sim: async () => (await import('./sim.ts')).simBench(),
  server: async () => (await import('./server.ts')).serverBench(),
  alerts: async () => (await import('./alerts.ts')).alertsBench(),
  cli: async () => (await import('./cli.ts')).cliBench(),
  page: async () => (await import('./page.ts')).pageBench(),
  web: async () => (await import('./web.ts')).webBench(),
}

/** They need what `npm ci` does not install. */
const ONLY_WHEN_NAMED: readonly string[] = ['rivals']

// Whoever has read enough, as `| head` does, ends the run without a word.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const wanted = process.argv[2]?.toLowerCase() ?? ''
const named = Object.keys(GROUPS).filter((name) => name.includes(wanted))
let printed = 0
for (const [name, open] of Object.entries(GROUPS)) {
  if (named.length > 0 && !named.includes(name)) continue
  if (ONLY_WHEN_NAMED.includes(name) && (wanted === '' || named.length === 0)) continue
  try {
    for await (const figure of await open()) {
      if (named.length === 0 && !figure.name.toLowerCase().includes(wanted)) continue
      console.log(JSON.stringify(figure))
      printed++
    }
  } catch (error) {
    console.error(`bench ${name}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
if (printed === 0 && process.exitCode === undefined) {
  console.error(`bench: no figure's name contains "${wanted}"; groups are ${Object.keys(GROUPS).join(', ')}`)
  process.exitCode = 1
}
