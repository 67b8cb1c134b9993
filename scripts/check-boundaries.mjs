// Proves that the compiler refuses an undeclared import between packages, and a DOM or Node name in the engine:
// compiles three wrong files and expects each to fail for its own reason.
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'

const WRONG = [
  {
    what: 'engine importing feeds',
    project: 'packages/engine',
    text: "export * from '@liqscope/feeds'\n",
    reason: /TS6059|TS6307/,
  },
  {
    what: 'feeds importing engine',
    project: 'packages/feeds',
    text: "export * from '@liqscope/engine'\n",
    reason: /TS6059|TS6307/,
  },
  {
    what: 'a DOM name in engine',
    project: 'packages/engine',
    text: 'export const title = document.title\n',
    reason: /TS2584|TS2304/,
  },
  {
    what: 'a Node name in engine',
    project: 'packages/engine',
    text: 'export const pid = process.pid\n',
    reason: /TS2591|TS2580|TS2304/,
  },
]

let failures = 0
for (const { what, project, text, reason } of WRONG) {
  const file = `${project}/src/boundary-probe.ts`
  writeFileSync(file, text)
  try {
    const { stdout, status } = spawnSync('npx', ['--no-install', 'tsc', '-p', project, '--noEmit'], {
      encoding: 'utf8',
    })
    const refused =
      status !== 0 && stdout.split('\n').some((line) => line.includes('boundary-probe') && reason.test(line))
    console.log(`${refused ? 'refused ' : 'ACCEPTED'} ${what}`)
    if (!refused) failures++
  } finally {
    rmSync(file)
  }
}
process.exit(failures === 0 ? 0 : 1)
