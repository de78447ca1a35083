import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Part, unsignedBitstringList } from '@symbolon/credential'
import { developmentAnchor, developmentAuthority } from '@symbolon/service'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, holder, ISSUER, LIST, statusList } from './artefacts.ts'
import { run, runHere } from './run.ts'
import { codes, makeWorld, WHO, type World } from './world.ts'

/** This verb goes by the clock of the machine. */
const CLOCK = Math.floor(Date.now() / 1000)
const DESK = 'https://institution.example.be'
const OTHER = 'https://other.example.be'

let world: World
/** Key and certificate of the institution that merges, and a trust file in which it stands. */
let key: string
let trust: string
const inTheOther: Part = { kind: 'status_list', id: `${OTHER}/list`, mediaType: 'application/statuslist+jwt', content: 'another list' }

beforeAll(async () => {
  world = await makeWorld()
  const home = world.file('institution')
  await mkdir(home)
  key = (await developmentAuthority(home, DESK, CLOCK)).bundle
  const entries = JSON.parse(await readFile(world.file('trust.json'), 'utf8'))
  const desk = { name: 'Institution', for: 'bundle', certificate: developmentAnchor(home, 'bundle').toString() }
  trust = await world.write('trust-with-desk.json', JSON.stringify([...entries, desk]))
  const list = await statusList(world.lists, {}, CLOCK - 7200)
  await world.writeBundle('first.json', world.bundler, [list], { created: CLOCK - 3600, validUntil: CLOCK + DAY })
  await world.writeBundle('second.json', world.bundler, [inTheOther], { created: CLOCK - 60, validUntil: CLOCK + 9 * DAY, issuer: OTHER })
})
afterAll(() => world.remove())

const arguments_ = (files: readonly string[], out: string, ...more: string[]) => [
  ...['bundle', 'merge', ...files.map((name) => (name === '-' ? name : world.file(name))), '--key', key, '--out', world.file(out)],
  ...['--trust', trust, '--home', world.file('nowhere'), '--json', ...more],
]
const merging = async (files: readonly string[], out: string, ...more: string[]) => {
  const ran = await runHere(arguments_(files, out, ...more))
  return { ...ran, data: ran.stdout === '' ? null : JSON.parse(ran.stdout) }
}
const exists = (name: string) =>
  stat(world.file(name)).then(
    () => true,
    () => false,
  )

