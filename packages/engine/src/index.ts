export {
  type Cluster,
  type HeatmapColumn,
  LEVERAGE_GROUPS,
  type LiquidationMap,
  type MapPatch,
  type ModelNote,
} from './map/liquidation-map.ts'
