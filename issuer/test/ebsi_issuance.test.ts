import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseCredential, parseManifest } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { type JsonObject, parseJws } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EbsiRegistry, startEbsiRegistry } from '../../test/ebsi_registry/start.ts'
import { accredit, createIdentity } from '../src/ebsi/registering.ts'
import {
  ANDREI,
  accessToken,
  credentialIn,
  holderKey,
  issuance,
  newHome,
  offer,
  proof,
  request,
  seconds,
  start,
  type TestIssuer,
} from './fixture.ts'

const TYPE = 'pda1-ebsi'
const PDA1 = 'VerifiablePortableDocumentA1'
const YEAR = 365 * 86_400

let double: EbsiRegistry
let issuer: TestIssuer
let did: string
let attribute: string
/** An accredited issuer; `lifetime` in seconds: how long its accreditation still holds. */
async function accredited(lifetime = YEAR): Promise<{ home: string; did: string; attributeId: string }> {
  const home = newHome()
  await (await start({ SYMBOLON_HOME: home })).close()
  const folder = join(home, 'issuer', 'ebsi')
  const made = await createIdentity(folder, { registry: double.origin })
  await createIdentity(folder, { onboarding: double.onboard(made.did) })
  // The double gives accreditations of five years.
  double.setClock(() => Date.now() + (lifetime - 5 * YEAR) * 1000)
  const { attributeId, credential } = await double.accredit({ did: made.did })
  double.setClock(Date.now)
  await accredit(folder, credential, seconds())
  const path = join(home, 'trust.json')
  const root = { name: 'the root', for: 'credential', types: [PDA1], did: double.root.did }
  writeFileSync(path, JSON.stringify([...JSON.parse(readFileSync(path, 'utf8')), root]))
  return { home, did: made.did, attributeId }
}

beforeAll(async () => {
  // Begun long ago, so that it can give accreditations that end soon.
  double = await startEbsiRegistry({ bootstrap: { tao: true }, now: () => Date.now() - (5 * YEAR - 300) * 1000 })
  double.setClock(Date.now)
  const made = await accredited()
  did = made.did
  attribute = `${double.origin}/trusted-issuers-registry/v5/issuers/${did}/attributes/${made.attributeId}`
  issuer = await start({ SYMBOLON_HOME: made.home, ISSUER_STATUS_LIST_SIZE: '64' })
})
afterAll(async () => {
  await issuer.close()
  await double.close()
})

const vcOf = (text: string) =>
  parseJws(text).payload.vc as JsonObject & { credentialStatus: { statusListCredential: string; statusListIndex: string } }
