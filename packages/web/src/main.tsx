import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { openSession } from './app/session.ts'
import './theme/tokens.css'
import './app/base.css'
import './app/layout.css'
import './app/parts.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id root')
createRoot(root).render(<App session={openSession()} />)
