/** A map's window starts at a multiple of this many bins (1 %), so that it seldom moves under a viewer. */
export const WINDOW_STEP_BINS = 20
/** Fractions of the mark that a map shows below and above it unless asked otherwise. */
export const WINDOW = 0.2
