export {
  type Capture,
  CaptureError,
  type CaptureFigures,
  openCapture,
  Player,
  type PlayFigures,
  type PlayOptions,
  Recorder,
  type Surroundings,
} from './capture/index.ts'
export {
  type ChannelCheck,
  type ChannelVerdict,
  checkVenue,
  type OpenInterestCheck,
  type VenueCheck,
  type VenueCheckOptions,
} from './check/venue-check.ts'
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
export type { Bans } from './rest/bans.ts'
export type { FrameReader, VenueAdapter, VenueAddresses } from './venue/adapter.ts'
export type { Listing, VenueMessage } from './venue/message.ts'
export type { FeedOptions } from './venue/venue-feed.ts'
export { adapterOf, EXCHANGES, type Exchange, isExchange, openFeed } from './venues.ts'
