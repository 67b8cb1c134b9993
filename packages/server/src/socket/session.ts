import type { WebSocket } from '@fastify/websocket'
import type { Clock } from '@liqscope/feeds'
import { type ClientMessage, ClientMessageSchema, type MarketsJson, type ServerMessage } from '@liqscope/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { Directory, Sources } from '../directory.ts'
import type { Pipeline } from '../pipeline.ts'
import { Problem } from '../rest/problem.ts'
import type { Broadcast } from './broadcast.ts'
import { CLOSE_GOING_AWAY, CLOSE_POLICY, Client } from './client.ts'

/** Each may keep a MiB unsent. */
const MAX_CLIENTS = 2_000
const CLOSE_TRY_LATER = 1013

interface Parts {
  readonly pipeline: Pipeline
  readonly broadcast: Broadcast
  readonly directory: Directory
  readonly sources: Sources
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  readonly version: string
}

/** All connections of `/ws`: what each asks, and what all are told. */
export class Sessions {
  readonly clients = new Set<Client>()

  constructor(private readonly parts: Parts) {}

  accept(socket: WebSocket): void {
    const client = new Client(socket, this.parts.clock)
    if (this.clients.size >= MAX_CLIENTS) {
      client.close(CLOSE_TRY_LATER, 'too many clients')
      return
    }
    this.clients.add(client)
    socket.on('close', () => {
      this.clients.delete(client)
      this.parts.broadcast.leave(client)
    })
    socket.on('message', (data, isBinary) => {
      if (!client.mayAsk()) return client.close(CLOSE_POLICY, 'too many messages')
      this.hear(client, isBinary ? undefined : data.toString())
    })
    client.say({ type: 'welcome', version: this.parts.version, epoch: this.parts.broadcast.epoch })
    this.tellStatusTo(client)
  }

  /** Tells everyone when markets, notices, feed states or the replay clock changed. Call once a second. */
  tellStatus(): void {
    if (this.clients.size === 0) return
    const status = statusText(this.parts.directory.list())
    for (const client of this.clients) this.tellStatusTo(client, status)
  }

  /** @param usual the status of those who follow no chosen sum. */
  private tellStatusTo(client: Client, usual?: string): void {
    const { broadcast, directory, pipeline } = this.parts
    const chosen = broadcast.followedBy(client).flatMap((id) => {
      const market = pipeline.get(id)
      return market && pipeline.choiceOf(market.instrument.id) !== undefined ? [market] : []
    })
    client.tellStatus(chosen.length === 0 && usual !== undefined ? usual : statusText(directory.list(chosen)))
  }

  tellAll(message: ServerMessage): void {
    for (const client of this.clients) client.say(message)
  }

  /** Closes clients that are too slow, and those that are gone. */
  sweep(): void {
    for (const client of this.clients) client.checkAlive()
    for (const client of this.clients) if (client.closeIfHopeless()) this.parts.log.info('a slow client was closed')
  }

  close(): void {
    for (const client of this.clients) client.close(CLOSE_GOING_AWAY, 'the server is going away')
  }

  private hear(client: Client, text: string | undefined): void {
    const message = text === undefined ? undefined : parse(text)
    if (!message) {
      client.say({ type: 'error', message: 'not understood: one JSON object a message, see the protocol' })
      return
    }
    try {
      this.answer(client, message)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      client.say({ type: 'error', ...requestId(message), message: error.message })
    }
  }

  private answer(client: Client, message: ClientMessage): void {
    const id = requestId(message)
    switch (message.op) {
      case 'subscribe': {
        const state = this.parts.pipeline.find(message.market)
        client.say({ type: 'subscribed', ...id, market: state.instrument.id })
        this.parts.broadcast.subscribe(client, state, message.encoding, message.since)
        if (this.parts.pipeline.choiceOf(state.instrument.id) !== undefined) this.tellStatusTo(client)
        break
      }
      case 'unsubscribe': {
        const market = this.parts.pipeline.find(message.market).instrument.id
        this.parts.broadcast.unsubscribe(client, market)
        client.say({ type: 'unsubscribed', ...id, market })
        break
      }
      case 'resync': {
        const market = this.parts.pipeline.find(message.market).instrument.id
        if (!this.parts.broadcast.resync(client, market))
          client.say({ type: 'error', ...id, message: `not subscribed to ${market}: subscribe first` })
        break
      }
      case 'ping':
        client.say({ type: 'pong', ...id, time: this.parts.clock.now() })
        break
      case 'replay':
        this.control(client, message)
        break
    }
  }

  private control(client: Client, message: Extract<ClientMessage, { op: 'replay' }>): void {
    const { replay, capture } = this.parts.sources
    const player = replay?.player ?? capture
    if (!player) {
      client.say({ type: 'error', ...requestId(message), message: 'no file is being replayed' })
      return
    }
    player.control(message).then(
      () => this.tellStatus(),
      (error: unknown) => {
        this.parts.log.error({ err: error }, 'replay failed')
        client.say({ type: 'error', ...requestId(message), message: 'the replay could not do that' })
      },
    )
  }
}

function parse(text: string): ClientMessage | undefined {
  try {
    const result = ClientMessageSchema.safeParse(JSON.parse(text))
    return result.success ? result.data : undefined
  } catch {
    return undefined
  }
}

function requestId(message: ClientMessage): { req_id?: string | number } {
  return message.req_id === undefined ? {} : { req_id: message.req_id }
}

function statusText(markets: MarketsJson): string {
  return JSON.stringify({ type: 'status', ...markets })
}
