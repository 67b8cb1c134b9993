import { accuracy } from './accuracy.ts'
import { dialogs } from './dialogs.ts'
import { insight } from './insight.ts'
import { page } from './page.ts'
import { panels } from './panels.ts'
import { picture } from './picture.ts'

/** Every word the page says, in English: the catalogue the others are checked against. */
export const en = { page, picture, panels, dialogs, accuracy, insight }

export type Text = typeof en
