import { mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

const LOCK = 'lock'

/** The folder that keeps scores and alerts over restarts. One process keeps a folder at a time. */
export class DataFolder {
  private lock: Promise<string | undefined> | undefined

  constructor(readonly path: string) {}

  /**
   * Takes the folder for this process, making it where there is none; what a killed process left behind is taken over.
   *
   * @returns who holds it; undefined when we do. Rejects when it cannot be used.
   */
  take(): Promise<string | undefined> {
    this.lock ??= takeLock(this.path)
    return this.lock
  }

  /** Why nothing is kept there, in words that end a sentence; undefined when it is ours. */
  async fault(): Promise<string | undefined> {
    try {
      const owner = await this.take()
      return owner === undefined ? undefined : `another liqscope (process ${owner}) keeps its data in ${this.path}`
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** Lets others have it. */
  async release(): Promise<void> {
    const owner = await this.lock?.catch(() => 'nobody')
    if (this.lock !== undefined && owner === undefined) await unlink(join(this.path, LOCK)).catch(() => undefined)
  }
}

async function takeLock(dir: string): Promise<string | undefined> {
  await mkdir(dir, { recursive: true })
  const path = join(dir, LOCK)
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = await open(path, 'wx')
      await handle.writeFile(`${process.pid}\n`)
      await handle.close()
      return undefined
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      const owner = (await readFile(path, 'utf8').catch(() => '')).trim()
      if (isRunning(Number(owner)) || attempt > 0) return owner
      await unlink(path).catch(() => undefined) // left behind by a process that was killed
    }
  }
}

/** Our own number may be that of a process before a reboot, as in a container: then the file is a leftover too. */
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
