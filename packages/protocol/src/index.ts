export * from './rest/map.ts'
export * from './rest/market.ts'
export * from './socket/message.ts'
