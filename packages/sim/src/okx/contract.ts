import type { SimContract } from '../core/contract.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'

/** Base units per contract, as the venue lists them. Others: 1. */
const CONTRACT_VALUES: Readonly<Record<string, number>> = { BTC: 0.01, ETH: 0.1 }

export const INSTRUMENT_TYPE = 'SWAP'

export function familyOf({ base, quote }: SimContract): string {
  return `${base}-${quote}`
}

/** `BTC-USDT-SWAP` */
export function instrumentOf(contract: SimContract): string {
  return `${familyOf(contract)}-SWAP`
}

export function contractValue({ market, listing }: ServedMarket): number {
  return (CONTRACT_VALUES[market.contract.base] ?? 1) * listing.unitFactor
}

/** Base units in contracts. */
export function contracts(served: ServedMarket, size: number): string {
  return plain(size / contractValue(served))
}

/** One row of `/api/v5/public/instruments`. */
export function listingRow(served: ServedMarket): object {
  const { contract } = served.market
  const lot = contracts(served, 1 / contract.lotsPerUnit)
  return {
    alias: '',
    auctionEndTime: '',
    baseCcy: '',
    category: '1',
    contTdSwTime: '',
    ctMult: '1',
    ctType: 'linear',
    ctVal: plain(contractValue(served)),
    ctValCcy: contract.base,
    expTime: '',
    futureSettlement: false,
    groupId: '1',
    instFamily: familyOf(contract),
    instId: instrumentOf(contract),
    instType: INSTRUMENT_TYPE,
    lever: '100',
    listTime: '1611916828000',
    lotSz: lot,
    maxIcebergSz: '100000000',
    maxLmtAmt: '20000000',
    maxLmtSz: '100000000',
    maxMktAmt: '',
    maxMktSz: '35000',
    maxStopSz: '35000',
    maxTriggerSz: '100000000',
    maxTwapSz: '100000000',
    minSz: lot,
    openType: '',
    optType: '',
    quoteCcy: '',
    ruleType: 'normal',
    settleCcy: contract.quote,
    state: served.listing.listed ? 'live' : 'suspend',
    stk: '',
    tickSz: plain(1 / contract.ticksPerUnit),
    uly: familyOf(contract),
  }
}
