import type { FigureJson, HorizonJson } from '@liqscope/protocol'
import { useText } from '../app/context.ts'
import { formatReach, formatSkill, isAhead } from './skill.ts'

const WIDTH = 118
const HEIGHT = 24
/** Skill that the axis ends at: larger gains and losses stand at its edge. */
const EDGE = 0.6

/** Skill over the two strongest rivals, per horizon: a table whose middle column is the picture. */
export function SkillTable({ horizons }: { readonly horizons: readonly HorizonJson[] }) {
  const { accuracy: words } = useText()
  return (
    <table className="data skill">
      <caption className="vh">{words.skillCaption}</caption>
      <thead className="vh">
        <tr>
          <th scope="col">{words.ahead}</th>
          <td />
          <th scope="col">{words.skill}</th>
        </tr>
      </thead>
      <tbody>
        {horizons.map((horizon) =>
          horizon.figures === null ? (
            <tr key={horizon.hours}>
              <th scope="row">{words.hours(horizon.hours)}</th>
              <td colSpan={2} className="quiet-text">
                {words.notEnough(horizon.scored, horizon.needed.maps, horizon.sides, horizon.needed.sides)}
              </td>
            </tr>
          ) : (
            [
              <SkillRow
                key={horizon.hours}
                name={words.hours(horizon.hours)}
                figure={horizon.figures.skillOver.freshness}
              />,
              <SkillRow
                key={`${horizon.hours} leg`}
                name={words.plusLeg}
                figure={horizon.figures.skillOver.freshnessLeg}
                isSecond
              />,
            ]
          ),
        )}
      </tbody>
    </table>
  )
}

interface SkillRowProps {
  readonly name: string
  readonly figure: FigureJson
  readonly isSecond?: boolean
}

function SkillRow({ name, figure, isSecond = false }: SkillRowProps) {
  return (
    <tr className={isSecond ? 'second' : ''}>
      <th scope="row">{name}</th>
      <td>
        <SkillDot figure={figure} />
      </td>
      <td className={isAhead(figure) ? '' : 'warn'}>
        {formatSkill(figure.value)} <small>{formatReach(figure, formatSkill)}</small>
      </td>
    </tr>
  )
}

/** A dot with its interval around 0; hollow when the map is not ahead. */
function SkillDot({ figure }: { readonly figure: FigureJson }) {
  const { accuracy: words } = useText()
  const { value, low, high } = figure
  if (value === null) return null
  const x = (skill: number) => WIDTH / 2 + (Math.max(-EDGE, Math.min(EDGE, skill)) / EDGE) * (WIDTH / 2 - 6)
  const ahead = isAhead(figure)
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={ahead ? words.isAhead : words.isNotAhead}
      data-ahead={ahead}
    >
      <path className="zero" d={`M${WIDTH / 2} 0V${HEIGHT}`} />
      {low === null || high === null ? null : <path className="reach" d={`M${x(low)} ${HEIGHT / 2}H${x(high)}`} />}
      <circle className={ahead ? 'ahead' : 'not-ahead'} cx={x(value)} cy={HEIGHT / 2} r="4" />
    </svg>
  )
}
