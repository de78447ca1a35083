import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { listen } from '@symbolon/service'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { EbsiRegistry, Fault, SeededAttribute } from '../../test/ebsi_registry/start.ts'
import { type EbsiWorld, makeEbsiWorld } from './ebsi_world.ts'

let double: EbsiRegistry
let fetching: EbsiWorld['fetching']
let made: EbsiWorld

beforeAll(async () => {
  made = await makeEbsiWorld()
  ;({ double, fetching } = made)
  vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', `test=${double.origin}`)
})
afterEach(() => double.faults.clear())
afterAll(async () => {
  vi.unstubAllEnvs()
  await double.close()
  await made.world.remove()
})

/** A record below the root whose body names this as who signed it; nobody did. */
function strange(did: string, iss: string): SeededAttribute {
  const [at, end] = ['2026-01-01T00:00:00Z', '2030-01-01T00:00:00Z']
  const vc = {
    '@context': ['https://www.w3.org/2018/credentials/v1'],
    id: 'urn:x',
    type: ['VerifiableCredential', 'VerifiableAttestation', 'VerifiableAccreditationToAttest'],
    ...{ issuer: iss, issuanceDate: at, issued: at, validFrom: at, expirationDate: end },
    credentialSubject: { id: did, accreditedFor: [] },
    credentialSchema: { id: 'x', type: 'JsonSchema' },
  }
  const [iat, exp] = [Date.parse(at) / 1000, Date.parse(end) / 1000]
  const parts = [
    { alg: 'ES256', typ: 'JWT', kid: `${iss}#k` },
    { iss, sub: did, jti: 'urn:x', iat, nbf: iat, exp, vc },
  ]
  const body = [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'A'.repeat(86)].join('.')
  return recordOf(did, { body })
}
const recordOf = (did: string, more: Partial<SeededAttribute> = {}): SeededAttribute => ({
  ...{ did, attributeId: randomBytes(32).toString('hex'), body: '', issuerType: 'TI' },
  ...{ tao: double.root.did, rootTao: double.root.did, ...more },
})

test('asks for nothing but the records of a did:ebsi, whatever a record names', async () => {
  const { did } = await double.registered()
  const elsewhere = '/../../../../authorisation/v4/presentation-definitions'
  double.seedAttribute({ ...strange(did, `${double.root.did}${elsewhere}`), tao: `..${elsewhere}` })
  double.seedAttribute(strange(did, `${double.root.did}?x=1`))
  const asked = vi.spyOn(globalThis, 'fetch')
  try {
    const ran = await fetching('strange.json')
    const paths = asked.mock.calls.map(([url]) => new URL(String(url)).pathname)
    expect(paths.length).toBeGreaterThan(5)
    const known =
      /^\/(?:trusted-issuers-registry\/v5\/issuers(?:\/did:ebsi:z\w{22,23}(?:\/attributes(?:\/[0-9a-f]{64})?)?)?|did-registry\/v5\/identifiers\/did:ebsi:z\w{22,23})$/
    expect(paths.filter((path) => !known.test(path))).toEqual([])
    expect(asked.mock.calls.filter(([url]) => String(url).includes('?x'))).toEqual([])
    expect(ran).toMatchObject({ exit: 0 })
  } finally {
    asked.mockRestore()
    double.forget(did)
  }
})

const OTHER_ROOT = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'
const ofOther = (did: string, more: Partial<SeededAttribute> = {}) =>
  double.seedAttribute(recordOf(did, { tao: OTHER_ROOT, rootTao: OTHER_ROOT, ...more }))
const skippedBy = ({ stdout }: { stdout: string }): { did: string; code: string; why: string }[] => JSON.parse(stdout).skipped
const trustBy = async (bundle: string) => (await made.checked(bundle)).found.trust

test('an issuer of whatever root with whom something is wrong is left out and told, and all others are there', async () => {
  const attributes = (did: string) => new RegExp(`${did}/attributes/`)
  const cases: [string, (did: string) => void, string][] = [
    ['201 attributes of another root', (did) => repeat(201, () => ofOther(did)), 'registry_too_large'],
    ['a large body of another root', (did) => ofOther(did, { body: 'x'.repeat(270_000) }), 'download_too_large'],
    ['a body signed by a DID URL', (did) => double.seedAttribute(strange(did, `${double.root.did}?x=1`)), 'registry_answer_wrong'],
    ['an accreditor that is a path', (did) => double.seedAttribute(recordOf(did, { tao: '../x' })), 'registry_answer_wrong'],
    [
      'more than four megabytes',
      (did) => repeat(25, () => double.seedAttribute(recordOf(did, { body: 'x'.repeat(200_000) }))),
      'registry_answer_wrong',
    ],
    ['a record that is none', (did) => spoilt(did, { kind: 'garbage', path: attributes(did) }), 'registry_answer_wrong'],
    ['a record of another', (did) => spoilt(did, { kind: 'other_did', path: attributes(did) }), 'registry_answer_wrong'],
    ['a list that is none', (did) => spoilt(did, { kind: 'garbage', path: new RegExp(`${did}/attributes$`) }), 'registry_answer_wrong'],
    [
      'a list that leads elsewhere',
      (did) => spoilt(did, { kind: 'off_origin', path: new RegExp(`${did}/attributes$`) }),
      'registry_answer_wrong',
    ],
    ['a redirect', (did) => spoilt(did, { kind: 'redirect', path: attributes(did) }), 'download_redirected'],
    ['an answer that is an error', (did) => spoilt(did, { kind: 'status', value: 500, path: attributes(did) }), 'registry_answer_wrong'],
    [
      'the document of another',
      (did) => spoilt(did, { kind: 'other_did', path: `/did-registry/v5/identifiers/${did}` }),
      'registry_answer_wrong',
    ],
  ]
  for (const [about, spoil, code] of cases) {
    const { did } = await double.registered()
    spoil(did)
    const ran = await fetching('left_out.json')
    expect.soft(ran.exit, about).toBe(0)
    if (ran.exit === 0) {
      expect.soft(skippedBy(ran), about).toEqual([{ did, code, why: expect.any(String) }])
      expect.soft(ran.stderr, about).toContain(`1 left out, wholly or in part`)
      expect.soft(ran.stderr, about).toContain(`  ${did}: `)
      expect.soft(await trustBy('left_out.json'), about).toBe('pass chain_trusted')
    }
    double.faults.clear()
    double.forget(did)
  }
}, 60_000)

