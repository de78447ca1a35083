import { createPrivateKey } from 'node:crypto'
import { parseCredential, prepareAnchors } from '@symbolon/credential'
import type { PeerError } from '@symbolon/openid4vc'
import { primitives, signer } from '@symbolon/primitives/node'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { inspectOffer, keyOf, readOffer, settle, type WalletCode, wayOf } from '../src/index.ts'
import { memoryStore } from './memory_store.ts'
import { type Authority, authority, brick, holderKeys, ISSUER, type Lie, NOW, standInIssuer } from './stand_in_issuer.ts'
import { expectFault, takeUp } from './taking_up.ts'

const statute = brick('be-social-statute')
const ehic = brick('ehic')
let owner: Authority
let stranger: Authority
beforeAll(async () => {
  owner = await authority()
  stranger = await authority()
})

/** Takes up an offer of an issuer with one lie; whatever happens, answers what is then in the wallet. */
async function receiveFrom(
  lie: Lie = {},
  { names = [statute.name], ...wishes }: { names?: string[]; txCode?: string | undefined; trust?: Authority['trust'] } = {},
) {
  const issuer = standInIssuer(owner, [statute, ehic], lie)
  const store = memoryStore()
  const attempt = takeUp(issuer, { trust: owner.trust, from: issuer.link(...names), store, ...wishes })
  const [result] = await Promise.allSettled([attempt])
  return { issuer, store, result, attempt }
}

/** Answers what was posted until the wallet refused. */
async function expectRefused(lie: Lie, code: WalletCode | PeerError['code'], words: RegExp, options = {}): Promise<string[]> {
  const { attempt, store, issuer } = await receiveFrom(lie, options)
  await expectFault(attempt, code, words)
  expect(store.state.credentials).toEqual([])
  return issuer.posted()
}

describe('receiving from an honest issuer', () => {
  it('brings as many copies as a wallet uses, each with a key of its own, and the names', async () => {
    const { store, issuer, result } = await receiveFrom()
    if (result.status === 'rejected') throw result.reason
    const { held, inspected } = result.value
    expect(inspected.offered[0]?.vouching).toEqual({ outcome: 'pass', code: 'issuer_trusted', anchor: 'The authority' })
    expect(held).toMatchObject([
      { type: statute.vct, issuer: ISSUER, copies: Array(5).fill({ received: NOW, expires: NOW + 86_400, shown: 0 }) },
    ])
    expect(held[0]?.display.map(({ locale }) => locale)).toEqual(['nl', 'fr', 'de', 'en'])
    for (const copy of held[0]?.copies ?? []) {
      const { view } = await parseCredential(copy.text, primitives)
      expect(view.holderKey?.x).toBe(keyOf(store.state, copy)?.jwk.x)
    }
    expect(new Set(store.state.keys.map(({ jwk }) => jwk.x)).size).toBe(5)
    expect(issuer.posted()).toEqual(['/token', '/token', '/nonce', '/credential', '/notification'])
    expect(issuer.deliveries).toMatchObject([{ state: 'credential_accepted', indices: [0, 1, 2, 3, 4] }])
  })

  it('brings every credential of the offer', async () => {
    const { store } = await receiveFrom({}, { names: [statute.name, ehic.name] })
    expect(store.state.credentials.map(({ type }) => type)).toEqual([statute.vct, ehic.vct])
    expect(store.state).toMatchObject({ pending: [], notices: [], authorizations: [{ issuer: ISSUER }] })
  })

  it('sends the transaction code', async () => {
    const { store } = await receiveFrom({ txCode: { length: 4 } }, { txCode: '1234' })
    expect(store.state.credentials).toHaveLength(1)
  })

  it('tells nobody before the token request who is asking: no body, no token, no key', async () => {
    const { issuer } = await receiveFrom()
    const gets = issuer.asked.filter(({ method }) => method === 'GET')
    expect(gets.map(({ headers, body }) => ({ headers, body }))).toEqual(
      gets.map(() => ({ headers: { accept: 'application/json' }, body: undefined })),
    )
    expect(issuer.asked.slice(0, gets.length)).toEqual(gets)
  })

  it('sends no nonce when the issuer has none to give', async () => {
    const { issuer } = await receiveFrom({ answer: { 'openid-credential-issuer': without('nonce_endpoint') } })
    expect(issuer.posted()).toEqual(['/token', '/token', '/credential'])
  })

  it('keeps one copy without a key of a type that is bound to none', async () => {
    const unbound = { ...statute, holderBinding: 'none' as const }
    const issuer = standInIssuer(owner, [unbound])
    const { held, store } = await takeUp(issuer, { trust: owner.trust, from: issuer.link(unbound.name) })
    expect(held[0]?.copies.map(({ keyId }) => keyId)).toEqual([undefined])
    expect(store.state.keys).toEqual([])
    expect(issuer.posted()).toEqual(['/token', '/token', '/credential', '/notification'])
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
  ])('refuses %s', async (_about, lie, code, words) => {
    expect(await expectRefused(lie, code, words)).toEqual([])
  })

  it('refuses an authorization server that only the offer knows', async () => {
    const issuer = standInIssuer(owner, [statute])
    const from = issuer.signInLink({ authorizationServer: 'https://evil.example' }, statute.name)
    await expectFault(takeUp(issuer, { trust: owner.trust, from }), 'authorization_server_unclear', /not among/)
    expect(issuer.asked.every(({ address }) => address.startsWith(ISSUER))).toBe(true)
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
    const offer = await readOffer(issuer.link(statute.name), issuer.outside)
    const inspected = await inspectOffer(offer, wayOf(offer, false), await prepareAnchors(trust, primitives), issuer.outside)
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
    ['that is no credential', () => ({ text: (_text, { status }) => `hello ${status?.index}` }), /malformed/],
    ['with a disclosure that belongs to nothing', () => ({ text: (text) => `${text}WyJzYWx0IiwgIm5hbWUiLCAidmFsdWUiXQ~` }), /malformed/],
  ])('refuses one %s', async (_about, lie, words) => {
    const { attempt, store, issuer } = await receiveFrom(lie())
    await expectFault(attempt, 'credential_refused', words)
    expect(store.state).toMatchObject({ keys: [], credentials: [], pending: [], notices: [{ event: 'credential_failure' }] })
    await settle(store, issuer.outside)
    expect(issuer.deliveries).toMatchObject([{ state: 'credential_failure' }])
    expect(store.state.notices).toEqual([])
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
    const second: Lie = { draft: (draft) => (count++ < 5 ? draft : { ...draft, expires: NOW - 1 }) }
    const { store, result } = await receiveFrom(second, { names: [statute.name, ehic.name] })
    expect(result.status).toBe('rejected')
    expect(store.state.credentials.map(({ type }) => type)).toEqual([statute.vct])
  })

  it('says what the issuer says', async () => {
    await expectRefused({ txCode: {} }, 'refused_by_peer', /invalid_grant: the code is not known \(HTTP 400\)/, { txCode: '9999' })
    await expectRefused({ answer: { nonce: () => ({}) } }, 'nonce_response_malformed', /c_nonce/)
    await expectRefused({ answer: { token: () => ({}) } }, 'token_response_malformed', /access_token/)
    await expectRefused({ answer: { credential: () => ({ transaction_id: 'x', interval: 1 }) } }, 'credential_response_malformed', /later/)
  })
})
