import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** An address that alerts must not be sent to: this machine, its network, or what no network has. */
class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError'
  constructor(host: string) {
    super(`${host} is not a public address: alerts are sent to the internet only`)
  }
}

/**
 * True for addresses of the public internet. Loopback, private, link-local (cloud metadata among them), carrier-grade,
 * multicast, reserved and tunnelled ranges are not, nor is an IPv4 address in IPv6 clothing of such a range.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  return ipaddr.process(text).range() === 'unicast'
}

/** @throws {PrivateAddressError} when the host of a URL is written as an address that is not public. */
export function refusePrivateLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddressError(host)
}

/**
 * Looks a name up and hands over public addresses only. The connection is made to what was checked, so a name that
 * changes its address between check and connection gains nothing.
 */
export const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, [])
    const found = addresses.filter(({ address }) => isPublicAddress(address))
    // One private answer among public ones is how rebinding begins: the name is refused whole.
    if (found.length === 0 || found.length < addresses.length) return done(new PrivateAddressError(host), [])
    done(null, found)
  })
}
