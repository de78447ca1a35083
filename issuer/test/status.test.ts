import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import { findSigner, openBundle, parseCredential, parseTrust, prepareAnchors, readBundleDocument, verifyText } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { parseJws } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ANDREI,
  accessToken,
  credentialIn,
  issuance as issuanceOf,
  issued,
  LOTTE,
  offer,
  redeem,
  request,
  STATUTE,
  start,
  statusIn,
  type TestIssuer,
  variants,
} from './fixture.ts'

const TYPES = join(import.meta.dirname, '../../specs/credentials')

/** Beside bricks of the repository one that may be suspended, one with a byte for each status, and one that lives a day without any. */
const bricks = () =>
  variants([STATUTE, 'pda1'], {
    suspendable: { change: { status: { bits: 2, suspension: true } } },
    wide: { change: { status: { bits: 8, suspension: true } } },
    daily: { change: { status: null, lifetime: { profile: 'daily', time_zone: 'Europe/Brussels' } } },
  })

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await start({ ...bricks(), ISSUER_STATUS_TTL: '60' })
})
afterAll(() => issuer.close())

const viewOf = async (text: string) => (await parseCredential(text, primitives)).view

/** What the published list says about a credential now. */
async function statusOf(text: string): Promise<number | undefined> {
  const { status } = await viewOf(text)
  return statusIn(await (await fetch(status?.uri ?? '')).text(), status?.index)
}

const issuance = (type = STATUTE, subject = LOTTE, copies = 1) => issuanceOf(issuer, { type, subject }, copies)

const change = (id: string, status: string) => issuer.admin('POST', `/issuances/${id}/status`, { status, reason: 'test' })
const code = ({ status, json }: { status: number; json: Record<string, unknown> }) => [status, json.error]

describe('a status change', () => {
  test('every copy of an issuance follows, and nobody else (ST-10)', async () => {
    const [{ id, texts }, other] = [await issuance(STATUTE, LOTTE, 10), await issuance()]
    expect(await Promise.all(texts.map(statusOf))).toEqual(Array(10).fill(0))
    expect((await change(id, 'revoked')).json.status).toBe('revoked')
    expect(await Promise.all(texts.map(statusOf))).toEqual(Array(10).fill(1))
    expect(await statusOf(other.texts[0] ?? '')).toBe(0)
  })

  test('revoked is final (ST-17); revoking again changes nothing and is no fault', async () => {
    const { id, texts } = await issuance()
    await change(id, 'revoked')
    expect((await change(id, 'revoked')).status).toBe(200)
    expect(code(await change(id, 'valid'))).toEqual([409, 'revocation_final'])
    expect(code(await change(id, 'suspended'))).toEqual([409, 'revocation_final'])
    expect(await statusOf(texts[0] ?? '')).toBe(1)
  })

  test('suspension only where the type allows it, and back', async () => {
    const strict = await issuance('pda1', ANDREI)
    expect(code(await change(strict.id, 'suspended'))).toEqual([409, 'suspension_not_allowed'])
    expect(await statusOf(strict.texts[0] ?? '')).toBe(0)
    const { id, texts } = await issuance('suspendable')
    expect((await change(id, 'suspended')).status).toBe(200)
    expect(await statusOf(texts[0] ?? '')).toBe(2)
    expect((await change(id, 'valid')).status).toBe(200)
    expect(await statusOf(texts[0] ?? '')).toBe(0)
    expect((await change(id, 'revoked')).status).toBe(200)
    expect(await statusOf(texts[0] ?? '')).toBe(1)
  })

  test('no further copy of what was revoked or suspended', async () => {
    const made = await offer(issuer, { type: 'suspendable' })
    const token = String((await redeem(issuer, made)).json.access_token)
    credentialIn(await request(issuer, token, 'suspendable'))
    const id = String((await issuer.admin('GET', `/offers/${made.id}`)).json.issuance)
    await change(id, 'suspended')
    expect(code(await request(issuer, token, 'suspendable'))).toEqual([400, 'credential_request_denied'])
    await change(id, 'valid')
    expect((await request(issuer, token, 'suspendable')).status).toBe(200)
  })

  test('a type that lives a day has no status to change', async () => {
    const { id, texts } = await issuance('daily')
    expect((await viewOf(texts[0] ?? '')).status).toBeUndefined()
    expect(code(await change(id, 'revoked'))).toEqual([409, 'status_not_published'])
  })
})

