import { generateKeyPairSync, randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { loadTrust } from '@symbolon/command-line'
import {
  type Anchors,
  bundleDocument,
  type Draft,
  entryOf,
  formatNamed,
  metadataText,
  openBundle,
  type Part,
  packedLength,
  parseCredential,
  prepareAnchors,
  setStatus,
  unsignedManifest,
  unsignedStatusList,
  verifyBy,
} from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import type { Jwk, Signer } from '@symbolon/sd-jwt'
import { type CertifiedSigner, developmentAuthority, developmentTrust, openSigner } from '@symbolon/service'
import { brick } from './brick.ts'
import { median } from './measure.ts'
import type { LimitRow } from './row.ts'

const ENTRIES = 2 ** 20
const REVOKED = 0.01
/** Thirty copies for two million holders, and one; the large one first, while nothing is compiled yet. */
const SIZES = [
  { lists: 60, unit: 'MB', bytes: 1e6, limit: 1.7 },
  { lists: 2, unit: 'kB', bytes: 1000, limit: 60 },
]
const MOST = 60
const TURNS = 15
const DAY = 86_400
const URL_OF_ISSUER = 'https://issuer.example.be'
const [AUDIENCE, NONCE] = ['https://desk.example.be', '8Yt2mQ0cVx1pZb7nR4sL']

/** What a bundle weighs, and what it costs a desk: for two lists of a million credentials, and for sixty. */
export async function benchBundle(): Promise<LimitRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'symbolon-bench-'))
  try {
    const world = await prepare(home)
    const rows: LimitRow[] = []
    for (const { lists, unit, bytes, limit } of SIZES) {
      const whole = await world.bundle(lists)
      const name = `bundle: ${lists} lists of 2^20, 1 % revoked`
      rows.push({ name, value: Buffer.byteLength(await world.bundle(lists, false)) / bytes, unit, limit })
      rows.push({ name: `${name}, with a type, .gz`, value: gzipSync(whole, { level: 9 }).length / bytes, unit, limit })
      rows.push(...(await verdicts(world, whole, lists)))
    }
    return rows
  } finally {
    rmSync(home, { recursive: true })
  }
}

/** Opening and the first verdict, then each further one, without what its signatures cost. */
async function verdicts({ anchors, policy, now, shown, floor }: World, text: string, lists: number): Promise<LimitRow[]> {
  const texts = shown.slice(0, lists)
  const first: number[] = []
  const fresh: number[] = []
  const further: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    // A trust file read anew has verified and inflated nothing yet.
    const context = { anchors: await anchors(), policy, now, primitives, memory: new Map() }
    const [one = '', ...others] = texts
    const judged = async (bundle: Awaited<ReturnType<typeof openBundle>>, presentation: string) => {
      const { outcome } = await verifyBy(bundle, presentation, context)
      if (outcome !== 'pass') throw new Error('the presentation does not pass')
    }
    let opened: Awaited<ReturnType<typeof openBundle>> | undefined
    first.push(
      await milliseconds(async () => {
        opened = await openBundle(text, context)
        await judged(opened, one)
      }),
    )
    const bundle = opened
    if (bundle === undefined) throw new Error('the bundle was not opened')
    const each = async (signatures: number, presentations: readonly string[]) => {
      const spent = await milliseconds(async () => {
        for (const presentation of presentations) await judged(bundle, presentation)
      })
      return (spent - (await milliseconds(() => floor(signatures, presentations.length)))) / presentations.length
    }
    fresh.push(await each(3, others))
    further.push(await each(2, texts))
  }
  const name = `${lists} lists`
  return [
    // The slowest, which is the first of a process that has compiled nothing yet.
    { name: `${name}: opening it and the first verdict`, value: Math.max(...first), unit: 'ms', limit: 300 },
    { name: `${name}: a verdict by one more list, bar 3 signatures`, value: median(fresh), unit: 'ms', limit: 3 },
    { name: `${name}: each further verdict, bar 2 signatures`, value: median(further), unit: 'ms', limit: 1 },
  ]
}

