// Writes what `liqscope backtest` finds on a file into the product (the gain beside each tool) and into docs/insight.md.
// node scripts/record-backtests.mjs BARS.csv
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const TOOLS = ['breakout', 'scalp', 'stop', 'target', 'execution', 'volatility']
const GAINS = 'packages/engine/src/insight/tested-gains.ts'
const DOCUMENT = 'docs/insight.md'
const [BEGIN, END] = ['<!-- backtests: begin -->', '<!-- backtests: end -->']

const file = process.argv[2]
if (file === undefined) {
  console.error('usage: node scripts/record-backtests.mjs BARS.csv')
  process.exit(2)
}

function run(...args) {
  const { status, stdout, stderr } = spawnSync('node', ['packages/cli/bin/liqscope.mjs', 'backtest', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

const reports = JSON.parse(run('all', '--bars', file, '--json'))
const day = (time) => time.slice(0, 10)
const gains = TOOLS.map((tool) => {
  const { market, from, to, unit, gains: found, answered } = reports.find(({ test }) => test === tool)
  const { over, figure, verdict } = found[0]
  const entry = { over, unit, ...figure, decisions: answered, verdict, market, from: day(from), to: day(to) }
  const fields = Object.entries(entry).map(
    ([name, value]) => `    ${name}: ${typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : value},`,
  )
  return `  ${tool}: {\n${fields.join('\n')}\n  },`
})
writeFileSync(
  GAINS,
  `import type { TestedGain, ToolName } from './tested.ts'

/** Written by \`scripts/record-backtests.mjs\` from what \`liqscope backtest\` prints; docs/insight.md shows the same figures. */
export const TESTED_GAINS: { readonly [Tool in ToolName]?: TestedGain } = {
${gains.join('\n')}
}
`,
)
const text = readFileSync(DOCUMENT, 'utf8')
const tables = run('all', '--bars', file, '--markdown').trim()
const before = text.slice(0, text.indexOf(BEGIN) + BEGIN.length)
writeFileSync(DOCUMENT, `${before}\n\n${tables}\n\n${text.slice(text.indexOf(END))}`)