describe('a status list token (Token Status List section 5.1)', () => {
  test('names itself, lives as set, is signed by the status key and by no credential key', async () => {
    const { status } = await viewOf(await issued(issuer))
    const response = await fetch(status?.uri ?? '')
    expect(response.headers.get('content-type')).toBe('application/statuslist+jwt')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const { header, payload } = parseJws(await response.text())
    expect(header.typ).toBe('statuslist+jwt')
    expect(payload.sub).toBe(status?.uri)
    expect([payload.ttl, Number(payload.exp) - Number(payload.iat)]).toEqual([60, 604_800])
    const anchors = await prepareAnchors(parseTrust(readFileSync(join(issuer.home, 'trust.json'), 'utf8')), primitives)
    const context = { anchors, evidence: new Map(), primitives, now: Number(payload.iat) }
    const proof = { header, algorithm: String(header.alg) }
    expect((await findSigner(proof, { purpose: 'status' }, context)).outcome).toBe('pass')
    expect((await findSigner(proof, { purpose: 'credential' }, context)).outcome).toBe('fail')
  })

  test('the same token until a status changes or its ttl is over, with an entity tag', async () => {
    const { id, texts } = await issuance()
    const { status } = await viewOf(texts[0] ?? '')
    const get = async (tag?: string) => fetch(status?.uri ?? '', { headers: tag === undefined ? {} : { 'if-none-match': tag } })
    const first = await get()
    const tag = first.headers.get('etag') ?? ''
    expect(Date.parse(first.headers.get('last-modified') ?? '')).toBe(Number(parseJws(await first.text()).payload.iat) * 1000)
    expect((await get(tag)).status).toBe(304)
    issuer.clock.ahead += 61
    expect((await get(tag)).status).toBe(200)
    const renewed = (await get()).headers.get('etag') ?? ''
    await change(id, 'revoked')
    expect((await get(renewed)).status).toBe(200)
    issuer.clock.ahead = 0
  })

  test('a list of another number of bits is another list; a full one is followed by the next', async () => {
    const small = await start({ ...bricks(), ISSUER_STATUS_LIST_SIZE: '8' })
    try {
      const token = async (type: string) => accessToken(small, { type })
      const references = []
      for (let count = 0; count < 20; count++)
        references.push((await viewOf(credentialIn(await request(small, await token(STATUTE))))).status)
      const byte = (await viewOf(credentialIn(await request(small, await token('wide'), 'wide')))).status
      expect(new Set(references.map((one) => `${one?.uri} ${one?.index}`)).size).toBe(20)
      expect(new Set(references.map((one) => one?.uri)).size).toBeGreaterThanOrEqual(3)
      expect(references.map((one) => one?.uri)).not.toContain(byte?.uri)
    } finally {
      await small.close()
    }
  })

  test('indices follow no pattern (ST-13)', async () => {
    const indices: number[] = []
    for (let count = 0; count < 30; count++) indices.push((await viewOf(await issued(issuer))).status?.index ?? 0)
    const steps = indices.slice(1).map((index, at) => index - (indices[at] ?? 0))
    expect(new Set(steps).size).toBeGreaterThan(25)
    expect(steps.filter((step) => Math.abs(step) === 1).length).toBeLessThan(3)
  })
})

describe('the bundle (specs/bundle.md)', () => {
  const anchors = async () => prepareAnchors(parseTrust(readFileSync(join(issuer.home, 'trust.json'), 'utf8')), primitives)
  const now = () => Math.floor(Date.now() / 1000)
  const fetchBundle = async () => (await fetch(`${issuer.url}/bundle`)).text()

  test('answers all that a credential needs, without a network: yes, and after revocation no', async () => {
    const { id, texts } = await issuance()
    const { types } = readTypes(TYPES)
    const policy = { types: new Map(types.map((type) => [type.vct, type])), maxStatusAge: 3600 }
    const check = async () => {
      const { lookup } = await openBundle(await fetchBundle(), { anchors: await anchors(), primitives, now: now() })
      const { checks } = await verifyText(texts[0] ?? '', lookup, { anchors: await anchors(), policy, now: now(), primitives })
      return checks.find(({ id: name }) => name === 'status')?.outcome
    }
    expect(await check()).toBe('pass')
    await change(id, 'revoked')
    expect(await check()).toBe('fail')
  })

  test('manifest and parts one by one are the whole; parts may be kept for ever', async () => {
    await issued(issuer)
    const { manifest, parts } = readBundleDocument(await fetchBundle())
    const response = await fetch(`${issuer.url}/bundle/manifest`)
    expect(response.headers.get('content-type')).toBe('application/vnd.symbolon.bundle-manifest+jwt')
    expect(await response.text()).toBe(manifest)
    expect(parts.size).toBeGreaterThan(3)
    for (const [digest, content] of parts) {
      const part = await fetch(`${issuer.url}/bundle/parts/${digest}`)
      expect(part.headers.get('cache-control')).toContain('immutable')
      expect(await part.text()).toBe(content)
    }
  })

  test('nothing changed: the same manifest; a revocation: only the part that changed has a new digest', async () => {
    const { id } = await issuance()
    const first = readBundleDocument(await fetchBundle())
    expect(readBundleDocument(await fetchBundle()).manifest).toBe(first.manifest)
    await change(id, 'revoked')
    const second = readBundleDocument(await fetchBundle())
    expect([...second.parts.keys()].filter((digest) => !first.parts.has(digest))).toHaveLength(1)
    const [old = ''] = [...first.parts.keys()].filter((digest) => !second.parts.has(digest))
    // Whoever holds the manifest of a minute ago can still finish with it.
    expect((await fetch(`${issuer.url}/bundle/parts/${old}`)).status).toBe(200)
  })

  test('a bundle grown old is made anew, and its old parts go', async () => {
    const first = await (await fetch(`${issuer.url}/bundle/manifest`)).text()
    const before = readBundleDocument(await fetchBundle())
    issuer.clock.ahead = 8000
    try {
      const second = await (await fetch(`${issuer.url}/bundle/manifest`)).text()
      expect(second).not.toBe(first)
      const gone = [...before.parts].filter(([, content]) => content.startsWith('ey')).map(([digest]) => digest)
      for (const digest of gone) expect((await fetch(`${issuer.url}/bundle/parts/${digest}`)).status).toBe(404)
    } finally {
      issuer.clock.ahead = 0
    }
  })
})
