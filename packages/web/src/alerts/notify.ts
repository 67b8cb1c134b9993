import type { AlertJson } from '@liqscope/protocol'
import type { Preference } from '../theme/preference.ts'

/** Two short tones, quiet enough for an office. */
const TONES_HZ = [660, 880] as const
const TONE_S = 0.12
const VOLUME = 0.08

let audio: AudioContext | undefined

/** Shows and sounds an alert as the person chose to. */
export function notify({ id, title, lines }: AlertJson, { alertDesktop, alertSound }: Preference): void {
  if (alertDesktop && 'Notification' in window && Notification.permission === 'granted')
    new Notification(title, { body: lines.join('\n'), tag: id })
  if (alertSound) sound()
}

/** Asks for the browser's leave. @returns whether it was given. */
export async function mayNotify(): Promise<boolean> {
  return 'Notification' in window && (await Notification.requestPermission()) === 'granted'
}

export function sound(): void {
  audio ??= new AudioContext()
  const start = audio.currentTime
  TONES_HZ.forEach((frequency, i) => {
    const tone = new OscillatorNode(audio!, { frequency })
    const gain = new GainNode(audio!, { gain: VOLUME })
    tone.connect(gain).connect(audio!.destination)
    tone.start(start + i * TONE_S)
    tone.stop(start + (i + 1) * TONE_S)
  })
}
