import { EXIT } from './exit.ts'

/** SIGINT and SIGTERM: before the server stands they end the process, afterwards they are waited for. */
export class StopSignal {
  #standing: ((signal: NodeJS.Signals) => void) | undefined

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => this.#came(name))
  }

  /** Resolves at the first signal. A second one ends the process at once. */
  wait(): Promise<NodeJS.Signals> {
    return new Promise((resolve) => {
      this.#standing = (signal) => {
        this.#standing = () => process.exit(EXIT.failure)
        resolve(signal)
      }
    })
  }

  #came(signal: NodeJS.Signals): void {
    if (this.#standing === undefined) process.exit(EXIT.ok)
    this.#standing(signal)
  }
}
