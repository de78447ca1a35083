import { readFileSync } from 'node:fs'
import { type CredentialType, formatNamed, type View } from '@symbolon/credential'
import type { Json, JsonObject, Jwk } from '@symbolon/sd-jwt'
import { describe, expect, it, test } from 'vitest'
import {
  beyondRegistration,
  createRegistration,
  type DcqlQuery,
  issuerMetadata,
  matchCredential,
  parseDcql,
  parseIssuerMetadata,
  readRegistration,
} from '../src/index.ts'
import { brick, ISSUER, json } from './fixture.ts'

const KEY: Jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }
const TYPES = ['VerifiableCredential', 'VerifiableAttestation', 'IDCredential']
const FORMAT = 'jwt_vc_json'

const example = (name: string): JsonObject => JSON.parse(readFileSync(new URL(`../../../test/vectors/${name}`, import.meta.url), 'utf8'))
const view: View = {
  format: FORMAT,
  type: 'IDCredential',
  claims: { credentialSubject: { family_name: 'Mustermann', given_name: 'Max' } },
  envelope: { issuer: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA' },
  holderKey: KEY,
  disclosable: [],
  vcdm: { types: TYPES, schemas: [], termsOfUse: [], status: [] },
}
const parse = (query: Json): DcqlQuery => parseDcql(query, (place, what) => new Error(`${place} ${what}`))
const asking = (meta: JsonObject, more: JsonObject = {}) => parse({ credentials: [{ id: 'a', format: FORMAT, meta, ...more }] })
function match(query: DcqlQuery, change: Partial<View> = {}) {
  const [credential] = query.credentials
  if (credential === undefined) throw new Error('no query')
  const found = matchCredential(credential, { view: { ...view, ...change }, authorityKeys: [] })
  return 'code' in found ? found.code : found.paths
}

describe('OpenID4VP 1.0 appendix B.1.1: type_values', () => {
  it('the published query is answered, its claims from the root of the credential', () => {
    expect(match(parse(example('openid4vp/w3c/dcql_jwt_vc.json') as Json))).toEqual([
      ['credentialSubject', 'family_name'],
      ['credentialSubject', 'given_name'],
    ])
  })

  const rows: [what: string, types: string[][], answered: boolean][] = [
    ['the one type', [['IDCredential']], true],
    ['all types', [TYPES], true],
    ['all types in another order', [TYPES.toReversed()], true],
    ['a general type alone', [['VerifiableCredential']], true],
    ['another type', [['Diploma']], false],
    ['one type more', [[...TYPES, 'Diploma']], false],
    ['another type, or this one', [['Diploma'], ['VerifiableAttestation', 'IDCredential']], true],
    [
      'two alternatives of which each lacks something',
      [
        ['Diploma', 'IDCredential'],
        ['VerifiableCredential', 'Diploma'],
      ],
      false,
    ],
    ['a part of the name', [['IDCred']], false],
  ]
  test.each(rows)('%s', (_, types, answered) => {
    expect(match(asking({ type_values: types }))).toEqual(answered ? [] : 'type_not_asked')
  })

  it.each([
    ['no type_values', {}],
    ['vct_values', { vct_values: ['IDCredential'] }],
    ['no array', { type_values: 'IDCredential' }],
    ['no array of arrays', { type_values: ['IDCredential'] }],
    ['an empty array', { type_values: [] }],
    ['an empty alternative', { type_values: [['IDCredential'], []] }],
    ['a type that is no text', { type_values: [[1]] }],
  ])('%s is no query', (_, meta) => {
    expect(() => asking(meta)).toThrow('must have type_values')
  })

  it('a credential of another format is none, whatever its types', () => {
    expect(match(asking({ type_values: [['IDCredential']] }), { format: 'dc+sd-jwt' })).toBe('format_not_asked')
  })

  it('a claim outside the subject, and one that is not there', () => {
    const claims = (path: string[]) => asking({ type_values: [['IDCredential']] }, { claims: [{ path }] })
    expect(match(claims(['issuer']))).toEqual([['issuer']])
    expect(match(claims(['family_name']))).toBe('claim_missing')
    expect(match(claims(['credentialSubject', 'age']))).toBe('claim_missing')
  })
})

describe('OpenID4VP 1.0 appendix B.1.3.1: metadata', () => {
  it('says the algorithms as the published example does', () => {
    const { vp_formats_supported: formats } = example('openid4vp/w3c/w3c_jwt_verifier_metadata.json')
    expect({ [FORMAT]: formatNamed(FORMAT)?.algorithmsSupported(['ES256', 'ES384']) }).toEqual(formats)
  })
})

describe('a registration of W3C credentials', () => {
  const registration = {
    ...{ name: 'Museum', identifier: 'NTRBE-1', purpose: { en: 'Entry' }, issuedAt: 1, expires: 2 },
    credentials: [{ format: FORMAT, types: ['IDCredential'], claims: [['credentialSubject', 'family_name']] }],
  }
  const payload = JSON.parse(
    Buffer.from(createRegistration(registration, { algorithm: 'ES256', x5c: [] }).input.split('.')[1] ?? '', 'base64url').toString(),
  )

  it('is written and read with the meta of its format', () => {
    expect(payload.credentials[0].meta).toEqual({ type_values: [['IDCredential']] })
    expect(readRegistration(payload).credentials).toEqual(registration.credentials)
  })

  it('covers what is registered and nothing else', () => {
    const beyond = (types: string[][], path: string[]) =>
      beyondRegistration(asking({ type_values: types }, { claims: [{ path }] }), registration)
    expect(beyond([['IDCredential']], ['credentialSubject', 'family_name'])).toEqual([])
    expect(beyond([['IDCredential']], ['credentialSubject', 'given_name'])).toHaveLength(1)
    expect(beyond([['IDCredential'], ['Diploma']], ['credentialSubject', 'family_name'])).toEqual([{ queryId: 'a', types: ['Diploma'] }])
    // Every W3C credential is of this type.
    expect(beyond([['VerifiableCredential']], ['credentialSubject', 'family_name'])).toEqual([
      { queryId: 'a', types: ['VerifiableCredential'] },
    ])
  })

  it('of a format whose types cannot be read covers nothing', () => {
    const read = readRegistration({ ...payload, credentials: [{ format: FORMAT, meta: { vct_values: ['IDCredential'] } }] })
    expect(read.credentials).toEqual([{ format: FORMAT, types: [], claims: [] }])
  })
})

describe('OpenID4VCI 1.0 appendix A.1.1: the configuration', () => {
  const type: CredentialType = {
    ...brick('pid'),
    name: 'id',
    formats: [FORMAT],
    vct: 'IDCredential',
    vcdm: { types: TYPES, schemas: [], version: '1.1' },
  }
  const metadata = issuerMetadata({ issuer: ISSUER, names: { en: 'x' }, types: [type], signingAlgorithm: () => 'ES256' as const })

  it('has the members of the published example', () => {
    const { credential_configurations_supported: all } = example('openid4vci/credential_metadata_jwt_vc_json.json') as {
      credential_configurations_supported: JsonObject
    }
    const published = all.UniversityDegreeCredential as JsonObject
    const ours = (metadata.credential_configurations_supported as JsonObject).id as JsonObject
    expect(Object.keys(published).filter((name) => !Object.hasOwn(ours, name))).toEqual([])
    expect(ours).toMatchObject({ format: FORMAT, credential_definition: { type: TYPES } })
    expect(ours.vct).toBeUndefined()
  })

  it('is read by a wallet with its type', () => {
    expect(parseIssuerMetadata(json(metadata), ISSUER).configurations.get('id')).toMatchObject({ format: FORMAT, type: 'IDCredential' })
  })

  it('without a definition has no type; in a format that is not spoken neither', () => {
    const of = (members: JsonObject) =>
      parseIssuerMetadata(json({ ...metadata, credential_configurations_supported: { a: members } }), ISSUER).configurations.get('a')?.type
    expect(of({ format: FORMAT })).toBeUndefined()
    expect(of({ format: 'ldp_vc', vct: 1 })).toBeUndefined()
  })
})
