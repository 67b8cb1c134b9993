import { useState } from 'react'
import { pictureOnScreen } from '../app/commands.ts'
import { useApp, useScene, useSession, useText } from '../app/context.ts'
import { copyLink } from '../share/copy-link.ts'
import { download } from '../share/download.ts'
import { FORMATS, type Format, fileOf, type ShareFacts } from '../share/formats.ts'
import { fileStem, saveSnapshot } from '../share/snapshot.ts'
import { barsTable, heatTable, mapTable, ordersTable, type ShareTable } from '../share/tables.ts'
import { currentMarket, dataAsOf } from '../state/app-state.ts'
import { Dialog } from './Dialog.tsx'

/** Link, picture and data of what is on screen. */
export function ShareDialog() {
  const session = useSession()
  const { share: words } = useText().dialogs
  const announcement = useApp((state) => state.announcement)
  return (
    <Dialog title={words.title}>
      <section>
        <h3>{words.link}</h3>
        <p>{words.linkMeaning}</p>
        <div className="share-row">
          <input className="field" readOnly aria-label={words.link} value={session.address()} />
          <button type="button" className="boxed-button" onClick={() => copyLink(session)}>
            {words.copy}
          </button>
        </div>
        <p role="status">{announcement === words.copied || announcement === words.notCopied ? announcement : ''}</p>
      </section>
      <section>
        <h3>{words.picture}</h3>
        <p>{words.pictureMeaning}</p>
        <div className="share-row">
          <button type="button" className="boxed-button" onClick={() => saveSnapshot(session.store.get())}>
            {words.png}
          </button>
        </div>
      </section>
      <Data />
    </Dialog>
  )
}

function Data() {
  const session = useSession()
  const { share: words } = useText().dialogs
  const [problem, setProblem] = useState<string>()
  const { map, picture } = useScene()
  const onScreen = pictureOnScreen()
  const view = onScreen?.inView()
  const isHeatmap = useApp((state) => state.layout.view === 'heatmap')
  if (!view || !onScreen) return null
  const tables = [
    ...(map ? [mapTable(map, onScreen.rows().bins, view)] : []),
    ...(isHeatmap && picture ? [heatTable(picture, view), barsTable(picture, view), ordersTable(picture, view)] : []),
  ]
  const save = async (table: ShareTable, format: Format) => {
    const state = session.store.get()
    const market = currentMarket(state)
    const asOf = state.moment ?? dataAsOf(state)
    const facts: ShareFacts = {
      source: 'liqscope',
      market: market?.id ?? null,
      simulated: market?.simulated ?? null,
      at: asOf === undefined ? null : new Date(asOf).toISOString(),
      coverage: market?.coverage ?? null,
      estimated: table.name === 'map' || table.name === 'heat',
    }
    try {
      download(await fileOf(table, facts, format), `${fileStem(state, table.name)}.${format}`)
      setProblem(undefined)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <section>
      <h3>{words.data}</h3>
      <table className="data">
        <tbody>
          {tables.map((table) => (
            <tr key={table.name}>
              <th scope="row">{words[table.name]}</th>
              <td className="quiet-text">
                {table.rows > 0 ? words.rows(table.rows.toLocaleString(document.documentElement.lang)) : words.nothing}
              </td>
              <td>
                <span className="share-row">
                  {FORMATS.map((format) => (
                    <button
                      key={format}
                      type="button"
                      className="boxed-button"
                      disabled={table.rows === 0}
                      aria-label={words.download(words[table.name], format.toUpperCase())}
                      onClick={() => void save(table, format)}
                    >
                      {format === 'parquet' ? 'Parquet' : format.toUpperCase()}
                    </button>
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {problem === undefined ? null : (
        <p className="warn" role="alert">
          {words.failed(problem)}
        </p>
      )}
    </section>
  )
}
