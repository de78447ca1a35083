import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createDidEbsi } from '@symbolon/ebsi'
import { listen } from '@symbolon/service'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { EbsiRegistry } from '../../test/ebsi_registry/start.ts'
import { type EbsiWorld, makeEbsiWorld } from './ebsi_world.ts'
import { run, runHere } from './run.ts'
import { codes, type World } from './world.ts'

let world: World
let double: EbsiRegistry
let key: string
let trust: string
let issued: string
let fetching: EbsiWorld['fetching']
let checked: EbsiWorld['checked']

beforeAll(async () => {
  ;({ world, double, key, trust, issued, fetching, checked } = await makeEbsiWorld())
  vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', `test=${double.origin}`)
})
afterEach(() => {
  double.faults.clear()
  double.settings.inlineAttributes = false
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await double.close()
  await world.remove()
})

const isThere = (name: string) =>
  stat(world.file(name)).then(
    () => true,
    () => false,
  )

describe('bundle fetch --ebsi', () => {
  test('keeps all that leads to the root, signed by the desk, and a check walks it offline', async () => {
    const ran = await fetching('registry.json')
    expect(ran).toMatchObject({ exit: 0 })
    const { root, tao, ti } = double
    const data = JSON.parse(ran.stdout)
    expect(data.issuer).toBe(`${double.origin}/trusted-issuers-registry/v5/issuers/${root.did}`)
    const ids: string[] = data.parts.map(({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`)
    for (const one of [root, tao, ti]) {
      expect.soft(ids).toContain(`did_document ${one?.did}`)
      expect.soft(ids).toContain(`accreditation ${one?.did} ${one?.attributeId}`)
    }
    for (const { fetched_at } of data.parts) expect.soft(Math.abs(fetched_at - Date.now() / 1000)).toBeLessThan(60)
    const { report, found } = await checked('registry.json')
    expect(found).toMatchObject({ bundle: 'pass bundle_trusted', signature: 'pass signature_valid', trust: 'pass chain_trusted' })
    const hops = report.checks.find(({ id }) => id === 'trust')?.facts.hops as { subject: string; accreditor: string }[]
    expect(hops.map(({ subject, accreditor }) => [subject, accreditor])).toEqual([
      [ti?.did, tao?.did],
      [tao?.did, root.did],
      [root.did, root.did],
    ])
  })

  test('says the path in words, and reads the same as a process of its own', async () => {
    const argv = [
      'check',
      issued,
      '--bundle',
      world.file('registry.json'),
      '--trust',
      trust,
      '--home',
      world.file('nowhere'),
      '--lang',
      'en',
    ]
    const ran = await run(argv, { env: { SYMBOLON_EBSI_REGISTRIES: `test=${double.origin}` }, under: ['unshare', '-rn'] })
    expect(ran.stdout).toContain(
      `Accredited by ${double.tao?.did}, itself by ${double.root.did}. The root ${double.root.did} is in the trust file: The root of the test.`,
    )
  })

  test('reads older registries too, which give the attributes at once', async () => {
    double.settings.inlineAttributes = true
    expect(await fetching('inline.json')).toMatchObject({ exit: 0 })
    expect((await checked('inline.json')).found).toMatchObject({ trust: 'pass chain_trusted' })
  })

  test('reads every page, the last of which points to itself', async () => {
    const many = await Promise.all(Array.from({ length: 55 }, () => double.registered()))
    for (const { did } of many)
      double.seedAttribute({
        did,
        attributeId: 'c'.repeat(64),
        body: '',
        issuerType: 'TI',
        tao: double.root.did,
        rootTao: double.root.did,
      })
    const ran = await fetching('many.json')
    const { parts } = JSON.parse(ran.stdout)
    expect(parts.filter(({ kind }: { kind: string }) => kind === 'accreditation').length).toBeGreaterThanOrEqual(58)
    for (const { did } of many) double.forget(did)
  })

  test('keeps nothing of another root', async () => {
    const { did } = await double.registered()
    double.seedAttribute({ did, attributeId: 'd'.repeat(64), body: '', issuerType: 'RootTAO', tao: did, rootTao: did })
    const ran = await fetching('one.json')
    expect(ran.exit).toBe(0)
    expect(ran.stdout).not.toContain(did)
    double.forget(did)
  })

  const refusals: [string, Parameters<EbsiRegistry['faults']['add']>[0], string][] = [
    [
      'an answer that is late',
      { kind: 'delay', value: 11_000, path: '/trusted-issuers-registry/v5/issuers', times: 1 },
      'download_too_slow',
    ],
    ['an answer that is huge', { kind: 'huge', value: 300_000, path: /attributes\/[0-9a-f]{64}$/ }, 'download_too_large'],
    ['a list that is no JSON', { kind: 'garbage', path: /\/issuers$/ }, 'registry_answer_wrong'],
    ['a record that is no JSON', { kind: 'garbage', path: /attributes\/[0-9a-f]{64}$/ }, 'registry_answer_wrong'],
    ['another media type', { kind: 'content_type', path: '/did-registry' }, 'registry_answer_wrong'],
    ['a document of another DID', { kind: 'other_did', path: '/did-registry' }, 'registry_answer_wrong'],
    ['a record of another DID', { kind: 'other_did', path: /attributes\/[0-9a-f]{64}$/ }, 'registry_answer_wrong'],
    ['an issuer of another DID', { kind: 'other_did', path: /\/issuers\/did:ebsi:[^/]+$/ }, 'registry_answer_wrong'],
    ['an error in the middle', { kind: 'status', value: 500, path: /attributes\/[0-9a-f]{64}$/, times: 1 }, 'registry_answer_wrong'],
    ['a list that is not found', { kind: 'status', value: 404, path: /\/issuers$/ }, 'registry_answer_wrong'],
    ['pages that lead elsewhere', { kind: 'off_origin', path: /\/issuers$/ }, 'registry_answer_wrong'],
    ['a redirect', { kind: 'redirect', path: '/did-registry' }, 'download_redirected'],
  ]
  test.each(refusals)(
    'refuses %s, and keeps nothing',
    async (_about, fault, code) => {
      double.faults.add(fault)
      const ran = await fetching('refused.json')
      expect(ran).toMatchObject({ exit: 1 })
      expect(JSON.parse(ran.stdout)).toMatchObject({ error: code })
      expect(await isThere('refused.json')).toBe(false)
    },
    20_000,
  )

  test('refuses a list that never ends, and one that goes on without anything new', async () => {
    let page = 0
    const server = await listen('127.0.0.1', 0)
    const origin = `http://127.0.0.1:${server.port}`
    let isNew = true
    server.answerWith((request, response) => {
      page += 1
      const items = Array.from({ length: 50 }, () => ({ did: isNew ? createDidEbsi(randomBytes) : double.root.did }))
      const list = request.url?.includes('/issuers?') === true
      const next = `${origin}/trusted-issuers-registry/v5/issuers?page[after]=${page + 1}`
      response.writeHead(list ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify({ items, links: { next } }))
    })
    try {
      const ran = await fetching('refused.json', { url: origin })
      expect(JSON.parse(ran.stdout)).toMatchObject({ error: 'registry_too_large' })
      expect(page).toBeLessThan(450)
      isNew = false
      page = 0
      const again = await fetching('refused.json', { url: origin })
      expect(JSON.parse(again.stdout)).toMatchObject({ error: 'registry_root_unknown' })
      expect(page).toBeLessThan(5)
    } finally {
      await server.close(100)
    }
  })

  test('names the address at which there is no list', async () => {
    double.faults.add({ kind: 'status', value: 404, path: /\/issuers$/ })
    const { message } = JSON.parse((await fetching('refused.json')).stdout)
    double.faults.clear()
    expect(message).toMatch(/^http:\S+\/trusted-issuers-registry\/v5\/issuers\S* does not answer with a list \(HTTP status 404\)$/)
  })

  test('refuses a root that the registry does not have', async () => {
    // The accreditor is in the registry, and has nothing below itself as a root.
    for (const root of ['did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA', double.tao?.did ?? '']) {
      const ran = await fetching('refused.json', { root })
      expect(JSON.parse(ran.stdout)).toMatchObject({
        error: 'registry_root_unknown',
        message: `${double.origin} has no record of ${root} as a root`,
        hint: expect.stringContaining('nor that of an accreditor'),
      })
    }
  })

  test.each([
    ['http elsewhere', { url: 'http://registry.example' }],
    ['a path of a disk', { url: 'C:/registry' }],
    ['a query', { url: 'https://registry.example/?x' }],
    ['a root that is no did:ebsi', { root: 'did:key:z1' }],
  ])('is wrong usage with %s', async (_about, over) => {
    expect((await fetching('refused.json', over)).exit).toBe(64)
  })

  test.each([
    ['both addresses', ['https://issuer.example/bundle', '--ebsi', 'https://registry.example']],
    ['neither', []],
    ['no key', ['--ebsi', 'https://registry.example', '--root', 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA', '--out', 'x.json']],
    ['a key for nothing', ['https://issuer.example/bundle', '--key', 'x']],
  ])('is wrong usage with %s', async (_about, argv) => {
    expect((await runHere(['bundle', 'fetch', ...argv, '--home', world.file('nowhere')])).exit).toBe(64)
  })
})

test('tells when the own trust file does not vouch for the key that signs', async () => {
  const vouched = await fetching('vouched.json')
  expect(JSON.parse(vouched.stdout).anchor).toBe('Desk')
  expect(vouched.stderr).not.toContain('does not vouch')
  for (const other of [world.file('trust.json'), world.file('no-such-trust.json')]) {
    const from = ['bundle', 'fetch', '--ebsi', double.origin, '--root', double.root.did, '--key', key]
    const ran = await runHere([...from, '--out', world.file('unvouched.json'), '--trust', other, '--home', world.file('nowhere'), '--json'])
    expect(ran).toMatchObject({ exit: 0, stderr: expect.stringContaining('does not vouch for this key as a signer of bundles') })
    expect(JSON.parse(ran.stdout).anchor).toBeNull()
  }
})

describe('a check of a VC-JWT with the records of a registry', () => {
  test('needs the registry among those that are configured', async () => {
    vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', '')
    expect((await checked('registry.json')).found).toMatchObject({ trust: 'fail terms_of_use_not_registry' })
    const argv = ['check', issued, '--bundle', world.file('registry.json'), '--trust', trust, '--home', world.file('nowhere')]
    const { stdout } = await runHere([...argv, '--lang', 'en'])
    expect(stdout).toContain(`trusted here: ${double.origin}. Refuse it, unless its network should count here: it is set in SYMBOLON_EBSI_`)
    vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', `test=${double.origin}/`)
    expect((await checked('registry.json')).found).toMatchObject({ trust: 'pass chain_trusted' })
    vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', `test=${double.origin}`)
  })

  test.each([
    'pilot production',
    'pilot test=http://127.0.0.1:9',
    'pilot=',
    'pilot=api.ebsi.eu',
    'PILOT=https://api.ebsi.eu',
    'pilot=https://api.ebsi.eu//',
    'pilot=https://x@api.ebsi.eu',
    'pilot=https://api.ebsi.eu?x',
  ])('does not begin with the setting %s', async (value) => {
    vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', value)
    const ran = await runHere(['check', issued, '--bundle', world.file('registry.json'), '--trust', trust, '--home', world.file('nowhere')])
    vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', `test=${double.origin}`)
    expect(ran).toMatchObject({ exit: 78 })
  })

  test('does not begin with a moment that is none', async () => {
    vi.stubEnv('SYMBOLON_EBSI_ACCREDITED_AT', 'then')
    const ran = await runHere(['check', issued, '--bundle', world.file('registry.json'), '--trust', trust, '--home', world.file('nowhere')])
    vi.stubEnv('SYMBOLON_EBSI_ACCREDITED_AT', '')
    expect(ran.exit).toBe(78)
  })

  test('is not known by records that are a week old', async () => {
    const at = new Date(Date.now() + 8 * 86_400_000).toISOString()
    const { found } = await checked('registry.json', '--at', at)
    expect(found).toMatchObject({ bundle: 'unknown bundle_expired', trust: 'unknown evidence_stale' })
  })

  test('walks records that were merged with the bundle of an issuer, and their age stays theirs', async () => {
    const entries = JSON.parse(await readFile(trust, 'utf8'))
    const own = JSON.parse(await readFile(world.file('trust.json'), 'utf8'))
    const all = await world.write('trust-all.json', JSON.stringify([...entries, ...own]))
    const now = Math.floor(Date.now() / 1000)
    await world.writeBundle('fresh.json', world.bundler, [world.list], { created: now - 60, validUntil: now + 86_400 })
    const argv = ['registry.json', 'fresh.json'].map((name) => world.file(name))
    const merged = await runHere([
      'bundle',
      'merge',
      ...argv,
      '--key',
      key,
      '--out',
      world.file('all.json'),
      '--trust',
      all,
      '--home',
      world.file('nowhere'),
      '--json',
    ])
    expect(merged).toMatchObject({ exit: 0 })
    const before = JSON.parse((await runHere(['bundle', 'inspect', world.file('registry.json'), '--trust', trust, '--json'])).stdout)
    const after = JSON.parse((await runHere(['bundle', 'inspect', world.file('all.json'), '--trust', all, '--json'])).stdout)
    const times = ({ parts }: { parts: { id: string; fetched_at?: number }[] }) =>
      parts.flatMap(({ id, fetched_at }) => (fetched_at === undefined ? [] : [[id, fetched_at]]))
    expect(times(after)).toEqual(times(before))
    const ran = await runHere([
      'check',
      issued,
      '--bundle',
      world.file('all.json'),
      '--trust',
      all,
      '--home',
      world.file('nowhere'),
      '--json',
    ])
    expect(codes(JSON.parse(ran.stdout))).toMatchObject({ trust: 'pass chain_trusted' })
  })

  test('is not known by an issuer’s own bundle, which has no records', async () => {
    const bundle = await readFile(world.file('bundle.json'), 'utf8')
    await world.write('bare.json', bundle)
    const entries = JSON.parse(await readFile(trust, 'utf8'))
    const own = JSON.parse(await readFile(world.file('trust.json'), 'utf8'))
    const both = await world.write('trust-both.json', JSON.stringify([...entries, ...own]))
    const ran = await runHere([
      'check',
      issued,
      '--bundle',
      world.file('bare.json'),
      '--trust',
      both,
      '--home',
      world.file('nowhere'),
      '--json',
    ])
    expect(codes(JSON.parse(ran.stdout))).toMatchObject({ trust: 'unknown did_document_missing' })
  })

  test('fails once the accreditation was taken back', async () => {
    const { ti } = double
    if (ti === null) throw new Error('nobody')
    await double.revoke(ti.did, ti.attributeId)
    await fetching('revoked.json')
    expect((await checked('revoked.json')).found).toMatchObject({ trust: 'fail attribute_revoked', signature: 'pass signature_valid' })
  })

  test('is not known once the issuer is gone from the registry', async () => {
    double.forget(double.ti?.did ?? '')
    await fetching('gone.json')
    expect((await checked('gone.json')).found).toMatchObject({ trust: 'unknown did_document_missing' })
  })
})

describe('trust add DID', () => {
  test('adds a DID after it was compared, lists it, and takes it out', async () => {
    const file = world.file('trust-did.json')
    const did = double.root.did
    const added = await runHere(['trust', 'add', did, '--name', 'Root', '--for', 'credential', '--yes', '--trust', file, '--json'])
    expect(added).toMatchObject({ exit: 0 })
    expect(JSON.parse(added.stdout)).toMatchObject({ name: 'Root', for: 'credential', fingerprint: did })
    await runHere(['trust', 'add', did, '--name', 'Root', '--for', 'credential', '--yes', '--trust', file])
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([{ name: 'Root', for: 'credential', did }])
    const listed = await runHere(['trust', 'list', '--trust', file])
    expect(listed.stdout).toContain(`fingerprint  ${did}`)
    expect((await runHere(['trust', 'remove', 'Root', '--trust', file])).exit).toBe(0)
  })

  test('refuses what is no DID', async () => {
    const ran = await runHere([
      'trust',
      'add',
      'did:ebsi:z1#key',
      '--name',
      'Root',
      '--for',
      'credential',
      '--yes',
      '--trust',
      world.file('none.json'),
      '--json',
    ])
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: 'trust_file_malformed' })
    expect(await isThere('none.json')).toBe(false)
  })
})
