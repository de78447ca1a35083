import { createPrivateKey } from 'node:crypto'
import { parseCredential, prepareAnchors } from '@symbolon/credential'
import { PeerError } from '@symbolon/openid4vc'
import { primitives, signer } from '@symbolon/primitives/node'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { inspectOffer, type Received, readOffer, receive, type WalletCode, WalletError } from '../src/index.ts'
import { type Authority, authority, brick, holderKeys, ISSUER, type Lie, NOW, standInIssuer } from './stand_in_issuer.ts'

const statute = brick('be-social-statute')
const ehic = brick('ehic')
let owner: Authority
let stranger: Authority
beforeAll(async () => {
  owner = await authority()
  stranger = await authority()
})

/** The whole way from link to credentials, against an issuer with one lie. */
async function receiveFrom(
  lie: Lie = {},
  { names = [statute.name], txCode, trust = owner.trust }: { names?: string[]; txCode?: string; trust?: Authority['trust'] } = {},
) {
  const issuer = standInIssuer(owner, [statute, ehic], lie)
  const anchors = await prepareAnchors(trust, primitives)
  const received: Received[] = []
  const attempt = (async () => {
    const inspected = await inspectOffer(await readOffer(issuer.link(...names), issuer.outside.send), anchors, issuer.outside)
    for await (const one of receive(inspected, txCode, anchors, issuer.outside)) received.push(one)
    return inspected
  })()
  const [result] = await Promise.allSettled([attempt])
  return { issuer, received, result }
}

async function expectRefused(lie: Lie, code: WalletCode | PeerError['code'], words: RegExp, options = {}): Promise<string[]> {
  const { result, received, issuer } = await receiveFrom(lie, options)
  if (result.status === 'fulfilled') throw new Error('nothing was refused')
  if (!(result.reason instanceof WalletError || result.reason instanceof PeerError)) throw result.reason
  expect(result.reason.code).toBe(code)
  expect(result.reason.message).toMatch(words)
  expect(received).toEqual([])
  return issuer.posted()
}

describe('receiving from an honest issuer', () => {
  it('brings the credential with its key, its names and the issuer', async () => {
    const { received, issuer, result } = await receiveFrom()
    if (result.status === 'rejected') throw result.reason
    expect(result.value.offered[0]?.vouching).toEqual({ outcome: 'pass', code: 'issuer_trusted', anchor: 'The authority' })
    const [one] = received
    expect(one?.credential).toMatchObject({ type: statute.vct, issuer: ISSUER, deliveries: [] })
    expect(one?.credential.copies).toMatchObject([{ received: NOW, expires: NOW + 86_400, shown: 0, keyId: one?.key?.id }])
    expect(one?.credential.display.map(({ locale }) => locale)).toEqual(['nl', 'fr', 'de', 'en'])
    const { view } = await parseCredential(one?.credential.copies[0]?.text ?? '', primitives)
    expect(view.holderKey?.x).toBe(one?.key?.jwk.x)
    expect(issuer.posted()).toEqual(['/token', '/nonce', '/credential'])
  })

  it('brings every credential of the offer, each with a key of its own', async () => {
    const { received } = await receiveFrom({}, { names: [statute.name, ehic.name] })
    expect(received.map(({ credential }) => credential.type)).toEqual([statute.vct, ehic.vct])
    expect(new Set(received.map(({ key }) => key?.jwk.x)).size).toBe(2)
  })

  it('sends the transaction code', async () => {
    const { received } = await receiveFrom({ txCode: { length: 4 } }, { txCode: '1234' })
    expect(received).toHaveLength(1)
  })

  it('tells nobody before the token request who is asking: no body, no token, no key', async () => {
    const { issuer } = await receiveFrom()
    const gets = issuer.asked.filter(({ method }) => method === 'GET')
    expect(gets.map(({ headers, body }) => ({ headers, body }))).toEqual(
      gets.map(() => ({ headers: { accept: 'application/json' }, body: undefined })),
    )
    expect(issuer.asked.slice(0, gets.length)).toEqual(gets)
  })

  it('uses the identifiers that the server gives', async () => {
    const identifiers = { type: 'openid_credential', credential_configuration_id: statute.name, credential_identifiers: ['one', 'two'] }
    const { issuer, result } = await receiveFrom({ answer: { token: (body) => ({ ...body, authorization_details: [identifiers] }) } })
    // The stand-in knows no identifiers: what counts is that the wallet asked by one.
    expect(result.status).toBe('rejected')
    expect(JSON.parse(issuer.asked.at(-1)?.body ?? '')).toMatchObject({ credential_identifier: 'one' })
  })

  it('sends no nonce when the issuer has none to give', async () => {
    const { issuer } = await receiveFrom({ answer: { 'openid-credential-issuer': without('nonce_endpoint') } })
    expect(issuer.posted()).toEqual(['/token', '/credential'])
  })

  it('stores a credential without a key when its type is bound to none', async () => {
    const unbound = { ...statute, holderBinding: 'none' as const }
    const issuer = standInIssuer(owner, [unbound])
    const anchors = await prepareAnchors(owner.trust, primitives)
    const inspected = await inspectOffer(await readOffer(issuer.link(unbound.name), issuer.outside.send), anchors, issuer.outside)
    for await (const { key, credential } of receive(inspected, undefined, anchors, issuer.outside)) {
      expect(key).toBeUndefined()
      expect(credential.copies[0]?.keyId).toBeUndefined()
    }
    expect(issuer.posted()).toEqual(['/token', '/credential'])
  })
})

