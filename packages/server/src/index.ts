export { PortBusyError, ServerError } from './error.ts'
export { type RunningServer, type ServerOptions, startServer } from './server.ts'
