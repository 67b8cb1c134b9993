import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  PrimitivePaneViewZOrder,
  Time,
} from 'lightweight-charts'

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

/** Draws in CSS pixels into a pane of this size. */
export type DrawLayer = (context: CanvasRenderingContext2D, width: number, height: number) => void

export interface Layer extends ISeriesPrimitive<Time> {
  /** Asks for one paint of the whole chart in the next frame; asking again before it costs nothing. */
  readonly repaint: () => void
}

/** Where a layer lies: under the series of its pane, over them, or in the time axis. */
export type LayerPlace = 'under' | 'over' | 'timeAxis'

/** A picture layer of a pane. None is drawn again when only the crosshair moves. */
export function layer(place: LayerPlace, draw: DrawLayer): Layer {
  let requestUpdate: (() => void) | undefined
  const renderer: IPrimitivePaneRenderer = {
    draw(target: Target) {
      target.useMediaCoordinateSpace(({ context, mediaSize }) => {
        context.save()
        draw(context, mediaSize.width, mediaSize.height)
        context.restore()
      })
    },
  }
  const zOrder: PrimitivePaneViewZOrder = place === 'under' ? 'bottom' : 'normal'
  const views: readonly IPrimitivePaneView[] = [{ zOrder: () => zOrder, renderer: () => renderer }]
  return {
    ...(place === 'timeAxis' ? { timeAxisPaneViews: () => views } : { paneViews: () => views }),
    attached: (to) => {
      requestUpdate = to.requestUpdate
    },
    detached: () => {
      requestUpdate = undefined
    },
    repaint: () => requestUpdate?.(),
  }
}

/** Sizes a canvas to its box in device pixels and returns its context in CSS pixels, cleared. */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | undefined {
  const ratio = window.devicePixelRatio || 1
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
  // Setting a canvas's size throws its picture away: only when it changed.
  if (canvas.width !== w) canvas.width = w
  if (canvas.height !== h) canvas.height = h
  const context = canvas.getContext('2d')
  if (!context || w === 0 || h === 0) return undefined
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  return context
}

/** The middle of a device pixel: a hairline there is one pixel wide. */
export function crisp(position: number): number {
  return Math.round(position) + 0.5
}

/** Diagonal lines: an input was missing here. */
export function hatch(
  context: CanvasRenderingContext2D,
  [x, y, width, height]: readonly [number, number, number, number],
  spacing: number,
  colour: string,
): void {
  context.save()
  context.beginPath()
  context.rect(x, y, width, height)
  context.clip()
  context.strokeStyle = colour
  context.globalAlpha = 0.55
  context.lineWidth = 1
  context.beginPath()
  // Lines start from a fixed origin, so that neighbouring hatches meet and a moving edge does not shimmer.
  for (let at = Math.floor((x - height) / spacing) * spacing; at < x + width; at += spacing) {
    context.moveTo(at, y + height)
    context.lineTo(at + height, y)
  }
  context.stroke()
  context.restore()
}

/** The outlined word over a simulated market's picture, and its frame. */
export function drawSimulated(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  colour: string,
  font: string,
): void {
  const size = Math.max(24, Math.min(76, width / 7.6))
  context.save()
  context.strokeStyle = colour
  context.lineWidth = 2
  context.strokeRect(1, 1, width - 2, height - 2)
  context.globalAlpha = 0.75
  context.lineWidth = 1.25
  context.font = `500 ${size}px ${font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.strokeText('SIMULATED', width / 2, height / 2)
  context.restore()
}
