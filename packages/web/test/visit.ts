import type { Page } from 'playwright-core'
import type { Drawn } from '../src/app/drawn.ts'
import { type Opened, openPage, type PageOptions } from './browser.ts'
import type { ScriptedMarket } from './scripted-market.ts'
import { type ScriptedServer, scriptServer } from './scripted-server.ts'

export interface Scripted extends Opened {
  readonly server: ScriptedServer
}

const open: Opened[] = []

/** The page on a scripted market, once its picture stands. */
export async function visit(market: ScriptedMarket, query = '', options: PageOptions = {}): Promise<Scripted> {
  const opened = await openPage(options)
  open.push(opened)
  const server = await scriptServer(opened.page, market)
  await opened.page.goto(`${server.url}${query}`)
  await opened.page.waitForFunction(() => (window.liqscopeDrawn?.bars.length ?? 0) > 0)
  // The map comes before the history; with it the view of prices settles.
  if (!query.includes('view=map')) await opened.page.getByTestId('legend').filter({ hasText: '100 = ' }).waitFor()
  return { ...opened, server }
}

/** Closes every page of `visit`. */
export async function leaveAll(): Promise<void> {
  for (const { context } of open.splice(0)) await context.close()
}

export function drawnOn(page: Page): Promise<Drawn> {
  return page.evaluate(() => {
    if (!window.liqscopeDrawn) throw new Error('nothing is drawn')
    return window.liqscopeDrawn
  })
}
