import { Resolver } from 'did-resolver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { presentationClaims, signPresentation } from '../ebsi_registry/hand_made.ts'
import { newcomer } from '../ebsi_registry/newcomer.ts'
import { type Authority, attest, createIdentity, type EbsiRegistry, startEbsiRegistry } from '../ebsi_registry/start.ts'
import { getResolver, verifyCredentialJwt, verifyPresentationJwt } from './ebsi_libraries.ts'

/** EBSI's libraries, pointed at the double: they take `localhost` as a trusted host, and plain http from an environment of one's own. */
let ebsi: EbsiRegistry
let tao: Authority
let ti: Authority
let options: Parameters<typeof verifyCredentialJwt>[1]

beforeAll(async () => {
  ebsi = await startEbsiRegistry({ host: 'localhost', bootstrap: { tao: true, ti: true } })
  if (ebsi.tao === null || ebsi.ti === null) throw new TypeError('no TAO and TI')
  tao = ebsi.tao
  ti = ebsi.ti
  const { origin } = ebsi
  options = {
    ebsiAuthority: new URL(origin).host,
    ebsiEnvConfig: {
      didRegistry: `${origin}/did-registry/v5/identifiers`,
      trustedIssuersRegistry: `${origin}/trusted-issuers-registry/v5/issuers`,
      trustedPoliciesRegistry: `${origin}/trusted-policies-registry/v3/users`,
    },
  }
})

afterAll(() => ebsi.close())

const subject = createIdentity()
const credential = (type: string, issuer: Authority = ti): string =>
  attest(ebsi.state, issuer.identity, { types: [type], subject: { id: subject.did }, under: issuer.attributeId })

describe("EBSI's ebsi-did-resolver over the double", () => {
  const resolve = (did: string) => {
    const resolver = new Resolver(getResolver({ registry: `${ebsi.origin}/did-registry/v5/identifiers` }))
    return resolver.resolve(did)
  }

  test('resolves a registered DID to its document', async () => {
    const { didDocument, didResolutionMetadata } = await resolve(ti.did)
    expect(didResolutionMetadata.contentType).toBe('application/did+ld+json')
    expect(didDocument?.id).toBe(ti.did)
    expect(didDocument?.assertionMethod).toEqual([`${ti.did}#${ti.identity.signingKey.kid}`])
  })

  test('says notFound of one that is not', async () => {
    expect((await resolve(createIdentity().did)).didResolutionMetadata.error).toBe('notFound')
  })
})

describe("EBSI's verifiable-credential over the double", () => {
  test.each(['root', 'tao', 'ti'] as const)('verifies the accreditation of the %s', async (name) => {
    const { credential: jwt = '', did } = ebsi[name] ?? {}
    expect(await verifyCredentialJwt(jwt, options)).toMatchObject({ credentialSubject: { id: did } })
  })

  // The pilot network's root has accredited itself in this shape: it lacks what its own schema requires (facts, 10.1).
  test('refuses the accreditation of the office, which is in the shape of the live root, by its schema', async () => {
    await expect(verifyCredentialJwt(ebsi.office.credential, options)).rejects.toThrow(/required field 'termsOfUse'/)
  })

  test('verifies an onboarding credential of the TAO, and the authorisation of a root by the office', async () => {
    expect(await verifyCredentialJwt(ebsi.onboard(subject.did), options)).toMatchObject({ issuer: tao.did })
    const { credential: jwt } = await ebsi.accredit({ did: subject.did, role: 'RootTAO' })
    expect(await verifyCredentialJwt(jwt, options)).toMatchObject({ issuer: ebsi.office.did })
  })

  test('verifies what the TI is accredited for', async () => {
    const verified = await verifyCredentialJwt(credential('VerifiablePortableDocumentA1'), options)
    expect(verified.type).toContain('VerifiablePortableDocumentA1')
  })

  test('refuses a type that the TI is not accredited for', async () => {
    await expect(verifyCredentialJwt(credential('VerifiableDiploma'), options)).rejects.toThrow(/not accredited/)
  })

  test('refuses an accreditation that was taken back', async () => {
    const other = await ebsi.registered()
    const { attributeId, credential: jwt } = await ebsi.accredit({ did: other.did, role: 'TI' })
    await ebsi.accept(other, attributeId, jwt)
    await ebsi.revoke(other.did, attributeId)
    const issued = credential('VerifiablePortableDocumentA1', { identity: other, did: other.did, attributeId, credential: jwt })
    await expect(verifyCredentialJwt(issued, options)).rejects.toThrow(/Invalid credential/)
  })

  test('refuses a signature by the ledger key', async () => {
    const { identity } = ti
    const forged = attest(
      ebsi.state,
      { ...identity, signingKey: identity.ledgerKey },
      { types: ['VerifiablePortableDocumentA1'], subject: { id: subject.did }, under: ti.attributeId },
    )
    await expect(verifyCredentialJwt(forged, options)).rejects.toThrow()
  })
})

describe("EBSI's verifiable-presentation over the double", () => {
  const audience = 'https://verifier.example'
  const claims = (credentials: readonly string[]) =>
    presentationClaims(subject.did, audience, Math.floor(Date.now() / 1000), credentials, '0b2b8e39-47f1-4d3c-9d7e-6d1f7a3f0f51')

  test('verifies a presentation of a newcomer who went through the onboarding', async () => {
    await newcomer(ebsi.origin, subject).onboard(ebsi.onboard(subject.did))
    const jwt = signPresentation(subject, subject.signingKey, claims([credential('VerifiablePortableDocumentA1')]))
    expect((await verifyPresentationJwt(jwt, audience, options)).holder).toBe(subject.did)
  })

  test('refuses another audience', async () => {
    const jwt = signPresentation(subject, subject.signingKey, claims([credential('VerifiablePortableDocumentA1')]))
    await expect(verifyPresentationJwt(jwt, 'https://other.example', options)).rejects.toThrow(/aud/)
  })
})
