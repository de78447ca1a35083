import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import {
  createCredentialRequest,
  credentialOffer,
  issuerMetadata,
  PeerError,
  parseFetchedOffer,
  parseIssuerMetadata,
  proofTypeNamed,
} from '../src/index.ts'
import { brick, ISSUER, vector, vectorNames } from './fixture.ts'

const folder = new URL('../../../test/vectors/oidf-json-schemas/', import.meta.url)
const ajv = new Ajv2020({ allErrors: true, strict: false, logger: false, formats: { uri: (text: string) => URL.canParse(text) } })

/** What a schema of the conformance suite finds in a document. */
function schema(name: string): (document: unknown) => ErrorObject[] {
  const check = ajv.compile(JSON.parse(readFileSync(new URL(`${name}-1_0.json`, folder), 'utf8')))
  return (document) => (check(document) ? [] : [...(check.errors ?? [])])
}

const offerFaults = schema('credential_offer')
const requestFaults = schema('credential_request')
const metadataFaults = schema('credential_issuer_metadata')

const types = ['be-social-statute', 'ehic', 'pda1', 'pid'].map(brick)
const description = {
  issuer: ISSUER,
  names: { nl: 'De instelling', en: 'The institution' },
  types,
  signingAlgorithm: () => 'ES256' as const,
} as const

/** Whether our reader takes it, or what it says. */
function read(parse: () => unknown): string {
  try {
    parse()
    return 'read'
  } catch (error) {
    if (error instanceof PeerError) return error.detail
    throw error
  }
}

describe('what we send, by the JSON Schemas of the conformance suite', () => {
  it('OpenID4VCI 1.0 section 4.1: every kind of offer', () => {
    const txCode = { inputMode: 'numeric', length: 6, description: 'sent by letter' } as const
    const authorizationServer = 'https://as.example'
    const grants = [
      {},
      { preAuthorized: { code: 'abc' } },
      { preAuthorized: { code: 'abc', txCode: {} } },
      { preAuthorized: { code: 'abc', txCode, authorizationServer }, authorizationCode: {} },
      { authorizationCode: { issuerState: 'xyz', authorizationServer } },
    ]
    for (const each of grants) {
      expect(offerFaults(credentialOffer({ issuer: ISSUER, configurationIds: ['pda1', 'ehic'], grants: each }))).toEqual([])
    }
  })

  it('OpenID4VCI 1.0 section 8.2: every kind of credential request', () => {
    const jwt = proofTypeNamed('jwt')
    if (jwt === undefined) throw new Error('the jwt proof type is not there')
    for (const name of [{ configurationId: 'pda1' }, { identifier: 'a-7' }]) {
      for (const proofs of [undefined, { type: jwt, values: ['a.b.c', 'd.e.f'] }]) {
        expect(requestFaults(JSON.parse(createCredentialRequest(name, proofs).body))).toEqual([])
      }
    }
  })

  it('OpenID4VCI 1.0 section 12.2.4: the metadata, but for group, which is our own member', () => {
    for (const more of [{}, { batchSize: 30, notification: true }]) {
      const faults = metadataFaults(issuerMetadata({ ...description, ...more }))
      expect(new Set(faults.map(({ keyword, params }) => `${keyword} ${params.additionalProperty}`))).toEqual(
        new Set(['additionalProperties group']),
      )
    }
  })
})

describe('what we read, and what the suite takes for right', () => {
  const metadata = vectorNames('oidf-suite-data').filter((name) =>
    /openid-credential-issuer-metadata|^credential-issuer-metadata/.test(name),
  )

  /** What we read and the schema does not like; two of them the suite itself keeps as valid. */
  const DIFFERENT: Record<string, string> = {
    'credential-issuer-metadata-dresden-komm-pass.json': 'members of its own beside the claims, which a wallet must ignore',
    'invalid-openid-credential-issuer-metadata-bdr-example1.json': 'members of older drafts, which a wallet must ignore',
    'valid-openid-credential-issuer-metadata-eudiw.json': 'members of its own beside the claims, as above',
    'valid-openid-credential-issuer-metadata-mock-full.json':
      'a format that the schema does not know, with a member that it knows only of others',
    'valid-openid-credential-issuer-metadata-spec-DcSdJwt-claims-missing-vct-example.json':
      'no vct: the wallet finds that out for the one configuration it wants',
  }

  it.each(metadata)('metadata: %s', (name) => {
    const body = vector(`oidf-suite-data/${name}`)
    const document = JSON.parse(body)
    const ours = read(() => parseIssuerMetadata({ contentType: 'application/json', body }, String(document.credential_issuer)))
    const isRight = metadataFaults(document).length === 0
    if (name in DIFFERENT) expect([ours, isRight]).toEqual(['read', false])
    else expect(ours === 'read').toBe(isRight)
  })

  it('differs only where it is said why', () => {
    expect(metadata).toEqual(expect.arrayContaining(Object.keys(DIFFERENT)))
  })

  const offers = vectorNames('openid4vci').filter((name) => name.startsWith('credential_offer_'))
  it.each(offers)('offers: %s', (name) => {
    const body = vector(`openid4vci/${name}`)
    expect(offerFaults(JSON.parse(body))).toEqual([])
    expect(read(() => parseFetchedOffer({ contentType: 'application/json', body }))).toBe('read')
  })

  it('has a use for every schema', () => {
    expect(readdirSync(folder).sort()).toEqual(
      ['credential_issuer_metadata', 'credential_offer', 'credential_request'].map((name) => `${name}-1_0.json`),
    )
  })
})
