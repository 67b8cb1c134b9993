import type { Text } from '../en/index.ts'

export const accuracy: Text['accuracy'] = {
  title: 'Treffgüte',
  reading: 'Die Bewertung wird gelesen.',
  failed: (reason) => `Die Bewertung ist nicht lesbar: ${reason}`,
  sum: 'Eine Summe von Börsen wird Börse für Börse bewertet: ihre Feeds veröffentlichen ungleiche Teile.',
  simulated: 'SIMULATED: Wie die Karte auf einem erzeugten Markt abschneidet, sagt nichts über einen echten.',
  skill: 'Vorsprung vor Frische',
  interval: '95 %',
  skillCaption: 'Vorsprung der eingefrorenen Karte vor ihren Rivalen, nach Stunden voraus',
  ahead: 'Stunden voraus',
  hours: (hours) => `${hours} h`,
  plusLeg: '+ Schenkel',
  isAhead: 'Voraus: das ganze Intervall liegt über 0',
  isNotAhead: 'Nicht voraus: das Intervall reicht bis 0 oder liegt darunter',
  notEnough: (scored, needed, sides, neededSides) =>
    scored < needed
      ? `noch nicht genug: ${scored} von ${needed} Karten`
      : `noch nicht genug: ${sides} von ${neededSides} mit Zwangsorders`,
  verdicts: {
    better: (hours) => `${hours} voraus weiß die Karte mehr als „der Preis war lange nicht hier“.`,
    notBetter: (hours) => `${hours} voraus ist die Karte nicht besser als „der Preis war lange nicht hier“.`,
    undecided: (hours) =>
      `${hours} voraus ist die Karte vielleicht besser als „der Preis war lange nicht hier“; das Intervall schließt das Gegenteil nicht aus.`,
    notEnoughYet: (hours) => `${hours} voraus ist zu wenig bewertet, um zu sagen, ob die Karte besser ist.`,
  },
  and: (first, second) => `${first} und ${second}`,
  explained: 'Erklärte Devianz',
  explainedScale: '1 = vollkommen, 0 = feste Rate',
  explainedCaption: 'Von der Karte und ihren Rivalen erklärte Devianz, nach Stunden voraus',
  map: 'liqscope-Karte',
  freshness: 'Frische',
  freshnessLeg: 'Frische + Schenkel',
  size: 'Größe',
  sizeScale: 'nichts nachskaliert',
  mass: 'Erwartet ÷ erzwungen',
  band: '10–90-%-Band hält (Ziel 80 %)',
  expected: 'Erwartet, geschätzt',
  forced: 'Erzwungen, beobachtet',
  missed: 'davon unerwartet',
  again: 'Erzwungen auf schon überstrichenem Grund',
  noneFrozen: 'Noch ist keine Karte eingefroren: eine am Ende jeder Stunde.',
  frozen: (count, since, pending, unobserved) =>
    `${count} Karten seit ${since} eingefroren, eine je Stunde; ${pending} warten noch auf ihre 24 Stunden. Nicht bewertet, weil ihre Stunde nicht ganz empfangen wurde: ${unobserved}.`,
  replayed: 'Eingefroren in der Zeit der Datei.',
  stored: 'Sie überdauern einen Neustart.',
  notStored: 'Sie überdauern keinen Neustart.',
  newest: (time) => `Neueste, ${time}, SHA-256`,
  how: 'Jede Stunde wird die Karte eingefroren und mit allem davor gehasht. 1, 4 und 24 Stunden später wird sie an dem gemessen, was sie von den Preisen erwartete, die der Markpreis seither zum ersten Mal erreichte. Frische kennt keine Positionen: sie erwartet mehr, wo der Preis 1, 4 und 24 Stunden nicht war. „+ Schenkel“ fügt den Abstand vom letzten Wendepunkt hinzu. Ein hohler Punkt ist nicht voraus.',
  asJson: 'Als JSON, mit allen Hashes',
  howLink: 'Wie die Karte berechnet wird',
  note: {
    notBetter: () => 'hier nicht besser als der Rivale Frische',
    notBetterAt: (hours) => `${hours} voraus nicht besser als der Rivale Frische`,
    undecided: () => 'gegen den Rivalen Frische unentschieden',
    notEnoughYet: (scored, needed) => `noch nicht bewertet: ${scored} von ${needed}`,
  },
}
