import { spawn } from 'node:child_process'
import { say } from '../output.ts'

/** Opens the address in the person's browser; without one it only says so. */
export function openInBrowser(url: string): void {
  const [command, ...before]: [string, ...string[]] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
  const child = spawn(command, [...before, url], { stdio: 'ignore', detached: true })
  child.on('error', () => say(`no browser could be opened here; go to ${url}`))
  child.unref()
}