/** Time on the processor: what others take on a busy machine does not count. */
async function milliseconds(run: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

type World = Awaited<ReturnType<typeof prepare>>

/** An issuer, a desk that trusts it, and for each of the lists a presentation of a credential in it. */
async function prepare(home: string) {
  const now = Math.floor(Date.now() / 1000)
  const type = brick('be-social-statute')
  const files = await developmentAuthority(home, URL_OF_ISSUER, now)
  developmentTrust(join(home, 'trust.json'), home, [type.vct])
  const trust = await loadTrust(join(home, 'trust.json'))
  const open = (path: string) => openSigner({ key: path, chain: path }, () => now)
  const [issuer, lister, bundler] = [open(files.credential), open(files.status), open(files.bundle)]
  const lists: Part[] = []
  const shown: string[] = []
  for (let number = 0; number < MOST; number++) {
    const { part, index } = await list(`${URL_OF_ISSUER}/status-lists/${number}`, lister, now)
    lists.push(part)
    shown.push(await presentation(type, issuer, { uri: part.id, index }, now))
  }
  const described: Part = { kind: 'type_metadata', id: type.vct, mediaType: 'application/json', content: metadataText(type) }
  return {
    ...{ now, shown, anchors: (): Promise<Anchors> => prepareAnchors(trust, primitives) },
    policy: { types: new Map([[type.vct, type]]), maxStatusAge: 7 * DAY, audience: AUDIENCE, nonce: NONCE },
    bundle: (count: number, isDescribed = true) => bundle([...lists.slice(0, count), ...(isDescribed ? [described] : [])], bundler, now),
    floor: await signatureFloor(),
  }
}

/** A list with one in a hundred revoked, as an issuer makes it, and an index that is not. */
async function list(uri: string, { signer, x5c }: CertifiedSigner, now: number): Promise<{ part: Part; index: number }> {
  const packed = new Uint8Array(packedLength(ENTRIES, 1))
  const revoked = new Set<number>()
  while (revoked.size < ENTRIES * REVOKED) revoked.add(randomInt(ENTRIES))
  for (const index of revoked) setStatus(packed, 1, index, 1)
  let index = randomInt(ENTRIES)
  while (revoked.has(index)) index = randomInt(ENTRIES)
  const draft = { uri, issuedAt: now - 60, expires: now + 7 * DAY, ttl: 43_200, bits: 1 as const, packed }
  const token = unsignedStatusList(draft, { algorithm: 'ES256', x5c }, (bytes) => deflateSync(bytes, { level: 9 }))
  return { part: { kind: 'status_list', id: uri, mediaType: 'application/statuslist+jwt', content: await seal(token, signer) }, index }
}

async function presentation(type: Draft['type'], issuer: CertifiedSigner, status: Draft['status'], now: number): Promise<string> {
  const format = formatNamed('dc+sd-jwt')
  if (format === undefined) throw new Error('the format is not there')
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const times = { issuedAt: now - 60, notBefore: now - 60, expires: now + DAY }
  const draft: Draft = {
    ...{ type, claims: type.sample, issuer: URL_OF_ISSUER, algorithm: 'ES256', x5c: issuer.x5c, ...times },
    ...{ holderKey: publicKey.export({ format: 'jwk' }) as Jwk, ...(status && { status }) },
  }
  const credential = await parseCredential(await seal(await format.build(draft, primitives), issuer.signer), primitives)
  const chosen = await credential.disclose([['statutes', 'limited_income_any']])
  return seal(await chosen.bind({ audience: AUDIENCE, nonce: NONCE, issuedAt: now }, 'ES256'), signer(privateKey, 'ES256'))
}

async function bundle(parts: readonly Part[], { signer, x5c }: CertifiedSigner, now: number): Promise<string> {
  const entries = await Promise.all(parts.map((part) => entryOf(part, primitives)))
  const times = { created: now - 30, validUntil: now + 7 * DAY, nextUpdate: now + 3600 }
  const manifest = await seal(unsignedManifest({ issuer: URL_OF_ISSUER, ...times, entries }, { algorithm: 'ES256', x5c }), signer)
  return bundleDocument(manifest, new Map(entries.map(({ digest }, at) => [digest, parts[at]?.content ?? ''])))
}

/** What so many signatures cost for so many verdicts: the key of each holder is met for the first time. */
async function signatureFloor(): Promise<(signatures: number, verdicts: number) => Promise<void>> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' }) as Jwk
  const input = 'a'.repeat(6000)
  const signature = await signer(privateKey, 'ES256').sign(input)
  return async (signatures, verdicts) => {
    for (let verdict = 0; verdict < verdicts; verdict++) {
      const key = await primitives.importKey(jwk, 'ES256')
      for (let n = 0; n < signatures; n++) await primitives.verify('ES256', key, input, signature)
    }
  }
}

const seal = async (unsigned: { input: string; seal(signature: Uint8Array): string }, by: Signer): Promise<string> =>
  unsigned.seal(await by.sign(unsigned.input))

if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchBundle(), null, 1)}\n`)
