import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { openSession } from './app/session.ts'
import { loadText } from './text/language.ts'
import { readPreference } from './theme/preference.ts'
import './theme/tokens.css'
import './app/css/base.css'
import './app/css/layout.css'
import './app/css/top.css'
import './app/css/bar.css'
import './app/css/notice.css'
import './app/css/heads.css'
import './app/css/tooltip.css'
import './app/css/replay.css'
import './app/css/panels.css'
import './app/css/alerts.css'
import './app/css/accuracy.css'
import './app/css/table.css'
import './app/css/dialogs.css'
import './app/css/tablet.css'
import './app/css/phone.css'
import './app/css/insight.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id root')
const preference = readPreference()
const text = await loadText(preference.language)
createRoot(root).render(<App session={openSession(preference, text)} />)
