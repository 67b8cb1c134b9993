/** The part of the picture in view: times (epoch ms) and prices. */
export interface InView {
  readonly from: number
  readonly to: number
  readonly low: number
  readonly high: number
}

/** What the page can ask of the picture on screen; each view offers its own. */
export interface PictureCommands {
  readonly reset: () => void
  /** Looks closer (factor below 1) or from further away. */
  readonly zoom: (factor: number) => void
  /** The picture alone, in device pixels. */
  readonly picture: () => HTMLCanvasElement
  /** What its colours and lengths stand for, one sentence. */
  readonly legend: () => string
  readonly inView: () => InView
  /** How many bins of the map make one drawn bar, and the USD of strength 100. */
  readonly rows: () => { readonly bins: number; readonly full: number }
}

let current: PictureCommands | undefined

/** Announces the picture on screen; returns how to take it back. */
export function offerPicture(commands: PictureCommands): () => void {
  current = commands
  return () => {
    if (current === commands) current = undefined
  }
}

export function pictureOnScreen(): PictureCommands | undefined {
  return current
}
