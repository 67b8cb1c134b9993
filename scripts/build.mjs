// Builds when a source is newer than the last build: `npm ci` runs it, and so does the command in a checkout.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'node_modules', '.liqscope-build')

/** Newest change, epoch ms, below `folder`, build output left out. */
function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return latest
}

function isFresh() {
  const outputs = ['packages/cli/dist/index.js', 'packages/web/dist/index.html']
  if (!existsSync(stamp) || !outputs.every((file) => existsSync(join(root, file)))) return false
  const built = statSync(stamp).mtimeMs
  const settings = ['package-lock.json', 'tsconfig.base.json'].map((file) => statSync(join(root, file)).mtimeMs)
  return built > Math.max(newest(join(root, 'packages')), newest(join(root, 'bench')), ...settings)
}

if (!isFresh()) {
  const started = Date.now()
  console.error('liqscope: building (once after a change)')
  const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (built.status !== 0) {
    console.error('liqscope: the build failed; the lines above say where')
    process.exit(1)
  }
  writeFileSync(stamp, '')
  console.error(`liqscope: built in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
