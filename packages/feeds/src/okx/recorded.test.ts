import { describe, expect, it } from 'vitest'
import { nativeMessages, tallyOf } from '../../test/native-messages.ts'
import { logLines, recorded } from '../../test/recorded.ts'
import { readFrame } from './parse.ts'
import { dataOf, readInstruments } from './rest-parse.ts'

const REST_LOG = recorded('raw-logs/OKX.0')
const STREAM_LOG = recorded('raw-logs/OKX.ws.1.0')
const FUTURES = nativeMessages('mappers > map okex-futures messages')
const SWAPS = nativeMessages('mappers > map okex-swap messages')

function instruments() {
  const line = logLines(REST_LOG ?? '').find(({ address }) => address.endsWith('instType=SWAP'))
  const answer = dataOf(JSON.parse(line?.body ?? 'null'))
  return readInstruments('data' in answer ? answer.data : undefined, 'okx')
}
const listing = () => new Map(instruments().rows.map((instrument) => [instrument.symbol, instrument]))
const read = (text: string) => readFrame(text, 1_760_000_000_000, listing())

describe.skipIf(REST_LOG === undefined)('the recorded instruments of 2022', () => {
  it('are 166 swaps', () => {
    const { rows, refused } = instruments()
    const kinds = (kind: string) => rows.filter((instrument) => instrument.kind === kind).length
    expect({ linear: kinds('linear'), inverse: kinds('inverse'), refused: refused.length }).toEqual({
      linear: 126,
      inverse: 40,
      refused: 0,
    })
  })
})

describe.skipIf(REST_LOG === undefined || STREAM_LOG === undefined)('the recorded stream of 2022', () => {
  it('is read to its last line', () => {
    expect(tallyOf(logLines(STREAM_LOG ?? '').map(({ body }) => read(body)))).toEqual({
      reply: 18,
      trade: 1,
      // Books of 2022 carried a checksum and no sequence yet.
      'bad: field seqId is missing or wrong': 93,
      'unused: not a followed perpetual: BTC-USD-220527': 103,
      'unused: not a followed perpetual: BTC-USDT': 167,
      'unused: not used: tickers': 28,
    })
  })
})

describe.skipIf(REST_LOG === undefined || SWAPS === undefined)('the recorded native messages', () => {
  it('of swaps are each an event, or counted with a reason', () => {
    expect(tallyOf((SWAPS ?? []).map(read))).toEqual({
      trade: 1,
      markPrice: 1,
      openInterest: 1,
      // Funding of 2021 did not say when it was so.
      'bad: field ts is missing or wrong': 2,
      'unused: not used: bbo-tbt': 2,
      'unused: not used: books-l2-tbt': 1,
      'unused: not used: index-tickers': 1,
      'unused: not used: tickers': 2,
      'unused: not used: v3 swap/depth': 2,
      'unused: not used: v3 swap/depth_l2_tbt': 2,
      'unused: not used: v3 swap/funding_rate': 1,
      'unused: not used: v3 swap/liquidation': 2,
      'unused: not used: v3 swap/mark_price': 1,
      'unused: not used: v3 swap/ticker': 3,
      'unused: not used: v3 swap/trade': 2,
    })
  })

  it('of dated futures are counted: the feed lists swaps only', () => {
    expect(tallyOf((FUTURES ?? []).map(read))).toEqual({
      reply: 1,
      'unused: not a followed perpetual: FIL-USD-220325': 1,
      'unused: not a followed perpetual: FIL-USDT-220325': 3,
      'unused: of an instrument that is not followed': 2,
      'unused: not used: books-l2-tbt': 2,
      'unused: not used: index-tickers': 1,
      'unused: not used: liquidations': 2,
      'unused: not used: price-limit': 1,
      'unused: not used: tickers': 1,
      'unused: not used: v3 futures/depth': 2,
      'unused: not used: v3 futures/depth_l2_tbt': 3,
      'unused: not used: v3 futures/liquidation': 2,
      'unused: not used: v3 futures/mark_price': 1,
      'unused: not used: v3 futures/ticker': 4,
      'unused: not used: v3 futures/trade': 4,
      'unused: not used: v3 swap/funding_rate': 1,
    })
  })
})
