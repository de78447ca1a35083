import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { EbsiRegistry, SeededAttribute } from '../../test/ebsi_registry/start.ts'
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