const without = (name: string) => (body: JsonObject) => Object.fromEntries(Object.entries(body).filter(([member]) => member !== name))
const configuration =
  (change: (members: JsonObject) => JsonObject) =>
  (body: JsonObject): Json => {
    const all = body.credential_configurations_supported as JsonObject
    return { ...body, credential_configurations_supported: { ...all, [statute.name]: change(all[statute.name] as JsonObject) } }
  }

describe('before anything is sent', () => {
  it.each<[string, Lie, WalletCode | PeerError['code'], RegExp]>([
    [
      'VI-17: metadata of another issuer',
      { answer: { 'openid-credential-issuer': (body) => ({ ...body, credential_issuer: 'https://evil.example' }) } },
      'issuer_metadata_of_another',
      /not the issuer/,
    ],
    ['no metadata', { answer: { 'openid-credential-issuer': () => null } }, 'refused_by_peer', /HTTP 404/],
    [
      'metadata of another authorization server',
      { answer: { 'oauth-authorization-server': (body) => ({ ...body, issuer: 'https://evil.example' }) } },
      'server_metadata_of_another',
      /not the server/,
    ],
    [
      'a configuration that is not there',
      { answer: { 'openid-credential-issuer': (body) => ({ ...body, credential_configurations_supported: {} }) } },
      'configuration_not_offered',
      /does not list/,
    ],
    [
      'a format we do not speak',
      { answer: { 'openid-credential-issuer': configuration((members) => ({ ...members, format: 'mso_mdoc' })) } },
      'format_not_supported',
      /./,
    ],
    [
      'a configuration without a type',
      { answer: { 'openid-credential-issuer': configuration(without('vct')) } },
      'format_not_supported',
      /which type/,
    ],
    [
      'a proof type we cannot make',
      {
        answer: {
          'openid-credential-issuer': configuration((members) => ({
            ...members,
            proof_types_supported: { di_vp: { proof_signing_alg_values_supported: ['x'] } },
          })),
        },
      },
      'proof_not_supported',
      /./,
    ],
    [
      'attested keys',
      {
        answer: {
          'openid-credential-issuer': configuration((members) => ({
            ...members,
            proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'], key_attestations_required: {} } },
          })),
        },
      },
      'proof_not_supported',
      /./,
    ],
    [
      'keys that are DIDs',
      {
        answer: {
          'openid-credential-issuer': configuration((members) => ({
            ...members,
            cryptographic_binding_methods_supported: ['did:example'],
          })),
        },
      },
      'proof_not_supported',
      /JWK/,
    ],
    [
      'encrypted requests',
      {
        answer: {
          'openid-credential-issuer': (body) => ({
            ...body,
            credential_response_encryption: {
              alg_values_supported: ['ECDH-ES'],
              enc_values_supported: ['A128GCM'],
              encryption_required: true,
            },
          }),
        },
      },
      'encryption_not_supported',
      /./,
    ],
    [
      'several authorization servers',
      {
        answer: { 'openid-credential-issuer': (body) => ({ ...body, authorization_servers: ['https://a.example', 'https://b.example'] }) },
      },
      'authorization_server_unclear',
      /several/,
    ],
  ])('refuses %s', async (_about, lie, code, words) => {
    expect(await expectRefused(lie, code, words)).toEqual([])
  })

  it.each([{}, { authorizationCode: {} }])('says that it needs a pre-authorized code: %j', async (grants) => {
    const issuer = standInIssuer(owner, [statute])
    const offer = { ...(await readOffer(issuer.link(statute.name), issuer.outside.send)), grants }
    const attempt = inspectOffer(offer, await prepareAnchors(owner.trust, primitives), issuer.outside)
    await expect(attempt).rejects.toMatchObject({ code: 'offer_not_supported' })
    expect(issuer.asked).toEqual([])
  })

  it('refuses an authorization server that only the offer knows', async () => {
    const issuer = standInIssuer(owner, [statute])
    const offer = await readOffer(issuer.link(statute.name), issuer.outside.send)
    const preAuthorized = { code: 'a-code', authorizationServer: 'https://evil.example' }
    const named = { ...offer, grants: { preAuthorized } }
    const attempt = inspectOffer(named, await prepareAnchors(owner.trust, primitives), issuer.outside)
    await expect(attempt).rejects.toMatchObject({ code: 'authorization_server_unclear' })
  })

  it.each<[string, Lie['txCode'], string | undefined, WalletCode]>([
    ['VI-02: no code although an empty tx_code asks for one', {}, undefined, 'tx_code_missing'],
    ['a code that nobody asked for', undefined, '1234', 'tx_code_not_expected'],
    ['a code of the wrong length', { length: 6 }, '1234', 'tx_code_malformed'],
    ['letters where digits are asked for', {}, 'abcd', 'tx_code_malformed'],
  ])('keeps back %s', async (_about, txCode, given, code) => {
    expect(await expectRefused(txCode ? { txCode } : {}, code, /./, { txCode: given })).toEqual([])
  })

  const vouchingFor = async (lie: Lie, trust = owner.trust) => {
    const issuer = standInIssuer(owner, [statute], lie)
    const offer = await readOffer(issuer.link(statute.name), issuer.outside.send)
    const inspected = await inspectOffer(offer, await prepareAnchors(trust, primitives), issuer.outside)
    expect(issuer.posted()).toEqual([])
    return inspected.offered[0]?.vouching
  }

  it('knows that the trust file does not have the issuer', async () => {
    expect(await vouchingFor({}, stranger.trust)).toMatchObject({ outcome: 'fail' })
    expect(await vouchingFor({}, [])).toEqual({ outcome: 'fail', code: 'issuer_not_trusted' })
  })

  it('knows that the trust file has the issuer for another type only', async () => {
    const [anchor] = owner.trust
    if (anchor === undefined) throw new Error('no anchor')
    expect(await vouchingFor({}, [{ ...anchor, types: [ehic.vct] }])).toEqual({ outcome: 'fail', code: 'issuer_not_authorised_for_type' })
  })

  it('knows nothing when the issuer publishes no keys, or those of another', async () => {
    expect(await vouchingFor({ answer: { 'jwt-vc-issuer': () => null } })).toEqual({ outcome: 'unknown', code: 'key_missing' })
    expect(await vouchingFor({ answer: { 'jwt-vc-issuer': (body) => ({ ...body, issuer: 'https://other.example' }) } })).toMatchObject({
      outcome: 'unknown',
    })
  })

  it('is not taken in by the certificates of another issuer under the same authority', async () => {
    const other = await authority('https://other.example')
    const chain = {
      answer: {
        'jwt-vc-issuer': (body: JsonObject) => ({ ...body, jwks: { keys: [{ kty: 'EC', crv: 'P-256', x5c: [...other.signer.x5c] }] } }),
      },
    }
    expect(await vouchingFor(chain, other.trust)).toMatchObject({ outcome: 'fail' })
  })
})

