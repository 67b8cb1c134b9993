import type { Text } from '../en/index.ts'
import { accuracy } from './accuracy.ts'
import { dialogs } from './dialogs.ts'
import { insight } from './insight.ts'
import { page } from './page.ts'
import { panels } from './panels.ts'
import { picture } from './picture.ts'

export const es: Text = { page, picture, panels, dialogs, accuracy, insight }
