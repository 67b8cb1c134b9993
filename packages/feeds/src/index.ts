export { type BinanceFeedOptions, openBinanceFeed } from './binance/binance-feed.ts'
export { type BinanceMessage, type Listing, parseFrame as parseBinanceFrame } from './binance/parse.ts'
export type { Clock, TimerHandle } from './clock.ts'
export {
  type ChannelState,
  type ChannelStatus,
  FeedError,
  type FeedListener,
  type Refusal,
  type VenueFeed,
} from './feed.ts'
export {
  type BarsFile,
  BarsFileError,
  type BarsProgress,
  type BarsSummary,
  describeInterval,
  instrumentOfFile,
  type PositionSnapshot,
  type PositionsFile,
  type ReadBarsOptions,
  type RecordedPosition,
  readBars,
  readPositions,
} from './file/index.ts'
