import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSocketServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { FetchRefused, fetchGuarded, type Resolve } from '../../src/service/guarded_fetch.ts'
import { isAllowed } from '../../src/service/networks.ts'

const BOUNDS = { networks: 'loopback', limit: 10_000, patience: 400 } as const

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server of this machine that answers as a test says; `asked` counts. */
async function serving(listener: RequestListener) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { port, asked, url: `http://localhost:${port}/list` }
}

/** A bare socket that writes what a test says. */
async function talking(talk: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = []
  const server = createSocketServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => talk(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://localhost:${(server.address() as { port: number }).port}/list`
}

const refusal = async (address: string, bounds: Parameters<typeof fetchGuarded>[1] = BOUNDS, resolve?: Resolve): Promise<string> => {
  const error: unknown = await fetchGuarded(address, bounds, resolve).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(FetchRefused)
  return (error as Error).message
}
const names =
  (...addresses: string[]): Resolve =>
  (_name, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

/** Spellings of places that nobody's evidence lies at. */
const FORBIDDEN = [
  ...[
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.8',
  ],
  ...['198.18.0.1', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255', '192.88.99.1', '203.0.113.7'],
  ...[
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
  ],
  ...['2002:7f00:1::', '2001::1', '2001:db8::1', '100::1', 'fc00::1', 'fd12::1', 'fe80::1', 'fec0::1', 'ff02::1', '0:0:0:0:0:ffff:7f00:1'],
]

describe('networks', () => {
  it.each(FORBIDDEN)('%s is never asked, with TLS or without', (address) => {
    for (const secure of [true, false]) expect(isAllowed(address, 'none', secure)).toBe(false)
  })

  it('addresses of the open network are, with TLS; this machine only where it is meant', () => {
    for (const address of ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00::1']) {
      expect([address, isAllowed(address, 'none', true), isAllowed(address, 'loopback', false)]).toEqual([address, true, false])
    }
    expect(['127.0.0.1', '::1', '10.0.0.1', '::ffff:127.0.0.1'].map((address) => isAllowed(address, 'loopback', false))).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(isAllowed('10.0.0.1', 'all', false)).toBe(true)
    for (const nothing of ['', 'localhost', '127.1', '0x7f000001']) expect(isAllowed(nothing, 'all', true)).toBe(false)
  })
})

describe('an address that a stranger named', () => {
  it('is fetched, with its media type, when it may be', async () => {
    const { url } = await serving((_request, response) => response.writeHead(200, { 'content-type': 'text/x' }).end('Überraschung'))
    expect(await fetchGuarded(url, BOUNDS)).toEqual({ mediaType: 'text/x', content: 'Überraschung' })
  })

  it.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://[::1]:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://0.0.0.0:PORT/',
    'https://127.0.0.1:PORT/',
    'https://localhost:PORT/',
  ])('%s is not asked in production, however it is spelled', async (address) => {
    const { port, asked } = await serving((_request, response) => response.end('secret'))
    expect(await refusal(address.replace('PORT', String(port)), { ...BOUNDS, networks: 'none' })).toMatch(
      /only https|not a network|cannot be reached/,
    )
    expect(asked).toEqual([])
  })

  it.each(FORBIDDEN)('a name that leads to %s is not asked', async (address) => {
    expect(await refusal('https://issuer.example/list', { ...BOUNDS, networks: 'none' }, names(address))).toBe(
      'issuer.example: not a network that may be asked',
    )
    expect(await refusal('https://issuer.example/list', { ...BOUNDS, networks: 'none' }, names('8.8.8.8', address))).toContain(
      'not a network',
    )
  })

  it('a name that leads nowhere', async () => {
    expect(await refusal('https://issuer.example/', BOUNDS, names())).toContain('not a network')
    expect(await refusal('https://issuer.example/', BOUNDS, (_name, done) => done(new Error('no such name'), []))).toContain(
      'cannot be reached',
    )
  })

  it('rebinding: a name is resolved once, and the connection goes where it was checked', async () => {
    const { port, asked } = await serving((_request, response) => response.end('list'))
    let turns = 0
    const rebinding: Resolve = (_name, done) => {
      turns++
      done(null, [{ address: turns === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }])
    }
    expect((await fetchGuarded(`http://issuer.example:${port}/list`, BOUNDS, rebinding)).content).toBe('list')
    expect([turns, asked]).toEqual([1, ['/list']])
    const other = await serving((_request, response) => response.end('secret'))
    let later = 0
    const backwards: Resolve = (_name, done) => {
      later++
      done(null, [{ address: later === 1 ? '10.0.0.1' : '127.0.0.1', family: 4 }])
    }
    expect(await refusal(`http://issuer.example:${other.port}/`, BOUNDS, backwards)).toContain('not a network')
    expect(other.asked).toEqual([])
  })

  it.each(['ftp://issuer.example/', 'file:///etc/passwd', 'data:text/plain,x', 'javascript:1', 'gopher://127.0.0.1/', '', 'list'])(
    '%s is no address to fetch',
    async (address) => {
      expect(await refusal(address)).toBe('no http address')
    },
  )

  it('one with a user name, and http on the open network', async () => {
    expect(await refusal('https://user:password@issuer.example/')).toBe('issuer.example: a user name in the address')
    expect(await refusal('http://issuer.example/', BOUNDS, names('8.8.8.8'))).toContain('not a network')
    expect(await refusal('http://issuer.example/', { ...BOUNDS, networks: 'none' }, names('8.8.8.8'))).toContain('only https')
  })
})

describe('an answer', () => {
  it('redirects are not followed, wherever they lead', async () => {
    const target = await serving((_request, response) => response.end('secret'))
    for (const status of [301, 302, 303, 307, 308]) {
      const { url } = await serving((_request, response) => response.writeHead(status, { location: target.url }).end())
      expect(await refusal(url)).toBe(`localhost: status ${status}`)
    }
    expect(target.asked).toEqual([])
  })

  it.each([204, 206, 304, 401, 404, 500, 503])('status %i is none', async (status) => {
    const { url } = await serving((_request, response) => response.writeHead(status).end())
    expect(await refusal(url)).toBe(`localhost: status ${status}`)
  })

  it('an endless body is cut off, at a size and not at a time', async () => {
    const { url } = await serving((_request, response) => {
      response.writeHead(200)
      const more = () => {
        while (response.write('x'.repeat(1000)));
      }
      response.on('drain', more)
      more()
    })
    expect(await refusal(url, { ...BOUNDS, patience: 20_000 })).toBe('localhost: more than 10000 bytes')
  })

  it('a slow body, slow headers, silence: the time counts for the whole answer', async () => {
    const slowBody = await talking((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
      const drip = setInterval(() => socket.write('x'), 50)
      socket.once('close', () => clearInterval(drip))
    })
    const slowHeaders = await talking((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const drip = setInterval(() => socket.write('x-more: y\r\n'), 50)
      socket.once('close', () => clearInterval(drip))
    })
    const silence = await talking(() => undefined)
    for (const url of [slowBody, slowHeaders, silence]) expect(await refusal(url)).toBe('localhost: no whole answer within 400 ms')
  })

  it('headers without end, half an answer, no HTTP, bytes that are no text', async () => {
    const headers = await talking((socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x-more: yyyyyyyyyyyyyyyyyyyy\r\n'.repeat(5000)}`))
    const half = await talking((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf'))
    const nonsense = await talking((socket) => socket.end('nonsense\r\n\r\n'))
    const { url: bytes } = await serving((_request, response) => response.end(Buffer.from([0x61, 0xff, 0xfe])))
    for (const url of [headers, half, nonsense, bytes])
      expect(await refusal(url)).toContain('cannot be reached, or what it sends is no text')
  })

  it('is asked for as it is: what comes packed all the same is not unpacked', async () => {
    const { url } = await serving((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(5_000_000)))
    })
    expect(await refusal(url)).toMatch(/no text|more than/)
  })

  it('no message says more of the address than its host', async () => {
    const { port } = await serving((_request, response) => response.writeHead(404).end())
    expect(await refusal(`http://localhost:${port}/secret-path?secret-query`)).not.toContain('secret')
  })
})
