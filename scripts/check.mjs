// `npm run check`: types, tests' types, style, dead code, package boundaries, page size. Every step runs; any failure fails.
import { spawnSync } from 'node:child_process'

const STEPS = [
  ['types', 'tsc', ['-b']],
  ['types of tests', 'tsc', ['-p', 'tsconfig.test.json']],
  ['package boundaries', 'node', ['scripts/check-boundaries.mjs']],
  ['style', 'biome', ['check', '--error-on-warnings', '.']],
  ['dead code', 'knip', []],
  ['page size', 'size-limit', []],
]

const failed = STEPS.filter(([name, command, args]) => {
  console.log(`\n== ${name}`)
  return spawnSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' }).status !== 0
})
console.log(failed.length === 0 ? '\ncheck: all passed' : `\ncheck failed: ${failed.map(([name]) => name).join(', ')}`)
process.exit(failed.length === 0 ? 0 : 1)