const repeat = (times: number, action: () => void) => {
  for (let time = 0; time < times; time++) action()
}
function spoilt(did: string, fault: Fault): void {
  double.seedAttribute(recordOf(did))
  double.faults.add(fault)
}

test('a name on the list of issuers that is no did:ebsi does not spoil the list', async () => {
  const name = `did:ebsi:z11/../..\u001b[2J${'x'.repeat(200)}`
  ofOther(name)
  const ran = await fetching('named.json')
  double.forget(name)
  expect(ran).toMatchObject({ exit: 0 })
  expect(skippedBy(ran)).toEqual([{ did: name.slice(0, 100), code: 'registry_answer_wrong', why: 'it is no did:ebsi' }])
  expect(ran.stderr).not.toContain('\u001b')
  expect(await trustBy('named.json')).toBe('pass chain_trusted')
})

test('an answer that is no text concerns only whom it is about', async () => {
  const { did } = await double.registered()
  double.seedAttribute(recordOf(did))
  const server = await listen('127.0.0.1', 0)
  const origin = `http://127.0.0.1:${server.port}`
  server.answerWith(async (request, response) => {
    const answer = await fetch(`${double.origin}${request.url}`, { headers: { accept: request.headers.accept ?? '' } })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    if (request.url?.includes(`${did}/attributes/`)) response.end(Uint8Array.of(0x22, 0xff, 0x22))
    else response.end((await answer.text()).replaceAll(double.origin, origin))
  })
  try {
    const ran = await fetching('text.json', { url: origin })
    expect(ran).toMatchObject({ exit: 0 })
    expect(skippedBy(ran)).toEqual([{ did, code: 'download_not_text', why: expect.any(String) }])
  } finally {
    await server.close(100)
    double.forget(did)
  }
})

test('whom others give attributes by the hundred keeps those that were there before, the root too', async () => {
  const victims = [double.ti?.did ?? '', double.root.did]
  for (const did of victims) repeat(201, () => ofOther(did))
  const ran = await fetching('victims.json')
  for (const did of victims) {
    const { attributes } = double.state.issuers.get(did) ?? { attributes: new Map() }
    for (const [id, [revision]] of attributes) if (revision?.rootTao === OTHER_ROOT) attributes.delete(id)
  }
  expect(ran).toMatchObject({ exit: 0 })
  expect(new Set(skippedBy(ran).map(({ did, code }) => `${did} ${code}`))).toEqual(
    new Set(victims.map((did) => `${did} registry_too_large`)),
  )
  expect(await trustBy('victims.json')).toBe('pass chain_trusted')
})

test('who was left out is not known, never trusted', async () => {
  const { ti, tao } = double
  double.faults.add({ kind: 'huge', value: 300_000, path: new RegExp(`${ti?.did}/attributes/`) })
  const ran = await fetching('unknown.json')
  expect(skippedBy(ran)).toEqual([{ did: ti?.did, code: 'download_too_large', why: expect.any(String) }])
  const ids: string[] = JSON.parse(ran.stdout).parts.map(({ id }: { id: string }) => id)
  expect(ids).toContain(`${tao?.did} ${tao?.attributeId}`)
  expect(await trustBy('unknown.json')).toBe('unknown did_document_missing')
})

test('what is wrong with the root, or with the registry itself, ends it, and nothing is kept', async () => {
  const { did } = await double.registered()
  double.seedAttribute(recordOf(did))
  const { root } = double
  const faults: [string, Fault, string][] = [
    ['a record of the root that is none', { kind: 'garbage', path: new RegExp(`${root.did}/attributes/`) }, 'registry_answer_wrong'],
    ['one that is huge', { kind: 'huge', value: 300_000, path: new RegExp(`${root.did}/attributes/`) }, 'download_too_large'],
    ['a list of its attributes that is none', { kind: 'garbage', path: new RegExp(`${root.did}/attributes$`) }, 'registry_answer_wrong'],
    ['its document of another', { kind: 'other_did', path: `/did-registry/v5/identifiers/${root.did}` }, 'registry_answer_wrong'],
    ['its document not there', { kind: 'status', value: 404, path: `/did-registry/v5/identifiers/${root.did}` }, 'registry_root_unknown'],
    ['a registry that is not there now', { kind: 'status', value: 503, path: new RegExp(`${did}/attributes/`) }, 'download_failed'],
    ['a registry that is asked too much', { kind: 'status', value: 429, path: new RegExp(`${did}/attributes/`) }, 'download_failed'],
    ['a registry that is too slow', { kind: 'delay', value: 11_000, path: new RegExp(`${did}/attributes/`) }, 'download_too_slow'],
  ]
  for (const [about, fault, code] of faults) {
    double.faults.add(fault)
    const ran = await fetching('ended.json')
    double.faults.clear()
    expect.soft(ran.exit, about).toBe(1)
    expect.soft(JSON.parse(ran.stdout), about).toMatchObject({ error: code })
    await expect.soft(stat(made.world.file('ended.json')), about).rejects.toThrow()
  }
  double.forget(did)
}, 60_000)
