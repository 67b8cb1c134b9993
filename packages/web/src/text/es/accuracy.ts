import type { Text } from '../en/index.ts'

export const accuracy: Text['accuracy'] = {
  title: 'Acierto',
  reading: 'Leyendo la puntuación.',
  failed: (reason) => `No se puede leer la puntuación: ${reason}`,
  sum: 'Una suma de mercados se puntúa mercado por mercado: cada uno publica una parte distinta.',
  simulated: 'SIMULATED: lo que acierta el mapa en un mercado generado no dice nada de uno real.',
  skill: 'Ventaja sobre la frescura',
  interval: '95 %',
  skillCaption: 'Ventaja del mapa congelado sobre sus rivales, por horas de antelación',
  ahead: 'Horas de antelación',
  hours: (hours) => `${hours} h`,
  plusLeg: '+ tramo',
  isAhead: 'Por delante: todo el intervalo está sobre 0',
  isNotAhead: 'No por delante: el intervalo llega a 0 o queda por debajo',
  notEnough: (scored, needed, sides, neededSides) =>
    scored < needed
      ? `aún no basta: ${scored} de ${needed} mapas`
      : `aún no basta: ${sides} de ${neededSides} con órdenes forzadas`,
  verdicts: {
    better: (hours) => `A ${hours}, el mapa sabe más que «el precio no ha estado aquí últimamente».`,
    notBetter: (hours) => `A ${hours}, el mapa no es mejor que «el precio no ha estado aquí últimamente».`,
    undecided: (hours) =>
      `A ${hours}, el mapa quizá sea mejor que «el precio no ha estado aquí últimamente»; el intervalo no excluye lo contrario.`,
    notEnoughYet: (hours) => `A ${hours} se ha puntuado demasiado poco para decir si el mapa es mejor.`,
  },
  and: (first, second) => `${first} y ${second}`,
  explained: 'Desviación explicada',
  explainedScale: '1 = perfecto, 0 = tasa constante',
  explainedCaption: 'Desviación explicada por el mapa y sus rivales, por horas de antelación',
  map: 'mapa de liqscope',
  freshness: 'Frescura',
  freshnessLeg: 'Frescura + tramo',
  size: 'Tamaño',
  sizeScale: 'nada reescalado',
  mass: 'Esperado ÷ forzado',
  band: 'La banda 10–90 % contiene (meta 80 %)',
  expected: 'Esperado, est.',
  forced: 'Forzado, observado',
  missed: 'de ello inesperado',
  again: 'Forzado en terreno ya barrido',
  noneFrozen: 'Aún no hay mapa congelado: hay uno al final de cada hora.',
  frozen: (count, since, pending, unobserved) =>
    `${count} mapas congelados desde ${since}, uno por hora; ${pending} esperan aún sus 24 horas. Sin puntuar, porque su hora no se recibió entera: ${unobserved}.`,
  replayed: 'Congelados en el tiempo del archivo.',
  stored: 'Se conservan tras un reinicio.',
  notStored: 'No se conservan tras un reinicio.',
  newest: (time) => `El más nuevo, ${time}, SHA-256`,
  how: 'Cada hora el mapa se congela y se resume con todo lo anterior. 1, 4 y 24 horas después responde de lo que esperaba en los precios que la marca alcanzó por primera vez desde entonces. La frescura no conoce posiciones: espera más donde el precio no estuvo en 1, 4 y 24 horas. «+ tramo» añade la distancia al último giro. Un punto hueco no va por delante.',
  asJson: 'Como JSON, con todos los hashes',
  howLink: 'Cómo se calcula el mapa',
  note: {
    notBetter: () => 'aquí no es mejor que el rival frescura',
    notBetterAt: (hours) => `a ${hours} no es mejor que el rival frescura`,
    undecided: () => 'sin decidir frente al rival frescura',
    notEnoughYet: (scored, needed) => `aún sin puntuar: ${scored} de ${needed}`,
  },
}
