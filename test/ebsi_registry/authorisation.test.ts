import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { createIdentity, keyPair } from './identity.ts'
import { newcomer, type TokenChange } from './newcomer.ts'
import { SCOPES } from './scopes.ts'
import { type Authority, attest } from './start.ts'
import { openWorld } from './world.ts'

const world = await openWorld()
const { ti, tao, outsider } = world
const SERVICE = '/authorisation/v4'
const now = () => Math.floor(Date.now() / 1000)

const fresh = () => newcomer(world.origin)
const asTi = newcomer(world.origin, ti.identity)
const onboarding = (holder: string, change: Partial<Parameters<typeof attest>[2]> = {}, by: Authority = tao): string =>
  attest(world.state, by.identity, {
    types: ['VerifiableAuthorisationToOnboard'],
    subject: { id: holder },
    under: by.attributeId,
    ...change,
  })

describe('facts 3: what the service says of itself', () => {
  test('its metadata', async () => {
    const { json } = await outsider.request(`${SERVICE}/.well-known/openid-configuration`)
    const issuer = `${world.origin}${SERVICE}`
    expect(json).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/token`,
      grant_types_supported: ['vp_token'],
      response_types_supported: ['token'],
    })
    expect(json?.scopes_supported).toEqual(['openid', ...SCOPES.map(({ name }) => name)])
  })

  test('the definitions of its scopes', async () => {
    const definition = async (scope: string) => (await outsider.request(`${SERVICE}/presentation-definitions?scope=openid%20${scope}`)).json
    expect(await definition('didr_write')).toMatchObject({ id: 'didr_write_presentation', input_descriptors: [] })
    expect(await definition('didr_invite')).toMatchObject({
      id: 'didr_invite_presentation',
      input_descriptors: [
        {
          id: 'didr_invite_credential',
          constraints: {
            fields: [{ path: ['$.vc.type'], filter: { type: 'array', contains: { const: 'VerifiableAuthorisationToOnboard' } } }],
          },
        },
      ],
    })
    expect((await outsider.request(`${SERVICE}/presentation-definitions?scope=tir_write`)).status).toBe(400)
  })
})

describe('facts 3: tokens', () => {
  test.each(['didr_write', 'tir_write', 'tsr_write'])('%s for a registered issuer, with an empty presentation', async (scope) => {
    const { json } = await asTi.askToken(scope)
    expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 7200, scope: `openid ${scope}` })
    const [access, id] = [decodeJwt(String(json?.access_token)), decodeJwt(String(json?.id_token))]
    const service = `${world.origin}${SERVICE}`
    expect(access).toMatchObject({ iss: service, aud: service, sub: ti.did, scp: `openid ${scope}`, exp: Number(access.iat) + 7200 })
    expect(id).toMatchObject({ aud: ti.did, sub: ti.did, nonce: expect.any(String), exp: access.exp })
    expect(decodeProtectedHeader(String(json?.access_token))).toMatchObject({ alg: 'ES256', typ: 'JWT', kid: expect.any(String) })
  })

  test('didr_invite for a newcomer, with its key beside the signature or without', async () => {
    for (const withKey of [true, false]) {
      const { identity, askToken } = fresh()
      const header = withKey ? { jwk: identity.signingKey.publicJwk } : {}
      expect((await askToken('didr_invite', { credentials: [onboarding(identity.did)], header })).status).toBe(200)
    }
  })

  test('the older path of the credential is accepted too', async () => {
    const { identity, askToken } = fresh()
    const submission: TokenChange['submission'] = (right) =>
      JSON.parse(JSON.stringify(right).replace('$.vp.verifiableCredential', '$.verifiableCredential'))
    expect((await askToken('didr_invite', { credentials: [onboarding(identity.did)], submission })).status).toBe(200)
  })
})

type Claims = Parameters<NonNullable<TokenChange['claims']>>[0]
const claims = (change: (claims: Claims) => object): TokenChange => ({ claims: (right) => ({ ...right, ...change(right) }) })
const submission = (change: object): TokenChange => ({ submission: (right) => ({ ...right, ...change }) })
const stranger = createIdentity()

describe('facts 3: refusals of a token, the right request with one thing changed', () => {
  test.each<[string, TokenChange, RegExp]>([
    ['another grant', { form: { grant_type: 'client_credentials' } }, /grant_type/],
    ['no openid in the scope', { form: { scope: 'tir_write' } }, /scope/],
    ['an unknown scope', { form: { scope: 'openid everything' } }, /scope/],
    ['a presentation that is no JWT', { form: { vp_token: 'nothing' } }, /no JWT/],
    ['a submission that is no JSON', { form: { presentation_submission: '{' } }, /presentation_submission/],
    ['another definition', submission({ definition_id: 'didr_write_presentation' }), /definition_id/],
    ['no descriptor map', submission({ descriptor_map: undefined }), /descriptor_map/],
    ['an unknown descriptor', submission({ descriptor_map: [{ id: 'other', format: 'jwt_vp', path: '$' }] }), /unknown descriptor/],
    ['ES256K where ES256 is asked for', { key: ti.identity.ledgerKey }, /alg must be ES256/],
    ['another type of JWT', { header: { typ: 'vp+jwt' } }, /typ/],
    ['a kid that is no DID URL', { header: { kid: 'key' } }, /kid/],
    ['the kid of another DID', { header: { kid: `${stranger.did}#${ti.identity.signingKey.kid}` } }, /DID of kid/],
    ['a kid that the document does not have', { header: { kid: `${ti.did}#${stranger.signingKey.kid}` } }, /not in authentication/],
    ['the signature of another key', { key: keyPair('ES256'), header: { kid: `${ti.did}#${ti.identity.signingKey.kid}` } }, /signature/],
    ['another audience', claims(() => ({ aud: 'https://api-pilot.ebsi.eu/authorisation/v4' })), /aud/],
    ['the audience with a slash', claims(({ aud }) => ({ aud: `${aud}/` })), /aud/],
    ['no exp', claims(() => ({ exp: undefined })), /exp/],
    ['exp more than 300 seconds ahead', claims(({ iat }) => ({ exp: iat + 302 })), /300 seconds/],
    ['exp in the past', claims(({ iat }) => ({ iat: iat - 90, nbf: iat - 90, exp: iat - 60 })), /expired/],
    ['nbf in the future', claims(({ iat }) => ({ nbf: iat + 60 })), /not valid yet/],
    ['no nonce', claims(() => ({ nonce: undefined })), /nonce/],
    ['another issuer', claims(() => ({ iss: stranger.did })), /iss/],
    ['another subject', claims(() => ({ sub: stranger.did })), /sub/],
    ['another holder', claims(({ vp }) => ({ vp: { ...vp, holder: stranger.did } })), /holder/],
    ['jti that is not the id', claims(() => ({ jti: 'urn:uuid:other' })), /jti/],
    ['no vp', claims(() => ({ vp: undefined })), /vp is missing/],
    ['another context', claims(({ vp }) => ({ vp: { ...vp, '@context': ['https://www.w3.org/ns/credentials/v2'] } })), /context/],
    ['another type', claims(({ vp }) => ({ vp: { ...vp, type: ['VerifiableCredential'] } })), /type/],
    ['the kid of a did:key', { header: { kid: 'did:key:z6Mk#z6Mk' } }, /did:ebsi/],
    ['credentials that are no array', claims(({ vp }) => ({ vp: { ...vp, verifiableCredential: 'none' } })), /must be an array/],
    ['a credential that does not verify', { credentials: ['a.b.c'], submission: (right) => ({ ...right, descriptor_map: [] }) }, /no JWT/],
  ])('%s', async (_, change, description) => {
    const { status, json } = await asTi.askToken('tir_write', change)
    expect({ status, json }).toEqual({
      status: 400,
      json: { error: 'invalid_request', error_description: expect.stringMatching(description) },
    })
  })

  test('a nonce that was used', async () => {
    const nonce = { claims: (right: Claims) => ({ ...right, nonce: 'once', jti: right.vp.id }) }
    expect((await asTi.askToken('tir_write', nonce)).status).toBe(200)
    expect((await asTi.askToken('tir_write', nonce)).json).toMatchObject({ error_description: expect.stringMatching(/nonce was used/) })
  })

  test('a body that is no form', async () => {
    const answer = await outsider.request(`${SERVICE}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(answer.json).toMatchObject({ error: 'invalid_request' })
  })

  test('an unregistered holder where nothing says its key', async () => {
    expect((await fresh().askToken('didr_write')).json).toMatchObject({ error_description: expect.stringMatching(/not registered/) })
  })

  test('tir_write without attributes; tir_invite with some', async () => {
    const registered = newcomer(world.origin, await world.registered())
    expect((await registered.askToken('tir_write')).json).toMatchObject({ error_description: expect.stringMatching(/no attributes/) })
    expect((await asTi.askToken('tir_invite', { credentials: [ti.credential] })).json).toMatchObject({
      error_description: expect.stringMatching(/has attributes already/),
    })
  })
})

type Entry = { readonly path_nested: object }
const nested = (change: object) => (entry: Entry) => ({ ...entry, path_nested: { ...entry.path_nested, ...change } })

describe('facts 3: the credential in a presentation for didr_invite', () => {
  const holder = createIdentity()
  const other = createIdentity()
  const forged = (jwt: string): string => `${jwt.slice(0, -8)}${jwt.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`
  const self: Authority = { identity: holder, did: holder.did, attributeId: tao.attributeId, credential: '' }

  test.each<[string, () => string | null, RegExp]>([
    ['none at all', () => null, /descriptor is missing/],
    ['for another subject', () => onboarding(other.did), /not the holder/],
    ['of another type', () => onboarding(holder.did, { types: ['VerifiableDiploma'] }), /not accredited/],
    [
      'of a type that was not asked for',
      () => onboarding(holder.did, { types: ['VerifiablePortableDocumentA1'] }),
      /not of a type asked for/,
    ],
    ['without terms of use', () => onboarding(holder.did, { under: null }), /no terms of use/],
    [
      'with terms of use on a foreign host',
      () => {
        const foreign = { ...world.state, origin: 'https://elsewhere.example' }
        const content = { types: ['VerifiableAuthorisationToOnboard'], subject: { id: holder.did }, under: tao.attributeId }
        return attest(foreign, tao.identity, content)
      },
      /not an attribute of the issuer in this registry/,
    ],
    ['with the attribute of another in its terms of use', () => onboarding(holder.did, { under: ti.attributeId }), /not registered/],
    ['by an issuer that is not registered', () => onboarding(holder.did, {}, self), /not registered/],
    ['with a forged signature', () => forged(onboarding(holder.did)), /does not verify/],
    ['that has expired', () => onboarding(holder.did, { lifetime: -10 }), /expired/],
    ['that ends before the presentation', () => onboarding(holder.did, { lifetime: 100 }), /ends after/],
    [
      'signed by a key that is not for assertions',
      () => onboarding(holder.did, {}, { ...tao, identity: { ...tao.identity, signingKey: tao.identity.ledgerKey } }),
      /assertionMethod/,
    ],
  ])('%s', async (_, credential, description) => {
    const jwt = credential()
    const { status, json } = await newcomer(world.origin, holder).askToken('didr_invite', { credentials: jwt === null ? [] : [jwt] })
    expect({ status, json }).toEqual({
      status: 400,
      json: { error: 'invalid_request', error_description: expect.stringMatching(description) },
    })
  })

  test.each<[string, (entry: Entry) => object, RegExp]>([
    ['another path', (entry) => ({ ...entry, path: '$.vp' }), /presentation is described wrongly/],
    ['another format of the presentation', (entry) => ({ ...entry, format: 'ldp_vp' }), /presentation is described wrongly/],
    ['nothing nested', (entry) => ({ ...entry, path_nested: undefined }), /path_nested is missing/],
    ['another descriptor inside', nested({ id: 'other' }), /path_nested is missing or of another/],
    ['another format of the credential', nested({ format: 'ldp_vc' }), /credential is described wrongly/],
    ['a path to nothing', nested({ path: '$.vp.verifiableCredential[1]' }), /leads to no credential/],
    ['a path elsewhere', nested({ path: '$.vp.holder' }), /leads to no credential/],
  ])('described with %s', async (_, change, description) => {
    const submission: TokenChange['submission'] = (right) => {
      const { descriptor_map } = right as { descriptor_map: Entry[] }
      return { ...right, descriptor_map: descriptor_map.map(change) }
    }
    const answer = await newcomer(world.origin, holder).askToken('didr_invite', { credentials: [onboarding(holder.did)], submission })
    expect(answer.json).toMatchObject({ error_description: expect.stringMatching(description) })
  })

  test('that begins after the presentation', async () => {
    const early = claims(({ iat }) => ({ nbf: iat - 60 }))
    const answer = await newcomer(world.origin, holder).askToken('didr_invite', { credentials: [onboarding(holder.did)], ...early })
    expect(answer.json).toMatchObject({ error_description: expect.stringMatching(/begins before/) })
  })

  test('a TI may invite too; nobody whose accreditation was taken back', async () => {
    const credentials = (by: Authority) => ({ credentials: [onboarding(holder.did, {}, by)] })
    expect((await newcomer(world.origin, holder).askToken('didr_invite', credentials(ti))).status).toBe(200)
    const identity = await world.registered()
    const { attributeId, credential } = await world.accredit({ did: identity.did, role: 'TAO' })
    await world.accept(identity, attributeId, credential)
    const second: Authority = { identity, did: identity.did, attributeId, credential }
    expect((await newcomer(world.origin, holder).askToken('didr_invite', credentials(second))).status).toBe(200)
    await world.revoke(identity.did, attributeId)
    const refused = await newcomer(world.origin, holder).askToken('didr_invite', credentials(second))
    expect(refused.json).toMatchObject({ error_description: expect.stringMatching(/revoked/) })
  })

  test('a key beside the signature that is not that of kid, or did not sign', async () => {
    const credentials = [onboarding(holder.did)]
    const ask = (change: TokenChange) => newcomer(world.origin, holder).askToken('didr_invite', { credentials, ...change })
    expect((await ask({ header: { jwk: other.signingKey.publicJwk } })).json).toMatchObject({
      error_description: expect.stringMatching(/thumbprint/),
    })
    const stolen = { jwk: holder.signingKey.publicJwk, kid: `${holder.did}#${holder.signingKey.kid}` }
    expect((await ask({ key: other.signingKey, header: stolen })).json).toMatchObject({
      error_description: expect.stringMatching(/signature/),
    })
  })

  test('refused when the DID is registered already', async () => {
    const credentials = [onboarding(ti.did)]
    expect((await asTi.askToken('didr_invite', { credentials })).json).toMatchObject({
      error_description: expect.stringMatching(/registered already/),
    })
  })

  test('a clock that runs ahead makes the token refuse itself', async () => {
    const token = await asTi.token('tir_write')
    world.setClock(() => (now() + 7201) * 1000)
    const answer = await asTi.rpc('/trusted-issuers-registry/v5/jsonrpc', token, 'setAttributeData', {})
    world.setClock(Date.now)
    expect(answer).toMatchObject({ status: 401, json: { title: 'Unauthorized' } })
  })
})
