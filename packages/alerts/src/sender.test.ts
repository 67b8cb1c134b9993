import fc from 'fast-check'
import { MockAgent } from 'undici'
import { describe, expect, test } from 'vitest'
import { isPublicAddress, publicLookup } from './public-address.ts'
import { SendError, safeSender } from './sender.ts'

const never = new AbortController().signal
const post = (url: string) => ({ url, body: '{}' })

async function problemOf(url: string): Promise<SendError> {
  const error: unknown = await safeSender()(post(url), never).catch((reason: unknown) => reason)
  if (!(error instanceof SendError)) throw new Error(`expected a SendError, got ${String(error)}`)
  return error
}

describe('addresses', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254', // cloud metadata
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1', // IPv4 in IPv6 clothing
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1', // NAT64 of loopback
    '2002:7f00:1::', // 6to4 of loopback
    'not an address',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false))

  test.each(['8.8.8.8', '1.1.1.1', '149.154.167.220', '2606:4700:4700::1111'])('%s is public', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  )

  test('a name of this machine is refused where it is looked up, whatever options the socket passes', async () => {
    for (const options of [{}, { all: true }, { family: 4 }] as const) {
      const error = await new Promise((resolve) => publicLookup('localhost', options, (reason) => resolve(reason)))
      expect(error).toMatchObject({ name: 'PrivateAddressError' })
    }
  })
})

describe('the sender', () => {
  test.each([
    ['http://example.org/hook', 'https://'],
    ['https://user:pass@example.org/', 'user or password'],
    ['file:///etc/passwd', 'https://'],
    ['nonsense', 'not a URL'],
    ['https://127.0.0.1/', 'not a public address'],
    ['https://[::1]:8443/', 'not a public address'],
    ['https://[::ffff:169.254.169.254]/latest', 'not a public address'],
    ['https://2130706433/', 'not a public address'], // 127.0.0.1 as one number
    ['https://0x7f.1/', 'not a public address'],
  ])('refuses %s and will not try again', async (url, reason) => {
    const error = await problemOf(url)
    expect(error.message).toContain(reason)
    expect(error.mayRetry).toBe(false)
  })

  test('refuses a name that leads to this machine before anything is sent', async () => {
    const error = await problemOf('https://localhost:9/')
    expect(error).toMatchObject({ message: 'not reached (PrivateAddressError)', mayRetry: false })
  })

  test('no address, secret or answer is in what it says', async () => {
    const agent = new MockAgent()
    agent.disableNetConnect()
    agent.get('https://api.example.org').intercept({ path: '/botCANARY/send', method: 'POST' }).reply(500, 'CANARY')
    const error: unknown = await safeSender(agent)(post('https://api.example.org/botCANARY/send'), never).catch(
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(SendError)
    expect(JSON.stringify(error) + String(error)).not.toContain('CANARY')
    expect(error).toMatchObject({ message: 'answered 500', mayRetry: true })
  })

  test.each([
    [200, undefined],
    [204, undefined],
    [301, false],
    [400, false],
    [404, false],
    [408, true],
    [429, true],
    [503, true],
  ])('answer %i: %s', async (status, mayRetry) => {
    const agent = new MockAgent()
    agent.disableNetConnect()
    agent
      .get('https://example.org')
      .intercept({ path: '/', method: 'POST' })
      .reply(status, '', { headers: { 'retry-after': '7', location: 'https://elsewhere.org/' } })
    const outcome: unknown = await safeSender(agent)(post('https://example.org/'), never).catch(
      (error: unknown) => error,
    )
    if (mayRetry === undefined) expect(outcome).toBeUndefined()
    else expect(outcome).toMatchObject({ mayRetry, waitMs: 7000 })
  })

  test('no text makes it do anything but refuse or try a public address', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.ipV4().map((ip) => `https://${ip}/`),
        ),
        async (url) => {
          const agent = new MockAgent()
          agent.disableNetConnect()
          const error: unknown = await safeSender(agent)(post(url), never).catch((reason: unknown) => reason)
          expect(error).toBeInstanceOf(SendError)
        },
      ),
      { numRuns: 100 },
    )
  })
})
