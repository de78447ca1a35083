import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { formatNamed, parseType, setStatus, unsignedBitstringList } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIENCE, DAY, holder, NONCE, NOW } from './artefacts.ts'
import { codes, makeWorld, type World } from './world.ts'

const ISSUER = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'
const KID = `${ISSUER}#keys-1`
const LIST = 'https://issuer.example.be/status-lists/w3c'
const SCHEMA = { id: 'https://registry.example/schemas/z5qB8tydkn3Xk3VXb15SJ9dAWW6wky1YEoVdGzudWzhcW', type: 'FullJsonSchemaValidator2021' }

/** A W3C type of an institution's own, as its folder has it. */
const words = JSON.stringify({
  ...{ name: 'Library attestation', description: 'Library attestation' },
  claims: [[], ['name']].map((path) => ({ path: ['credentialSubject', ...path], label: path[0] ?? 'member' })),
})
const BRICK: Record<string, string> = {
  'credential.json': JSON.stringify({
    ...{ types: ['VerifiableCredential', 'VerifiableAttestation', 'LibraryAttestation'], schemas: [SCHEMA], formats: ['jwt_vc_json'] },
    ...{ revision: 1, holder_binding: 'key', proof_algorithms: ['ES256'], copies: 1, reissuance: 'keep' },
    ...{ grants: ['urn:ietf:params:oauth:grant-type:pre-authorized_code'], clients: ['anonymous'] },
    ...{
      lifetime: { profile: 'quarter', time_zone: 'Europe/Brussels' },
      status: { bits: 1, suspension: false },
      legal: { basis: 'By-law' },
    },
    claims: [{ path: ['credentialSubject'], sd: 'never' }],
  }),
  'schema.json': JSON.stringify({
    ...{ type: 'object', required: ['credentialSubject'], additionalProperties: false },
    properties: {
      credentialSubject: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'], additionalProperties: false },
    },
  }),
  'sample.json': JSON.stringify({ credentialSubject: { name: 'Lotte Proefstuk' } }),
  ...Object.fromEntries(['nl', 'fr', 'de', 'en'].map((language) => [`display/${language}.json`, words])),
}
const { type, faults } = parseType({ name: 'library-attestation', files: BRICK })
const format = formatNamed('jwt_vc_json')
if (type === undefined || format === undefined) throw new Error(JSON.stringify(faults))

const issuer = holder()
const me = holder()

async function list(revoked: readonly number[] = []) {
  const packed = new Uint8Array(16_384)
  for (const index of revoked) setStatus(packed, 1, index, 1)
  const draft = { uri: LIST, issuer: ISSUER, issuedAt: NOW - 3600, expires: NOW + DAY, packed, schemas: [SCHEMA] }
  const { input, seal } = unsignedBitstringList(draft, { algorithm: 'ES256', kid: KID }, (bytes) => gzipSync(bytes))
  return { kind: 'status_list', id: LIST, mediaType: 'application/jwt', content: seal(await issuer.signer.sign(input)) } as const
}

async function shown(by = me): Promise<string> {
  const times = { issuedAt: NOW - 3600, notBefore: NOW - 3600, expires: NOW + 30 * DAY }
  const named = { issuer: ISSUER, kid: KID, algorithm: 'ES256', x5c: [], holderKey: me.jwk, status: { uri: LIST, index: 6 } } as const
  const unsigned = await format?.build(
    { type: type as NonNullable<typeof type>, claims: type?.sample ?? {}, ...named, ...times },
    primitives,
  )
  const credential = await format?.parse(unsigned?.seal(await issuer.signer.sign(unsigned.input)) ?? '', primitives)
  const presentation = await credential?.bind({ audience: AUDIENCE, nonce: NONCE, issuedAt: NOW - 5 }, 'ES256')
  return presentation?.seal(await by.signer.sign(presentation.input)) ?? ''
}

let world: World
beforeAll(async () => {
  world = await makeWorld()
  const jwk = { ...issuer.jwk, kid: KID }
  const trust = ['credential', 'status'].map((purpose) => ({ name: `Library ${purpose}`, for: purpose, jwk }))
  await world.write('trust.json', JSON.stringify([...JSON.parse(await readFile(world.file('trust.json'), 'utf8')), ...trust]))
  for (const [name, text] of Object.entries(BRICK)) await world.write(`w3c/library-attestation/${name}`, text)
})
afterAll(() => world.remove())

describe('check reads a W3C credential', () => {
  const check = async (text: string, revoked: readonly number[] = []) => {
    const bundle = await world.writeBundle('w3c.json', world.bundler, [await list(revoked)])
    return world.check(text, ['--types', world.file('w3c'), '--aud', AUDIENCE, '--nonce', NONCE], { bundle })
  }

  test('its holder shows it: exit 0, every check passes, and the claims of the subject are told', async () => {
    const { exit, report } = await check(await shown())
    expect(codes(report)).toMatchObject({
      trust: 'pass issuer_trusted',
      type: 'pass type_known',
      binding: 'pass shown_by_holder',
      status: 'pass status_valid',
    })
    expect([exit, report.outcome]).toEqual([0, 'pass'])
  })

  test('revoked, shown by another, or of a type it was not told of', async () => {
    expect(codes((await check(await shown(), [6])).report)).toMatchObject({ status: 'fail revoked' })
    expect(codes((await check(await shown(holder()))).report)).toMatchObject({ binding: 'fail key_binding_signature_wrong' })
    expect((await world.check(await shown())).exit).toBe(2)
  })
})
