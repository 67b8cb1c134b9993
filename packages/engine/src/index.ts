export type { Alert, AlertCluster, AlertCondition, AlertKind, AlertRule } from './alert/alert-rule.ts'
export { type AlertMoment, AlertWatch, type ClusterChange } from './alert/alert-watch.ts'
export type { Armed } from './alert/armed-rule.ts'
export { Estimator, type EstimatorStats, type FlowLedger, type MarkRange } from './estimate/estimator.ts'
export { EXPOSURES } from './estimate/exposures.ts'
export { MarketLearner } from './estimate/market-learner.ts'
export { MarketPool } from './estimate/pooling/market-pool.ts'
export { binOf, GRID_STEP, priceAt } from './estimate/price-grid.ts'
export { PRIOR_WEIGHTS } from './estimate/prior-weights.ts'
export { PublishedSide } from './estimate/published-side.ts'
export type { BarFault } from './estimate/valid-bar.ts'
export {
  type Answer,
  type Evidence,
  NO_SIGNAL_CODES,
  type NoSignal,
  type NoSignalCode,
  type Refusal,
} from './insight/answer.ts'
export { rankCorrelation } from './insight/backtest/cascade-test.ts'
export { BACKTEST_NAMES, type BacktestName, backtest } from './insight/backtest/tests.ts'
export { type BacktestReport, Trials } from './insight/backtest/trials.ts'
export {
  type Cascade,
  type CascadeBin,
  type CascadeQuestion,
  type CascadeRound,
  simulateCascade,
} from './insight/cascade/cascade.ts'
export type { Quantiles } from './insight/cascade/ensemble.ts'
export { type ClusterOptions, findClusters } from './insight/cluster.ts'
export { bandFacts, type ClusterFacts, clusterFacts, farEdge, nearEdge } from './insight/cluster-facts.ts'
export {
  type ClusterEvent,
  type ClusterLife,
  type ClusterLives,
  followClusters,
  NO_LIVES,
} from './insight/cluster-life.ts'
export { type GradientIndex, type GradientZone, gradientIndex } from './insight/gradient.ts'
export {
  BOOK_STALE_AFTER_MS,
  type KnownBook,
  type MarketSources,
  type MarketView,
  marketView,
} from './insight/market-view.ts'
export { type TestedGain, TOOL_NAMES, type ToolName, withheld } from './insight/tested.ts'
export { TESTED_GAINS } from './insight/tested-gains.ts'
export { type BreakoutAnswer, breakoutTool } from './insight/tools/breakout.ts'
export { type ExecutionAnswer, executionTool, type Schedule } from './insight/tools/execution.ts'
export { type ScalpAnswer, scalpTool } from './insight/tools/scalp.ts'
export { type StopAnswer, type StopCandidate, type StopQuestion, stopTool } from './insight/tools/stop.ts'
export { type TargetAnswer, targetTool } from './insight/tools/target.ts'
export { type VolatilityAnswer, volatilityTool } from './insight/tools/volatility-tool.ts'
export { weightOfAge } from './map/age-weight.ts'
export { aggregateColumns } from './map/aggregate-column.ts'
export { aggregateMaps, type MapPart } from './map/aggregate-map.ts'
export { mapOfColumn } from './map/column-map.ts'
export { HeatmapHistory } from './map/heatmap-history.ts'
export {
  type Cluster,
  type HeatmapColumn,
  LEVERAGE_GROUPS,
  type LiquidationMap,
  type MapPatch,
  type MapShare,
  type ModelNote,
} from './map/liquidation-map.ts'
export { MapBuilder, type MapBuilderOptions, type MapBuilderStats } from './map/map-builder.ts'
export { WINDOW } from './map/map-window.ts'
export { changedBins } from './map/patch.ts'
export { forcedTrigger } from './margin/forced-trigger.ts'
export {
  bankruptcyPrice,
  liquidationPrice,
  type MarginTerms,
  type Position,
  triggerPrice,
} from './margin/liquidation-price.ts'
export { BYBIT_BEFORE_MAY_2026, LEGACY_INVERSE, type MarginRule, marginRuleOf } from './margin/margin-rule.ts'
export { type KnownLevel, type KnownLevels, knownLevels } from './observed/known-levels.ts'
export {
  BLIND_WINDOW,
  type BlindFigures,
  type BlindReport,
  type BlindRivalName,
  BlindRun,
} from './proof/blind/blind-run.ts'
export type { KnownPosition } from './proof/blind/outward-map.ts'
export { comparePrintedPrices, type PriceErrors, type PrintedPriceReport } from './proof/blind/printed-prices.ts'
export type { Figure } from './proof/bootstrap.ts'
export type { SweptBar } from './proof/frozen/freshness-learner.ts'
export type { FrozenMap } from './proof/frozen/frozen-map.ts'
export { type HorizonReport, snapshotReport, type Verdict } from './proof/frozen/snapshot-report.ts'
export { SnapshotScore } from './proof/frozen/snapshot-score.ts'
export { type FigureTable, type ScoreReport, scoreReport } from './proof/score.ts'
export {
  type DayFigures,
  type PartFigures,
  type ScoreDetails,
  scoreDetails,
  type WindowDetails,
} from './proof/score-details.ts'
export { type RivalName, runScore, type ScoreRun, seenDaysNotes } from './proof/score-run.ts'
