export { PortBusyError, ServerError } from './error.ts'
export { checkJournals, type JournalCheck } from './score/journal-check.ts'
export { type RunningServer, type ServerOptions, startServer } from './server.ts'
