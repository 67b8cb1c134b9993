/** The root of every error this package throws on purpose. */
export class ServerError extends Error {
  override readonly name: string = 'ServerError'
}

/** Another program listens on the port. */
export class PortBusyError extends ServerError {
  override readonly name = 'PortBusyError'
  constructor(
    readonly host: string,
    readonly port: number,
    options?: ErrorOptions,
  ) {
    super(`port ${port} on ${host} is busy: another program listens there, choose another port`, options)
  }
}

/** A file or folder that holds no journal of a running score. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
}