/** Bitstring Status List 1.0 section 3.2: the first bit is the most significant of the first byte. */
function bitIn(list: string, index: number): number {
  const { encodedList } = vcOf(list).credentialSubject as JsonObject as { encodedList: string }
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'))
  return ((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1
}

describe('a type of the W3C data model', () => {
  test('is issued under the DID, by its accreditation, to the did:key of the holder', async () => {
    const key = holderKey()
    const token = await accessToken(issuer, { type: TYPE, subject: ANDREI })
    const text = credentialIn(await request(issuer, token, TYPE, [await proof(issuer, {}, key)]))
    const { header, payload } = parseJws(text)
    expect(header).toMatchObject({ alg: 'ES256', typ: 'JWT', kid: expect.stringMatching(new RegExp(`^${did}#`)) })
    expect(payload.iss).toBe(did)
    expect(vcOf(text)).toMatchObject({
      issuer: did,
      type: ['VerifiableCredential', 'VerifiableAttestation', PDA1],
      termsOfUse: { id: attribute, type: 'IssuanceCertificate' },
      credentialSubject: { section1: { surname: 'Monteur' } },
    })
    const { view } = await parseCredential(text, primitives)
    expect(view.holderKey).toEqual(key.jwk)
    expect(String(payload.sub)).toMatch(/^did:key:z2dmzD81cgPx8Vki7JbuuMmFYrWPgYoytykUZ3eyqht1j9Kb/)
  })

  test('is announced as it is issued', async () => {
    const metadata = await (await fetch(`${new URL(issuer.url).origin}/.well-known/openid-credential-issuer`)).json()
    expect(metadata.credential_configurations_supported[TYPE]).toMatchObject({
      format: 'jwt_vc_json',
      credential_definition: { type: ['VerifiableCredential', 'VerifiableAttestation', PDA1] },
      credential_signing_alg_values_supported: ['ES256'],
      cryptographic_binding_methods_supported: expect.arrayContaining(['jwk', 'did:key']),
    })
  })

  test('does not go along with an offer of codes: it is offered by itself', async () => {
    expect((await offer(issuer, { type: 'pda1', subject: ANDREI, codes: true })).types).toEqual(['pda1', 'pda1-code'])
    expect((await offer(issuer, { type: TYPE, subject: ANDREI })).types).toEqual([TYPE])
  })

  test('has its status in a list of its own form, long enough to hide in, and there it is revoked', async () => {
    const { id, texts } = await issuance(issuer, { type: TYPE, subject: ANDREI }, 2)
    const entries = texts.map((text) => vcOf(text).credentialStatus)
    expect(entries[0]).toMatchObject({ type: 'BitstringStatusListEntry', statusPurpose: 'revocation' })
    const uri = entries[0]?.statusListCredential ?? ''
    expect(uri.startsWith(`${issuer.url}/status-lists/`)).toBe(true)
    const list = async () => {
      const answer = await fetch(uri)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('application/jwt')])
      return answer.text()
    }
    const before = await list()
    const indices = entries.map(({ statusListIndex }) => Number(statusListIndex))
    expect(indices.map((index) => bitIn(before, index))).toEqual([0, 0])
    const { encodedList } = vcOf(before).credentialSubject as { encodedList: string }
    expect(gunzipSync(Buffer.from(encodedList.slice(1), 'base64url')).length).toBe(131_072 / 8)
    // A copy in a bundle is as good as long as the bundle.
    expect(vcOf(before).credentialSubject).toMatchObject({ ttl: 604_800_000 })
    expect(vcOf(before)).toMatchObject({ issuer: did, id: uri, termsOfUse: [{ id: attribute, type: 'IssuanceCertificate' }] })
    await issuer.admin('POST', `/issuances/${id}/status`, { status: 'revoked', reason: 'a test' })
    const after = await list()
    expect(indices.map((index) => bitIn(after, index))).toEqual([1, 1])
    const suspended = await issuance(issuer, { type: TYPE, subject: ANDREI })
    const refused = await issuer.admin('POST', `/issuances/${suspended.id}/status`, { status: 'suspended', reason: 'a test' })
    expect([refused.status, refused.json.error]).toEqual([409, 'suspension_not_allowed'])
    // The other form goes on beside it, in lists of its own.
    const other = await parseCredential((await issuance(issuer, { type: 'pda1', subject: ANDREI })).texts[0] ?? '', primitives)
    const token = await fetch(other.view.status?.uri ?? '')
    expect(token.headers.get('content-type')).toContain('application/statuslist+jwt')
    expect(other.view.status?.uri).not.toBe(uri)
  })

  test('is in the bundle with its list and its description', async () => {
    const { manifest } = await (await fetch(`${issuer.url}/bundle`)).json()
    const found = parseManifest(manifest).manifest.entries.map(({ kind, id, mediaType }) => `${kind} ${id} ${mediaType}`)
    expect(found).toContain(`type_metadata ${PDA1} application/json`)
    expect(found.filter((entry) => entry.endsWith(' application/jwt'))).toHaveLength(1)
  })

  test.each([
    ['a curve that is not asked for', { algorithm: 'ES384' as const }],
    ['a symmetric algorithm', { algorithm: 'HS256' as never }],
  ])('is refused to a proof with %s', async (_, change) => {
    const token = await accessToken(issuer, { type: TYPE, subject: ANDREI })
    const { status, json } = await request(issuer, token, TYPE, [await proof(issuer, change)])
    expect([status, json.error]).toEqual([400, 'invalid_proof'])
  })
})

