import type { FigureJson, HorizonJson, ScoreJson, VerdictJson } from '@liqscope/protocol'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { closeBrowser } from './browser.ts'
import { REAL, type ScriptedMarket } from './scripted-market.ts'
import { leaveAll, visit } from './visit.ts'

vi.setConfig({ testTimeout: 60_000 })
afterEach(leaveAll)
afterAll(closeBrowser)

const figure = (value: number, low: number, high: number): FigureJson => ({ value, low, high })
const NEEDED = { maps: 24, sides: 12 }

function horizon(hours: number, skill: FigureJson, verdict: VerdictJson): HorizonJson {
  const rivals = { freshness: figure(0.35, 0.2, 0.5), freshnessLeg: figure(0.54, 0.4, 0.6) }
  const figures = {
    devianceExplained: figure(0.67, 0.48, 0.78),
    rivalDevianceExplained: rivals,
    skillOver: { freshness: skill, freshnessLeg: figure(0.3, 0.2, 0.4) },
    massRatio: figure(0.86, 0.71, 1.07),
    rivalMassRatio: rivals,
    bandCoverage: figure(0.82, 0.75, 0.88),
    expected: 48_600_000,
    forced: 56_400_000,
    again: 20_300_000,
    missed: 0,
    resampled: 'days',
  }
  return { hours, scored: 138, unobserved: 1, needed: NEEDED, sides: 227, verdict, figures }
}

function notYet(hours: number, scored: number): HorizonJson {
  return { hours, scored, unobserved: 0, needed: NEEDED, sides: 3, verdict: 'notEnoughYet', figures: null }
}

function scored(horizons: readonly HorizonJson[]): ScriptedMarket {
  const [hour, ...others] = horizons
  const { value, low, high } = hour!.figures?.skillOver.freshness ?? { value: null, low: null, high: null }
  const score: ScoreJson = {
    market: REAL.id,
    simulated: false,
    basis: 'live',
    since: Date.UTC(2026, 2, 15),
    frozen: 145,
    pending: 24,
    horizons: [...horizons],
    skill: {
      verdict: hour!.verdict,
      hours: 1,
      value,
      low,
      high,
      scored: hour!.scored,
      needed: NEEDED.maps,
      further: others.map(({ hours, verdict }) => ({ hours, verdict })),
    },
    snapshots: [{ time: Date.UTC(2026, 2, 19, 14), hash: 'ab'.repeat(32) }],
    stored: true,
    notes: [],
    members: [],
  }
  return { ...REAL, score }
}

const MIXED = scored([
  horizon(1, figure(0.5, 0.47, 0.53), 'better'),
  horizon(4, figure(0.1, -0.05, 0.2), 'undecided'),
  horizon(24, figure(-0.32, -1, -0.1), 'notBetter'),
])

describe('the accuracy panel', () => {
  it('is reached by keyboard and shows each horizon beside its rivals, losses on the first screen', async () => {
    const { page, errors } = await visit(MIXED)
    await page.getByRole('tab', { name: 'Clusters' }).focus()
    for (const name of ['Cascade', 'Tools', 'Accuracy']) {
      await page.keyboard.press('ArrowRight')
      await page.locator(`[role=tab][aria-selected=true]:has-text("${name}")`).waitFor()
    }
    const table = page.locator('.accuracy table.skill')
    await table.waitFor()
    expect(await page.getByRole('tab', { name: 'Accuracy' }).getAttribute('aria-selected')).toBe('true')
    const rows = await table.locator('tbody tr').allTextContents()
    expect(rows[0]).toContain('+0.50 +0.47 – +0.53')
    expect(rows[4]).toContain('\u22120.32 \u22121.00 – \u22120.10')
    const loss = await table.locator('tbody tr').nth(4).boundingBox()
    expect(loss!.y + loss!.height).toBeLessThan(900)
    expect(errors).toEqual([])
  })

  it('draws a full dot only where the whole interval lies above 0', async () => {
    const { page } = await visit(MIXED)
    await page.getByRole('tab', { name: 'Accuracy' }).click()
    const dots = page.locator('.accuracy table.skill svg')
    await dots.first().waitFor()
    expect(await dots.evaluateAll((all) => all.map((one) => one.getAttribute('data-ahead')))).toEqual([
      'true', // 1 h
      'true', // + leg
      'false', // 4 h: its interval reaches below 0
      'true',
      'false', // 24 h: lost
      'true',
    ])
    const filled = (index: number) =>
      dots
        .nth(index)
        .locator('circle')
        .evaluate((circle) => getComputedStyle(circle).fill)
    expect(await filled(0)).not.toBe(await filled(4))
  })

  it('puts the map and its rivals into one table, and says what the figures rest on', async () => {
    const { page } = await visit(MIXED)
    await page.getByRole('tab', { name: 'Accuracy' }).click()
    const text = await page.locator('.accuracy').innerText()
    for (const words of ['liqscope map', 'Freshness + leg', '145 maps frozen since 15 Mar 00:00', 'abababababababab'])
      expect(text).toContain(words)
    expect(text).toContain('24 h ahead the map is not better')
    expect(text).toContain('$56.4M')
  })

  it('says how much there is while there is not enough, instead of a figure', async () => {
    const { page } = await visit(scored([notYet(1, 5), notYet(4, 2), notYet(24, 0)]))
    await page.getByRole('tab', { name: 'Accuracy' }).click()
    const text = await page.locator('.accuracy').innerText()
    expect(text).toContain('not enough yet: 5 of 24 maps')
    expect(text).not.toMatch(/[+\u2212]\d\.\d/)
  })

  it('is not offered where nothing is scored', async () => {
    const { page } = await visit(REAL)
    expect(await page.getByRole('tab', { name: 'Accuracy' }).count()).toBe(0)
    expect(await page.getByTestId('skill-note').count()).toBe(0)
  })
})

describe('the label on the map', () => {
  it.each([
    ['notBetter', figure(-0.1, -0.2, 0.1), 'not better than the freshness rival here'],
    ['undecided', figure(0.1, -0.1, 0.2), 'undecided against the freshness rival'],
  ] as const)('%s is said on both pictures and leads to the figures', async (verdict, skill, words) => {
    const market = scored([horizon(1, skill, verdict), notYet(4, 3), notYet(24, 0)])
    const { page } = await visit(market, '?view=map')
    expect(await page.getByTestId('skill-note').innerText()).toBe(words)
    await page.getByRole('button', { name: 'Heatmap', exact: true }).first().click()
    await page.getByTestId('skill-note').click()
    await page.locator('.accuracy').waitFor()
  })

  it('says that a map which is better an hour ahead is not a day ahead', async () => {
    const { page } = await visit(MIXED)
    expect(await page.getByTestId('skill-note').innerText()).toBe('24 h ahead not better than the freshness rival')
  })
})