describe('VI-18: what comes back is looked at before it is kept', () => {
  const evilKey = {
    kty: 'EC',
    crv: 'P-256',
    x: 'TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc',
    y: 'ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ',
  }
  it.each<[string, () => Lie, RegExp]>([
    ['bound to another key', () => ({ draft: (draft) => ({ ...draft, holderKey: evilKey }) }), /another key/],
    ['bound to no key', () => ({ draft: ({ holderKey: _, ...draft }) => draft }), /another key/],
    ['of another type', () => ({ draft: (draft) => ({ ...draft, type: { ...draft.type, vct: ehic.vct } }) }), /another type/],
    ['of another issuer', () => ({ draft: (draft) => ({ ...draft, issuer: 'https://other.example' }) }), /another issuer/],
    ['that has expired', () => ({ draft: (draft) => ({ ...draft, expires: NOW - 1 }) }), /validity expired/],
    ['that is not yet valid', () => ({ draft: (draft) => ({ ...draft, notBefore: NOW + 3600 }) }), /validity not_yet_valid/],
    [
      'with a wrong signature',
      () => ({ text: (text) => text.replace(/\.([A-Za-z0-9_-]{4})([^.~]*)~/, '.AAAA$2~') }),
      /signature signature_wrong/,
    ],
    ['signed by a stranger', () => ({ signer: stranger.signer }), /trust /],
    ['signed by the status key of the right authority', () => ({ signer: owner.statusSigner }), /trust /],
    ['without certificates', () => ({ draft: (draft) => ({ ...draft, x5c: [] }) }), /(trust|signature) /],
    ['unsigned', () => ({ text: (text) => text.replace(/\.[^.~]*~/, '.~') }), /signature/],
    ['that is no credential', () => ({ text: () => 'hello' }), /malformed/],
    ['with a disclosure that belongs to nothing', () => ({ text: (text) => `${text}WyJzYWx0IiwgIm5hbWUiLCAidmFsdWUiXQ~` }), /malformed/],
  ])('refuses one %s', async (_about, lie, words) => {
    expect(await expectRefused(lie(), 'credential_refused', words)).toEqual(['/token', '/nonce', '/credential'])
  })

  it('SD-25: refuses a presentation with a key binding', async () => {
    const key = await holderKeys.make('ES256')
    const withBinding = async (text: string): Promise<string> => {
      const credential = await parseCredential(text, primitives)
      const unsigned = await credential.bind({ audience: 'https://a.example', nonce: 'n', issuedAt: NOW }, 'ES256')
      return unsigned.seal(await signer(createPrivateKey({ key, format: 'jwk' }), 'ES256').sign(unsigned.input))
    }
    await expectRefused({ text: withBinding }, 'credential_refused', /key binding/)
  })

  it('keeps what was good when the next one is not', async () => {
    let count = 0
    const second: Lie = { draft: (draft) => (count++ === 0 ? draft : { ...draft, expires: NOW - 1 }) }
    const { received, result } = await receiveFrom(second, { names: [statute.name, ehic.name] })
    expect(result.status).toBe('rejected')
    expect(received.map(({ credential }) => credential.type)).toEqual([statute.vct])
  })

  it('says what the issuer says', async () => {
    await expectRefused({ txCode: {} }, 'refused_by_peer', /invalid_grant: the code is not known \(HTTP 400\)/, { txCode: '9999' })
    await expectRefused({ answer: { nonce: () => ({}) } }, 'nonce_response_malformed', /c_nonce/)
    await expectRefused({ answer: { token: () => ({}) } }, 'token_response_malformed', /access_token/)
    await expectRefused({ answer: { credential: () => ({ transaction_id: 'x', interval: 1 }) } }, 'credential_response_malformed', /later/)
  })
})
