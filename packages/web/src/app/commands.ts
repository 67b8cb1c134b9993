/** What the page can ask of the picture on screen; each view offers its own. */
export interface PictureCommands {
  readonly reset: () => void
  /** The picture alone, in device pixels. */
  readonly picture: () => HTMLCanvasElement
  /** What its colours and lengths stand for, one sentence. */
  readonly legend: () => string
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
