import { once } from 'node:events'

/** Results go to stdout, through here alone. Waits when the reader is slower, so that memory stays bounded. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain')
}

/** Everything that is not a result goes to stderr. */
export function say(text: string): void {
  process.stderr.write(`liqscope: ${text}\n`)
}

/** A reader that has seen enough (`| head`) closes the pipe: that is no failure. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      throw error
    })
}
