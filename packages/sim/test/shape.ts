/** What a JSON value looks like: its keys and types; a string keeps what kind of text it is. */
export type Shape = string | { readonly [key: string]: Shape } | readonly Shape[]

export function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])]
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, shapeOf(inner)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  if (typeof value === 'string') return /^-?[0-9]+(\.[0-9]+)?$/.test(value) ? 'number in text' : 'text'
  return typeof value
}

/** Keys, by path, that one has and the other has not, or whose types differ. */
export function differences(ours: Shape, theirs: Shape, path = ''): string[] {
  if (typeof ours === 'string' || typeof theirs === 'string')
    return ours === theirs ? [] : [`${path}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`]
  if (Array.isArray(ours) || Array.isArray(theirs)) {
    if (!Array.isArray(ours) || !Array.isArray(theirs)) return [`${path}: list against object`]
    const [one, other] = [ours[0], theirs[0]]
    return one === undefined || other === undefined ? [] : differences(one, other, `${path}[]`)
  }
  const own = new Map(Object.entries(ours))
  const other = new Map(Object.entries(theirs))
  return [...new Set([...own.keys(), ...other.keys()])].flatMap((key) => {
    const [a, b] = [own.get(key), other.get(key)]
    if (a === undefined) return [`${path}.${key}: theirs only`]
    if (b === undefined) return [`${path}.${key}: ours only`]
    return differences(a, b, `${path}.${key}`)
  })
}
