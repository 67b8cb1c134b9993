import type { FeedState } from '@liqscope/protocol'

const STROKES = {
  search: 'M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0zm-1.2 2.8L13.5 13.5',
  table: 'M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.8h11M6.5 6.5V13',
  share: 'M8 9.6V2.4M5.4 5 8 2.4 10.6 5M3 8.4v5.2h10V8.4',
  layers: 'M8 2.4 14 5.6 8 8.8 2 5.6zM2.4 8.4 8 11.4l5.6-3M2.4 11 8 14l5.6-3',
  stepBack: 'M11.5 3.5v9L6 8zM4.5 3.5v9',
  stepForward: 'M4.5 3.5v9L10 8zM11.5 3.5v9',
  theme:
    'M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0zM8 1.8v1.5M8 12.7v1.5M1.8 8h1.5M12.7 8h1.5M3.6 3.6l1.1 1.1M11.3 11.3l1.1 1.1M3.6 12.4l1.1-1.1M11.3 4.7l1.1-1.1',
  help: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.6-.8 1.2M8 11.2v.1',
  down: 'm5 6.5 3 3 3-3',
  play: 'M5 3.5v9l7-4.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  heatmap: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  map: 'M3 13V8M6.3 13V4M9.7 13V6M13 13v-3',
  clusters: 'M2.5 3.5h5v4.5h4v4.5h2',
  tools:
    'M2.5 4.5h7M12 4.5h1.5M2.5 11.5H4M6.5 11.5h7M12 4.5a1.3 1.3 0 1 1-2.5 0 1.3 1.3 0 0 1 2.5 0zM6.5 11.5a1.3 1.3 0 1 1-2.5 0 1.3 1.3 0 0 1 2.5 0z',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  close: 'M4 4l8 8M12 4l-8 8',
} as const

export type IconName = keyof typeof STROKES

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg className={`icon icon-${name}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={STROKES[name]} />
    </svg>
  )
}

/** The mark of the program: shorts above, longs below. */
export function Brand() {
  return (
    <svg className="brand-mark" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <path className="fill-short" d="M2 3h6v2.4H2zM2 6.6h10V9H2z" />
      <path className="fill-long" d="M2 10.2h14v2.4H2zM2 13.8h7v2.2H2z" />
    </svg>
  )
}

/** A venue's state as a shape, so that it is not colour alone. */
export type Glyph = FeedState | 'sampled'

export function StateGlyph({ state }: { readonly state: Glyph }) {
  return (
    <svg className="glyph" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      {shapeOf(state)}
    </svg>
  )
}

function shapeOf(state: Glyph) {
  switch (state) {
    case 'live':
      return <circle className="solid" cx="5" cy="5" r="3.4" />
    case 'replay':
      return <path className="solid" d="M2.5 1.5v7l6-3.5z" />
    case 'sampled':
      return (
        <>
          <circle cx="5" cy="5" r="3.6" strokeDasharray="1.8 1.7" />
          <circle className="solid" cx="5" cy="5" r="1.4" />
        </>
      )
    case 'lagging':
      return (
        <>
          <circle cx="5" cy="5" r="3.4" />
          <path className="solid" d="M5 1.6a3.4 3.4 0 0 1 0 6.8z" />
        </>
      )
    case 'stale':
    case 'offline':
      return (
        <>
          <circle cx="5" cy="5" r="3.4" />
          <path d="M2.6 7.4 7.4 2.6" />
        </>
      )
    case 'backfilling':
    case 'connecting':
      return <path d="M8.4 5A3.4 3.4 0 1 1 5 1.6M5 0v3.2L6.8 1.6z" />
    case 'gap':
      return <path d="M1.6 1.6h2v6.8h-2zM6.4 1.6h2v6.8h-2z" />
  }
}