describe('bundle merge', () => {
  test('writes one bundle that ends with the first that ends, and says what went in', async () => {
    const ran = await merging(['first.json', 'second.json'], 'merged.json')
    expect(ran).toMatchObject({ exit: 0, stderr: '' })
    expect(ran.data).toMatchObject({
      ...{ issuer: DESK, valid_until: CLOCK + DAY, left_out: [] },
      sources: [
        { issuer: ISSUER, created: CLOCK - 3600 },
        { issuer: OTHER, created: CLOCK - 60 },
      ],
      parts: [{ id: LIST }, { id: inTheOther.id }],
    })
    expect(ran.data.bytes).toBe((await stat(world.file('merged.json'))).size)
    const inspected = await runHere([
      ...['bundle', 'inspect', world.file('merged.json'), '--trust', trust, '--home', world.file('nowhere'), '--lang', 'en'],
    ])
    expect(inspected).toMatchObject({ exit: 0, stdout: expect.stringContaining(`merged from  ${OTHER}`) })
    expect(inspected.stdout).toContain('made 1 hour ago')
  })

  test('of two lists that only an accreditation stands behind, keeps the newer when the document of their DID goes in', async () => {
    const { signer, jwk } = holder()
    const did = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'
    const kid = `${did}#keys-1`
    const listOf = async (issuedAt: number): Promise<Part> => {
      const schemas = [{ id: 'https://schema.example/1', type: 'JsonSchema' }]
      const draft = { uri: `${DESK}/list`, issuer: did, issuedAt, expires: CLOCK + DAY, packed: new Uint8Array(16_384), schemas }
      const { input, seal } = unsignedBitstringList(draft, { algorithm: 'ES256', kid }, (bytes) => gzipSync(bytes))
      return { kind: 'status_list', id: draft.uri, mediaType: 'application/jwt', content: seal(await signer.sign(input)) }
    }
    const verificationMethod = [{ id: kid, type: 'JsonWebKey2020', controller: did, publicKeyJwk: jwk }]
    const content = JSON.stringify({ id: did, verificationMethod, assertionMethod: [kid] })
    const document: Part = { kind: 'did_document', id: did, mediaType: 'application/did+ld+json', fetchedAt: CLOCK - 700, content }
    const [older, newer] = [await listOf(CLOCK - 900), await listOf(CLOCK - 800)]
    await world.writeBundle('newer.json', world.bundler, [newer], { created: CLOCK - 600, validUntil: CLOCK + DAY })
    const times = { created: CLOCK - 500, validUntil: CLOCK + DAY, issuer: OTHER }
    await world.writeBundle('older.json', world.bundler, [older], times)
    const refused = await merging(['newer.json', 'older.json'], 'lists.json')
    expect([refused.exit, refused.data.message]).toEqual([1, expect.stringContaining(`bundle_parts_differ (${newer.id})`)])
    await world.writeBundle('older.json', world.bundler, [older, document], times)
    const { exit, data } = await merging(['newer.json', 'older.json'], 'lists.json')
    const digest = createHash('sha256').update(newer.content).digest('base64url')
    expect([exit, data.parts]).toEqual([0, expect.arrayContaining([expect.objectContaining({ kind: 'status_list', digest })])])
  })

  test('with a question of the institution, which a desk uses that has pinned its hash, and no other', async () => {
    const folder = world.file('asked-here')
    await cp(join(import.meta.dirname, '../../specs/questions/train-reduction'), folder, { recursive: true })
    await cp(folder, join(world.file('own-questions'), 'asked-here'), { recursive: true })
    const { data } = await merging(['first.json', 'second.json'], 'with-question.json', '--question', folder)
    const line = data.parts.find(({ kind }: { kind: string }) => kind === 'question')
    expect(line).toMatchObject({ id: 'asked-here', media_type: 'application/json' })
    const shown = await world.write('shown-now.txt', await world.shown({ at: CLOCK }))
    const check = (...more: string[]) =>
      runHere([
        ...[
          'check',
          shown,
          '--bundle',
          world.file('with-question.json'),
          '--trust',
          trust,
          '--home',
          world.file('nowhere'),
          ...WHO,
          '--json',
        ],
        ...['--lang', 'en', ...more],
      ])
    const pinned = await check('--question', 'asked-here', '--question-hash', line.digest)
    expect(JSON.parse(pinned.stdout)).toHaveProperty('reasons')
    const made = world.file('asked-here.txt')
    await runHere(['challenge', 'asked-here', '--questions', world.file('own-questions'), '--out', made])
    const answering = [
      'check',
      shown,
      '--bundle',
      world.file('with-question.json'),
      '--trust',
      trust,
      '--home',
      world.file('nowhere'),
      '--json',
    ]
    const answered = await runHere([...answering, '--challenge', made, '--question-hash', line.digest])
    expect(JSON.parse(answered.stdout).reasons).toEqual([expect.objectContaining({ code: 'key_binding_audience_wrong' })])
    expect((await check('--question', 'asked-here')).stderr).toMatch(/no question asked-here/)
    expect((await check('--question', 'train-reduction', '--question-hash', line.digest)).stderr).toMatch(/of that hash is asked-here/)
    expect((await check('--question', 'asked-here', '--question-hash', 'A'.repeat(43))).stderr).toMatch(/no question of the hash/)
  })

  test('with a folder that is no question is refused, and nothing is written', async () => {
    const ran = await merging(['first.json', 'second.json'], 'never.json', '--question', world.file('.'))
    expect([ran.exit, await exists('never.json')]).toEqual([64, false])
    expect(JSON.parse(ran.stdout).message).toMatch(/is none/)
  })

  test('which a check goes by, when the trust file names its signer', async () => {
    await merging(['first.json', 'second.json'], 'used.json')
    const bundle = world.file('used.json')
    const ran = await world.check(await world.shown({ at: CLOCK }), WHO, { bundle, trust, at: String(CLOCK + 1) })
    expect(codes(ran.report)).toMatchObject({ bundle: 'pass bundle_trusted', status: 'pass status_valid' })
    expect((await world.check(await world.shown(), WHO, { bundle })).report.checks).toMatchObject([{ code: 'bundle_not_trusted' }])
  })

  test('as a process, with the key and its certificate in two files, under a name of its own', async () => {
    const pem = await readFile(key, 'utf8')
    const at = pem.indexOf('-----BEGIN CERTIFICATE')
    const [alone, chain] = [await world.write('alone.key', pem.slice(0, at)), await world.write('chain.pem', pem.slice(at))]
    const argv = ['bundle', 'merge', world.file('first.json'), '--key', alone, '--certificate', chain, '--issuer', 'https://name.example']
    const ran = await run([...argv, '--out', world.file('named.json'), '--trust', trust, '--home', world.file('nowhere')])
    expect(ran).toMatchObject({ exit: 0, stderr: '', stdout: expect.stringMatching(/named\.json: 1 part of 1 bundle, \d+ bytes/) })
    expect(await merging(['named.json'], 'again.json')).toMatchObject({
      ...{ exit: 0, data: { sources: [{ issuer: 'https://name.example' }, { issuer: ISSUER }] } },
    })
  })

  test('remembers what went in: an older one is not merged afterwards', async () => {
    const home = world.file('remembering')
    await mkdir(home)
    const argv = (file: string) => arguments_([file], 'kept.json').map((word) => (word === world.file('nowhere') ? home : word))
    expect((await runHere(argv('first.json'))).exit).toBe(0)
    const { seen } = JSON.parse(await readFile(`${home}/verifier/bundles.json`, 'utf8'))
    expect(seen.map(({ iss }: { iss: string }) => iss)).toEqual([DESK, ISSUER])
    await world.writeBundle('before.json', world.bundler, [], { created: CLOCK - 3601, validUntil: CLOCK + DAY })
    expect(JSON.parse((await runHere(argv('before.json'))).stdout).message).toContain('bundle_older_than_seen')
    await world.write('remembering/verifier/bundles.json', 'x')
    expect(await runHere(argv('first.json'))).toMatchObject({ exit: 78, stdout: expect.stringContaining('bundle_memory_malformed') })
  })

  test('of bundles with faults tells all of them with their files, and writes nothing', async () => {
    await world.writeBundle('strange.json', world.stranger, [world.list], { created: CLOCK - 60, validUntil: CLOCK + DAY })
    await world.writeBundle('over.json', world.bundler, [], { created: CLOCK - 60, validUntil: CLOCK - 1, issuer: 'https://x.example' })
    await world.writeBundle('again.json', world.bundler, [{ ...inTheOther, content: 'x' }], {
      ...{ created: CLOCK - 30, validUntil: CLOCK + DAY, issuer: 'https://y.example' },
    })
    await world.writeBundle('twice.json', world.bundler, [], { created: CLOCK - 30, validUntil: CLOCK + DAY })
    const files = ['first.json', 'second.json', 'strange.json', 'over.json', 'again.json', 'twice.json']
    const ran = await merging(files, 'none.json', '--lang', 'en')
    expect([ran.exit, ran.data.error, await exists('none.json')]).toEqual([1, 'bundle_not_merged', false])
    const lines = ran.data.message.split('\n')
    expect(lines).toHaveLength(4)
    for (const [name, code] of [
      ['strange.json', 'bundle_not_trusted'],
      ['over.json', 'bundle_expired'],
      ['again.json', 'bundle_parts_differ'],
      ['twice.json', 'bundle_source_repeated'],
    ] as const)
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`${name}: ${code}`)))
  })

  test('a key without a certificate, and one with a self-signed certificate, are refused with what to do', async () => {
    const [alone] = /^-----BEGIN PRIVATE KEY[\s\S]*?END PRIVATE KEY-----$/m.exec(await readFile(key, 'utf8')) ?? ['']
    await world.write('alone.key', alone)
    const authority = join(dirname(dirname(key)), 'root.pem')
    for (const [file, wrong] of [
      [world.file('alone.key'), 'holds no certificate'],
      [authority, 'is self-signed; anchors stay out'],
    ] as const) {
      const argv = ['bundle', 'merge', world.file('first.json'), '--key', file, '--out', world.file('none.json')]
      const ran = await runHere([...argv, '--trust', trust, '--home', world.file('nowhere'), '--json'])
      expect(ran).toMatchObject({ exit: 78, stdout: expect.stringContaining(wrong) })
      expect(JSON.parse(ran.stdout).hint).toMatch(/--certificate.*trust file.*README\.md, Keys/)
    }
  })

  test('under the name of one that goes in says how to give another', async () => {
    const ran = await merging(['first.json'], 'none.json', '--issuer', ISSUER, '--lang', 'en')
    expect([ran.exit, await exists('none.json')]).toEqual([1, false])
    expect(ran.data.message).toMatch(/^\S*first\.json: bundle_issuer_taken \(.*\): .* Say with --issuer URL who merges\.$/)
  })

  test('tells what was left out because its signer may not speak of it', async () => {
    const entries = JSON.parse(await readFile(trust, 'utf8')).map((entry: { name: string }) =>
      entry.name === 'Test bundles' ? { ...entry, types: ['urn:example:one'] } : entry,
    )
    const limited = await world.write('limited.json', JSON.stringify(entries))
    const part: Part = { kind: 'type_metadata', id: 'urn:example:two', mediaType: 'application/json', content: '{}' }
    await world.writeBundle('described.json', world.bundler, [part], { created: CLOCK - 60, validUntil: CLOCK + DAY })
    const ran = await runHere(arguments_(['described.json'], 'less.json').map((word) => (word === trust ? limited : word)))
    expect(JSON.parse(ran.stdout)).toMatchObject({ parts: [], left_out: [{ kind: 'type_metadata', id: 'urn:example:two' }] })
    expect(ran.stderr).toContain('urn:example:two was left out')
  })

  test.each([
    ['no key', (argv: string[]) => argv.filter((word) => word !== '--key' && word !== key), 64, /--key and --out/],
    ['no file', (argv: string[]) => argv.filter((word) => !word.endsWith('first.json')), 64, /something is missing/],
    [
      'a file that is not there',
      (argv: string[]) => argv.map((word) => word.replace('first.json', 'absent.json')),
      64,
      /absent\.json cannot be read/,
    ],
    ['standard input twice', (argv: string[]) => argv.toSpliced(2, 1, '-', '-'), 64, /one bundle only/],
    ['an issuer that is no URL', (argv: string[]) => [...argv, '--issuer', 'me'], 64, /--issuer is no URL/],
    ['no key in its file', (argv: string[]) => argv.map((word) => (word === key ? trust : word)), 78, /cannot be read as a private key/],
    ['no trust file', (argv: string[]) => argv.map((word) => (word === trust ? world.file('nowhere') : word)), 78, /no trust file/],
  ])('with %s writes nothing', async (_name, change, exit, message) => {
    const ran = await runHere(change(arguments_(['first.json'], 'nothing.json')))
    expect([ran.exit, ran.stderr]).toEqual([exit, expect.stringMatching(message)])
    expect(await exists('nothing.json')).toBe(false)
  })

  test('in production refuses a key of the development authority', async () => {
    const ran = await run(arguments_(['first.json'], 'production.json'), { env: { SYMBOLON_ENV: 'production' } })
    expect([ran.exit, ran.stderr]).toEqual([78, expect.stringContaining('development authority')])
  })

  test('asks who makes it when the certificate does not say', async () => {
    const other = world.file('elsewhere')
    await mkdir(other)
    const pem = await readFile((await developmentAuthority(other, DESK, CLOCK)).bundle, 'utf8')
    // Its authority has no name of its own, and is no leaf: as good as a certificate without a URL.
    const authority = await readFile(`${other}/development-authority/bundle/authority.pem`, 'utf8')
    expect(pem).not.toBe(authority)
    const nameless = await world.write('nameless.pem', authority)
    const ran = await runHere(arguments_(['first.json'], 'nobody.json').map((word) => (word === key ? nameless : word)))
    expect([ran.exit, ran.stderr]).toEqual([64, expect.stringContaining('names no URL')])
  })
})