describe('an accreditation', () => {
  test('that ends is the end of issuing, not of revoking; a restarted issuer does not offer the type', async () => {
    const { home } = await accredited(600)
    const ending = await start({ SYMBOLON_HOME: home })
    const { id } = await issuance(ending, { type: TYPE, subject: ANDREI })
    ending.clock.ahead = 560
    const token = await accessToken(ending, { type: TYPE, subject: ANDREI })
    ending.clock.ahead = 601
    const denied = await request(ending, token, TYPE)
    expect([denied.status, denied.json.error]).toEqual([400, 'credential_request_denied'])
    expect(ending.lines.join('')).toContain('not_accredited')
    await ending.close()
    const again = await start({ SYMBOLON_HOME: home }, 601)
    const refused = await again.admin('POST', '/offers', { type: TYPE, subject: ANDREI })
    expect([refused.status, refused.json.error]).toEqual([404, 'type_not_found'])
    expect(again.lines.join('')).toContain('has ended')
    const revoked = await again.admin('POST', `/issuances/${id}/status`, { status: 'revoked', reason: 'a test' })
    expect([revoked.status, revoked.json.status]).toEqual([200, 'revoked'])
    await again.close()
  })

  test('entered later goes before an earlier one that covers the same', async () => {
    const { home, did: subject } = await accredited(2 * YEAR)
    double.setClock(() => Date.now() + (YEAR - 5 * YEAR) * 1000)
    const { attributeId, credential } = await double.accredit({ did: subject })
    double.setClock(Date.now)
    await accredit(join(home, 'issuer', 'ebsi'), credential, seconds())
    const twice = await start({ SYMBOLON_HOME: home })
    const { texts } = await issuance(twice, { type: TYPE, subject: ANDREI })
    expect(JSON.stringify(vcOf(texts[0] ?? '').termsOfUse)).toContain(attributeId)
    await twice.close()
  })

  test('of an identity that is gone: its lists are not signed by anybody else', async () => {
    const { home } = await accredited()
    const before = await start({ SYMBOLON_HOME: home })
    const { texts } = await issuance(before, { type: TYPE, subject: ANDREI })
    const list = new URL(vcOf(texts[0] ?? '').credentialStatus.statusListCredential).pathname
    await before.close()
    const elsewhere = mkdtempSync(join(tmpdir(), 'symbolon-no-identity-'))
    const after = await start({ SYMBOLON_HOME: home, ISSUER_EBSI_FOLDER: elsewhere })
    expect((await fetch(after.url + list)).status).toBe(404)
    expect((await fetch(`${after.url}/bundle`)).status).toBe(200)
    await after.close()
  })
  test('of an identity that another took the place of: its lists are neither signed by that one nor named by what that one issues', async () => {
    const [{ home }, other] = [await accredited(), await accredited()]
    const before = await start({ SYMBOLON_HOME: home })
    const listOf = async (running: TestIssuer) => {
      const [text = ''] = (await issuance(running, { type: TYPE, subject: ANDREI })).texts
      return vcOf(text).credentialStatus.statusListCredential
    }
    const list = await listOf(before)
    expect(vcOf(await (await fetch(list)).text()).issuer).not.toBe(other.did)
    await before.close()
    const moved = { SYMBOLON_HOME: home, ISSUER_PORT: String(before.port), ISSUER_EBSI_FOLDER: join(other.home, 'issuer', 'ebsi') }
    const after = await start(moved)
    expect((await fetch(list)).status).toBe(404)
    const another = await listOf(after)
    expect(another).not.toBe(list)
    expect(vcOf(await (await fetch(another)).text()).issuer).toBe(other.did)
    const { manifest } = await (await fetch(`${after.url}/bundle`)).json()
    const lists = parseManifest(manifest).manifest.entries.flatMap(({ kind, id }) => (kind === 'status_list' ? [id] : []))
    expect([lists.includes(list), lists.includes(another)]).toEqual([false, true])
    await after.close()
    // Its own identity is back, and so are its lists.
    const again = await start({ SYMBOLON_HOME: home, ISSUER_PORT: String(before.port) })
    expect([(await fetch(list)).status, await listOf(again)]).toEqual([200, list])
    await again.close()
  })
})
