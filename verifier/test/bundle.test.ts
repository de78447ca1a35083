import { readFile, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bundleDocument, type Part } from '@symbolon/credential'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { download } from '../src/download.ts'
import { bundle, DAY, ISSUER, type MadeBundle, type Party, signManifest } from './artefacts.ts'
import { run, runHere } from './run.ts'
import { makeWorld, type World } from './world.ts'

/** These verbs go by the clock of the machine. */
const CLOCK = Math.floor(Date.now() / 1000)

let world: World
let server: Server
let url: string
let requests: string[]
let answer: (request: IncomingMessage, response: ServerResponse) => void

beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.remove())

beforeEach(async () => {
  requests = []
  server = createServer((request, response) => {
    requests.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bundle`
})
afterEach(
  () =>
    new Promise((done) => {
      server.closeAllConnections()
      server.close(done)
    }),
)

const part = (id: string, content: string): Part => ({
  kind: 'status_list',
  id: `https://issuer.example.be/${id}`,
  mediaType: 'application/statuslist+jwt',
  content,
})
const ONE = part('one', 'the first list')
const TWO = part('two', 'the second list')
const THREE = part('three', 'the third list, with an ë')

const made = (parts: readonly Part[], by: Party = world.bundler, times: Parameters<typeof bundle>[2] = {}) =>
  bundle(by, parts, { created: CLOCK - 60, validUntil: CLOCK + DAY, ...times })

/** The server of an issuer with this bundle. */
function serve({ manifest, parts }: MadeBundle, change: (path: string) => string | undefined = () => undefined) {
  answer = (request, response) => {
    const path = request.url ?? ''
    const content = change(path) ?? (path === '/bundle/manifest' ? manifest : parts.get(path.replace('/bundle/parts/', '')))
    response.writeHead(content === undefined ? 404 : 200).end(content)
  }
}

/** Each file with a data folder of its own: what is seen there is remembered. */
const BY = (out: string) => ['--trust', world.file('trust.json'), '--home', world.file(`homes/${out}`)]
const fetchFrom = (address: string, out: string, ...more: string[]) =>
  runHere(['bundle', 'fetch', address, '--out', world.file(out), ...BY(out), '--json', ...more])
const fetching = (out: string, ...more: string[]) => fetchFrom(url, out, ...more)
const kept = (out: string) => readFile(world.file(out), 'utf8')
const exists = (out: string) =>
  stat(world.file(out)).then(
    () => true,
    () => false,
  )

describe('bundle fetch', () => {
  test('gets the manifest, then every part, and keeps a document that can be used', async () => {
    const issued = await made([ONE, TWO, THREE])
    serve(issued)
    const ran = await fetching('first.json')
    expect(ran.exit).toBe(0)
    expect(JSON.parse(ran.stdout)).toMatchObject({ fetched: 3, kept: 0, anchor: 'Test bundles' })
    expect(requests[0]).toBe('/bundle/manifest')
    expect(requests.slice(1).sort()).toEqual([...issued.parts.keys()].map((digest) => `/bundle/parts/${digest}`).sort())
    expect(await kept('first.json')).toBe(issued.text)
    const inspected = await runHere(['bundle', 'inspect', world.file('first.json'), ...BY('first.json')])
    expect(inspected.exit).toBe(0)
  })

  test('as a process keeps it in the home when no file is named', async () => {
    serve(await made([ONE]))
    const ran = await run(['bundle', 'fetch', url, '--trust', world.file('trust.json'), '--home', world.file('home')])
    expect(ran).toMatchObject({ exit: 0, stdout: expect.stringContaining('1 new, 0 kept') })
    expect(await exists('home/verifier/bundle.json')).toBe(true)
  })

  test('renews with the manifest and the new parts alone', async () => {
    serve(await made([ONE, TWO]))
    await fetching('renewed.json')
    const newer = await made([ONE, THREE], world.bundler, { created: CLOCK - 30 })
    serve(newer)
    requests = []
    const ran = await fetching('renewed.json')
    expect(JSON.parse(ran.stdout)).toMatchObject({ fetched: 1, kept: 1 })
    expect(requests).toHaveLength(2)
    expect(await kept('renewed.json')).toBe(newer.text)
  })

  test('of a stranger asks for no part and keeps nothing', async () => {
    serve(await made([ONE], world.stranger))
    const ran = await fetching('strange.json')
    expect(ran.exit).toBe(1)
    expect(JSON.parse(ran.stdout).error).toBe('bundle_not_trusted')
    expect(requests).toEqual(['/bundle/manifest'])
    expect(await exists('strange.json')).toBe(false)
  })

  test('of an older manifest than the one held says so, and the one held stays', async () => {
    const held = await made([ONE])
    serve(held)
    await fetching('rollback.json')
    serve(await made([TWO], world.bundler, { created: CLOCK - 3600 }))
    const ran = await fetching('rollback.json')
    expect(ran.exit).toBe(1)
    expect(JSON.parse(ran.stdout).error).toBe('bundle_rollback')
    expect(await kept('rollback.json')).toBe(held.text)
  })

  test('of another issuer does not go over the one held', async () => {
    const held = await made([ONE])
    serve(held)
    await fetching('other.json')
    serve(await made([TWO], world.bundler, { issuer: 'https://other.example.be', created: CLOCK }))
    const ran = await fetching('other.json')
    expect(ran.exit).toBe(1)
    expect(JSON.parse(ran.stdout)).toMatchObject({
      error: 'bundle_of_other',
      message: `the file holds the bundle of ${ISSUER}, and this is the one of https://other.example.be`,
    })
    expect(await kept('other.json')).toBe(held.text)
  })

  test('past its end is refused', async () => {
    serve(await made([ONE], world.bundler, { validUntil: CLOCK - 1 }))
    expect(JSON.parse((await fetching('ended.json')).stdout).error).toBe('bundle_expired')
    expect(await exists('ended.json')).toBe(false)
  })

  test('from the future is refused: it would stand in the way of every renewal', async () => {
    serve(await made([ONE], world.bundler, { created: CLOCK + DAY, validUntil: CLOCK + 2 * DAY }))
    expect(JSON.parse((await fetching('future.json')).stdout).error).toBe('bundle_from_the_future')
    expect(await exists('future.json')).toBe(false)
  })

  test('stops asking after the first part that is wrong', async () => {
    const many = Array.from({ length: 50 }, (_, number) => part(`list-${number}`, `list ${number}`))
    serve(await made(many), (path) => (path.startsWith('/bundle/parts/') ? 'x' : undefined))
    expect((await fetching('many.json')).exit).toBe(1)
    expect(requests.length).toBeLessThan(10)
  })

  test('that cannot be written where it should be says so', async () => {
    serve(await made([ONE]))
    const ran = await fetching('trust.json/bundle.json')
    expect(ran.exit).toBe(78)
    expect(JSON.parse(ran.stdout).error).toBe('file_unwritable')
  })

  test('replaces a held file that is no longer a bundle, and uses nothing of it', async () => {
    const issued = await made([ONE])
    const [digest] = issued.parts.keys()
    await world.write('broken.json', bundleDocument(issued.manifest, new Map([[digest ?? '', 'altered']])))
    serve(issued)
    expect(JSON.parse((await fetching('broken.json')).stdout)).toMatchObject({ fetched: 1, kept: 0 })
    expect(await kept('broken.json')).toBe(issued.text)
  })

  test.each([
    ['a part of the right size and other content', 'the FIRST list', 'bundle_altered'],
    ['a part longer than was signed for', 'the first list and more', 'download_too_large'],
    ['a part shorter than was signed for', 'the first', 'bundle_altered'],
  ])('with %s keeps nothing', async (_name, content, code) => {
    serve(await made([ONE]), (path) => (path.startsWith('/bundle/parts/') ? content : undefined))
    const ran = await fetching('altered.json')
    expect(ran.exit).toBe(1)
    expect(JSON.parse(ran.stdout).error).toBe(code)
    expect(await exists('altered.json')).toBe(false)
  })

  test.each([
    ['that is not there', 404, {}],
    ['behind a redirect', 302, { location: 'http://127.0.0.1:9/elsewhere' }],
    ['of a server with a fault', 500, {}],
  ])('of a manifest %s is refused, and nobody else is asked', async (_name, status, headers) => {
    answer = (_request, response) => response.writeHead(status, headers).end('no')
    const ran = await fetching('absent.json')
    expect(ran.exit).toBe(1)
    expect(JSON.parse(ran.stdout).error).toBe(status === 302 ? 'download_redirected' : 'download_failed')
    expect(requests).toEqual(['/bundle/manifest'])
  })

  test('from the address of the issuer itself is told where its bundle is', async () => {
    serve(await made([ONE]))
    const origin = url.replace('/bundle', '')
    const messageAt = async (address: string) => {
      const { exit, stdout } = await fetchFrom(address, 'issuer.json')
      return [exit, JSON.parse(stdout).message]
    }
    expect(await messageAt(`${origin}/`)).toEqual([
      1,
      `${origin}/manifest answers with status 404; an issuer has its bundle at /bundle: try ${url}`,
    ])
    expect(await messageAt(`${origin}/of/one`)).toEqual([1, expect.stringMatching(/\/of\/one\/manifest .*: try http.*\/of\/one\/bundle$/)])
    expect((await fetchFrom(url, 'issuer.json')).exit).toBe(0)
    answer = (_request, response) => response.writeHead(404).end()
    expect(await messageAt(url)).toEqual([1, `${url}/manifest answers with status 404`])
  })

  test('of an endless manifest stops at the limit', async () => {
    answer = (_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 'a')
      const pump = () => {
        while (response.write(chunk)) if (response.destroyed) return
        response.once('drain', pump)
      }
      response.writeHead(200)
      pump()
    }
    const ran = await fetching('endless.json')
    expect(JSON.parse(ran.stdout).error).toBe('download_too_large')
  })

  test('larger than is ever kept asks for no part', async () => {
    const entry = { kind: 'status_list', id: ONE.id, mediaType: ONE.mediaType, digest: 'A'.repeat(43), size: 200 * 1024 * 1024 } as const
    const entries = [entry, { ...entry, id: TWO.id, digest: 'B'.repeat(43) }]
    serve({
      ...(await made([])),
      manifest: await signManifest(world.bundler, { issuer: ISSUER, created: CLOCK, validUntil: CLOCK + DAY, nextUpdate: CLOCK, entries }),
    })
    expect(JSON.parse((await fetching('large.json')).stdout).error).toBe('bundle_too_large')
    expect(requests).toEqual(['/bundle/manifest'])
  })

  test('from one that never ends its answer is given up', async () => {
    answer = (_request, response) => response.writeHead(200).write('slow')
    await expect(download(new URL(url), 1000, 200)).rejects.toMatchObject({ code: 'download_too_slow', exit: 1 })
    answer = () => undefined
    await expect(download(new URL(url), 1000, 200)).rejects.toMatchObject({ code: 'download_too_slow', exit: 1 })
  })

  test('from nobody who listens is refused', async () => {
    const ran = await runHere([
      'bundle',
      'fetch',
      'http://127.0.0.1:9/bundle',
      '--trust',
      world.file('trust.json'),
      '--out',
      world.file('nobody.json'),
    ])
    expect(ran.exit).toBe(1)
    expect(ran.stderr).toContain('cannot be reached')
  })

  test.each([
    ['http elsewhere', 'http://issuer.example.be/bundle'],
    ['another scheme', 'file:///etc/hosts'],
    ['no URL', 'issuer.example.be'],
    ['a password', 'https://user:secret@issuer.example.be/bundle'],
    ['a query', 'https://issuer.example.be/bundle?x=1'],
    ['a look-alike of this machine', 'http://127.0.0.1.example.be/bundle'],
  ])('of %s is wrong usage', async (_name, address) => {
    const ran = await runHere(['bundle', 'fetch', address, '--trust', world.file('trust.json')])
    expect(ran.exit).toBe(64)
    expect(ran.stderr).not.toContain('secret')
  })

  test('of this machine without its scheme says how an address begins', async () => {
    const { exit, stderr } = await fetchFrom('localhost:4000/bundle', 'x.json')
    expect([exit, stderr]).toEqual([
      64,
      expect.stringMatching(/must be https\nbegin it with https:\/\/; http:\/\/ is for this machine only\n/),
    ])
  })

  test('without a trust file asks nobody for anything', async () => {
    const ran = await runHere(['bundle', 'fetch', url, '--trust', world.file('nowhere'), '--out', world.file('x.json')])
    expect(ran.exit).toBe(78)
    expect(requests).toEqual([])
  })

  test('twice at the same time leaves one whole bundle', async () => {
    const issued = await made([ONE, TWO, THREE])
    serve(issued)
    const both = await Promise.all([
      run(['bundle', 'fetch', url, '--out', world.file('race.json'), ...BY('race.json')]),
      fetching('race.json'),
    ])
    expect(both.map(({ exit }) => exit)).toEqual([0, 0])
    expect(await kept('race.json')).toBe(issued.text)
  })
})

describe('bundle inspect', () => {
  const inspect = async (text: string, ...more: string[]) => {
    const path = await world.write('inspected.json', text)
    return runHere(['bundle', 'inspect', path, '--trust', world.file('trust.json'), '--home', world.file('nowhere'), ...more])
  }

  test('shows who signed it and what it holds', async () => {
    const { manifest, parts } = await made([ONE, TWO])
    const [first] = parts
    const ran = await inspect(bundleDocument(manifest, new Map(first && [first])), '--json')
    expect(ran.exit).toBe(0)
    const shown = JSON.parse(ran.stdout)
    expect(shown).toMatchObject({
      outcome: 'pass',
      issuer: 'https://issuer.example.be',
      valid_until: CLOCK + DAY,
      check: { code: 'bundle_trusted' },
    })
    expect(shown.parts.map((entry: { id: string; here: boolean }) => [entry.id, entry.here])).toEqual([
      [ONE.id, true],
      [TWO.id, false],
    ])
  })

  test('of a stranger shows it all the same, and exits 1', async () => {
    const ran = await inspect((await made([ONE], world.stranger)).text, '--lang', 'nl')
    expect(ran.exit).toBe(1)
    expect(ran.stdout).toMatch(/^Bundel: fout\./)
    expect(ran.stdout).toContain(ONE.id)
  })

  test('past its end exits 2, malformed exits 1, a bad place exits 64', async () => {
    expect((await inspect((await made([ONE], world.bundler, { validUntil: CLOCK - 1 })).text)).exit).toBe(2)
    for (const text of ['{}', 'a.b.c~', '{"manifest":"a.b.c","parts":{}}']) {
      const malformed = await inspect(text)
      expect(malformed).toMatchObject({ exit: 1, stdout: '' })
      expect(malformed.stderr).toContain('bundle_malformed')
    }
    expect((await runHere(['bundle', 'inspect', world.file('nowhere'), '--trust', world.file('trust.json')])).exit).toBe(64)
  })

  test('a name in it cannot steer the terminal', async () => {
    const ran = await inspect((await made([part('\u001b[2J', 'x')])).text)
    expect(ran.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })
})
