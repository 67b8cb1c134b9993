export { describeInterval } from './bar-assembler.ts'
export { type BarsFile, type BarsProgress, type BarsSummary, type ReadBarsOptions, readBars } from './bars-file.ts'
export { BarsFileError } from './bars-file-error.ts'
export { instrumentOfFile } from './file-instrument.ts'
