import { useApp, useSession, useText } from '../app/context.ts'
import { currentMarket } from '../state/app-state.ts'
import { saidSkill } from './skill.ts'

/** What the map says of itself: that it is not better than its plainest rival here, or that this is not known yet. */
export function SkillNote() {
  const { accuracy: words } = useText()
  const session = useSession()
  const markets = useApp((state) => state.markets)
  const market = useApp(currentMarket)
  const said = market && saidSkill(market, markets)
  if (!said) return null
  const further = said.notBetterAt.map((hours) => words.hours(hours))
  const text =
    said.verdict !== 'better'
      ? words.note[said.verdict](said.scored, said.needed)
      : further.length > 0
        ? words.note.notBetterAt(further.reduce(words.and))
        : undefined
  if (text === undefined) return null
  const open = () => {
    session.selectPanel('accuracy')
    session.store.set({ sheetOpen: true })
  }
  return (
    <button
      type="button"
      className={`link-button skill-note ${said.verdict === 'notBetter' || said.verdict === 'better' ? 'warn' : 'quiet-text'}`}
      data-testid="skill-note"
      title={text}
      onClick={open}
    >
      {text}
      {said.venues.length > 0 ? ` (${said.venues.join(', ')})` : ''}
    </button>
  )
}
