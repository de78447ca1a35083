import { jwkThumbprint } from '@symbolon/credential'
import { authorizationCode, parseForm, preAuthorizedCode, refreshToken } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import type { Json, JsonObject, Jwk } from '@symbolon/sd-jwt'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Authority, authority, brick, ISSUER, type Lie, standInIssuer } from './stand_in_issuer.ts'
import { expectFault, REDIRECT, type StandIn, takeUp, type Wishes } from './taking_up.ts'

const statute = brick('be-social-statute')
const ehic = brick('ehic')
let owner: Authority
beforeAll(async () => {
  owner = await authority()
})

const sender = (lie: Lie = {}) => standInIssuer(owner, [statute, ehic], lie)
const signIn = (issuer: StandIn, wishes: Partial<Wishes> = {}) => takeUp(issuer, { trust: owner.trust, from: [statute.name], ...wishes })
/** The forms that were posted to an endpoint. */
const forms = (issuer: StandIn, path: string) =>
  issuer
    .posts()
    .filter(({ address }) => address === `${ISSUER}${path}`)
    .map(({ headers, body = '' }) => parseForm({ contentType: headers['content-type'], body }))
const formOf = (issuer: StandIn, path: string) => forms(issuer, path)[0] ?? new Map<string, string>()
const proofs = (issuer: StandIn): JsonObject[] =>
  issuer.posts().flatMap(({ headers: { dpop } }) => (dpop === undefined ? [] : [payload(dpop)]))
const payload = (jws: string): JsonObject => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString())
const server = (change: (body: JsonObject) => Json): Lie => ({ answer: { 'oauth-authorization-server': change } })
const without = (name: string) => server((body) => Object.fromEntries(Object.entries(body).filter(([member]) => member !== name)))

describe('signing in at an issuer without an offer', () => {
  it('RFC 9126: pushes the request and sends the browser with nothing but its name', async () => {
    const issuer = sender()
    const { held } = await signIn(issuer)
    expect(held).toMatchObject([{ type: statute.vct }])
    expect(issuer.posted()).toEqual(['/par', '/token', '/token', '/nonce', '/credential', '/notification'])
    const request = formOf(issuer, '/par')
    expect(Object.fromEntries(request)).toMatchObject({
      client_id: 'symbolon-wallet',
      response_type: 'code',
      redirect_uri: REDIRECT,
      code_challenge_method: 'S256',
      ui_locales: 'nl en',
    })
    expect(request.has('issuer_state')).toBe(false)
    expect(request.get('state')).toMatch(/^[\w-]{22}$/)
  })

  it('RFC 7636: sends the verifier of the challenge, and another one each time', async () => {
    const issuer = sender()
    await signIn(issuer)
    await signIn(issuer)
    const verifiers = forms(issuer, '/token').map((form) => form.get('code_verifier') ?? '')
    const challenges = forms(issuer, '/par').map((form) => form.get('code_challenge'))
    expect(challenges).toEqual([...new Set(verifiers)].map((verifier) => primitives.digest('sha-256', verifier)))
    expect(new Set(challenges).size).toBe(2)
  })

  it('RFC 9449 section 10: binds the code to the key of the proofs, which carry the newest nonce and no jti twice', async () => {
    const issuer = sender()
    const { store } = await signIn(issuer)
    const jwk = store.state.authorizations[0]?.dpop?.jwk as Jwk | undefined
    expect(formOf(issuer, '/par').get('dpop_jkt')).toBe(jwk && (await jwkThumbprint(jwk, primitives)))
    const made = proofs(issuer)
    expect(made.map(({ htm, htu, nonce, ath }) => [htm, htu, nonce !== undefined, ath !== undefined])).toEqual([
      ['POST', `${ISSUER}/token`, false, false],
      ['POST', `${ISSUER}/token`, true, false],
      ['POST', `${ISSUER}/credential`, true, true],
      ['POST', `${ISSUER}/notification`, true, true],
    ])
    expect(new Set(made.map(({ jti }) => jti)).size).toBe(made.length)
    expect(new Set(made.slice(1).map(({ nonce }) => nonce)).size).toBe(3)
  })

  it('RFC 9449 section 8: tries a nonce that it is given once, not for ever', async () => {
    const issuer = sender()
    const send: typeof issuer.outside.send = async (request) => {
      if (request.headers.dpop === undefined) return issuer.outside.send(request)
      const body = JSON.stringify({ error: 'use_dpop_nonce' })
      return { status: 400, contentType: 'application/json', headers: { 'dpop-nonce': 'n' }, body }
    }
    const asked: string[] = []
    const counting: typeof send = (request) => {
      asked.push(request.address)
      return send(request)
    }
    await expectFault(signIn({ ...issuer, outside: { ...issuer.outside, send: counting } }), 'refused_by_peer', /use_dpop_nonce/)
    expect(asked.filter((address) => address === `${ISSUER}/token`)).toHaveLength(2)
  })

  it('OpenID4VCI 5.1.1: asks by authorization details, and then by the identifiers that come back', async () => {
    const issuer = sender()
    const { held } = await signIn(issuer, { from: [statute.name, ehic.vct, statute.vct] })
    const details = [statute.name, ehic.name].map((id) => ({ type: 'openid_credential', credential_configuration_id: id }))
    expect(JSON.parse(formOf(issuer, '/par').get('authorization_details') ?? '')).toEqual(details)
    expect(formOf(issuer, '/par').has('scope')).toBe(false)
    const asked = issuer.posts().filter(({ address }) => address === `${ISSUER}/credential`)
    const identifiers = [...(issuer.agreed.at(-1)?.identifiers.keys() ?? [])]
    expect(asked.map(({ body }) => JSON.parse(body ?? '').credential_identifier)).toEqual(identifiers)
    expect(asked.every(({ body }) => !('credential_configuration_id' in JSON.parse(body ?? '')))).toBe(true)
    expect(held.map(({ source }) => source?.identifier)).toEqual(identifiers)
  })

  it('OpenID4VCI 5.1.1: says for which issuer where the metadata names authorization servers', async () => {
    const named = sender({ answer: { 'openid-credential-issuer': (body) => ({ ...body, authorization_servers: [ISSUER] }) } })
    await signIn(named)
    expect(JSON.parse(formOf(named, '/par').get('authorization_details') ?? '')).toMatchObject([{ locations: [ISSUER] }])
    const own = sender()
    await signIn(own)
    expect(JSON.parse(formOf(own, '/par').get('authorization_details') ?? '')[0]).not.toHaveProperty('locations')
  })

  it('OpenID4VCI 5.1.2: asks by scope where the server reads no details, and then by the configuration', async () => {
    const issuer = sender(without('authorization_details_types_supported'))
    const { held } = await signIn(issuer)
    expect(formOf(issuer, '/par').get('scope')).toBe(statute.name)
    const [asked] = issuer.posts().filter(({ address }) => address === `${ISSUER}/credential`)
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({ credential_configuration_id: statute.name })
    expect(held[0]?.source).toEqual({ authorizationId: expect.any(String), configurationId: statute.name })
  })

  it('OpenID4VCI F.1: proves its keys as the client that signed in', async () => {
    const issuer = sender()
    await signIn(issuer, { clientId: 'another-wallet' })
    const [asked] = issuer.posts().filter(({ address }) => address === `${ISSUER}/credential`)
    const keyProofs: string[] = JSON.parse(asked?.body ?? '').proofs.jwt
    expect(keyProofs.map((proof) => payload(proof).iss)).toEqual(Array(5).fill('another-wallet'))
  })

  it('goes on with bearer tokens where the server speaks no DPoP', async () => {
    const issuer = sender({ server: { dpop: false } })
    const { store } = await signIn(issuer)
    expect(proofs(issuer)).toEqual([])
    expect(formOf(issuer, '/par').has('dpop_jkt')).toBe(false)
    expect(store.state.authorizations[0]?.dpop).toBeUndefined()
    expect(issuer.posted()).toEqual(['/par', '/token', '/nonce', '/credential', '/notification'])
  })
})

describe('signing in with an offer', () => {
  it('OpenID4VCI 4.1.1: gives issuer_state back', async () => {
    const issuer = sender()
    await signIn(issuer, { from: issuer.signInLink({ issuerState: 'the state' }, statute.name) })
    expect(formOf(issuer, '/par').get('issuer_state')).toBe('the state')
  })

  it('OpenID4VCI 4.1.1: is the way of an offer without grants', async () => {
    const issuer = sender()
    const offer = { credential_issuer: ISSUER, credential_configuration_ids: [statute.name] }
    const from = `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offer))}`
    expect((await signIn(issuer, { from })).held).toHaveLength(1)
    expect(issuer.posted()[0]).toBe('/par')
  })

  it('is a choice where there is a code too', async () => {
    const issuer = sender()
    const grants = { [preAuthorizedCode.id]: { 'pre-authorized_code': 'a-pre-authorized-code' }, authorization_code: { issuer_state: 's' } }
    const offer = { credential_issuer: ISSUER, credential_configuration_ids: [statute.name], grants }
    const from = `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offer))}`
    await signIn(issuer, { from })
    expect(issuer.posted()[0]).toBe('/token')
    await signIn(issuer, { from, signIn: true })
    expect(formOf(issuer, '/par').get('issuer_state')).toBe('s')
  })

  it('a pre-authorized code is redeemed without a name where the server allows that, else with one', async () => {
    const anonymous = sender()
    await signIn(anonymous, { from: anonymous.link(statute.name) })
    expect(formOf(anonymous, '/token').has('client_id')).toBe(false)
    const named = sender({ server: { anonymous: false } })
    await expectFault(signIn(named, { from: named.link(statute.name) }), 'refused_by_peer', /invalid_client/)
    expect(formOf(named, '/token').get('client_id')).toBe('symbolon-wallet')
  })
})

describe('what comes back from the browser', () => {
  const changed = (change: (url: URL) => void) => (address: string) => {
    const url = new URL(address)
    change(url)
    return url.href
  }

  it.each<[string, (url: URL) => void, string, RegExp]>([
    ['RFC 9207: another issuer', (url) => url.searchParams.set('iss', 'https://evil.example'), 'authorization_response_of_another', /iss/],
    ['RFC 9207: no issuer', (url) => url.searchParams.delete('iss'), 'authorization_response_malformed', /iss is missing/],
    ['no code', (url) => url.searchParams.delete('code'), 'authorization_response_malformed', /code is missing/],
    [
      'another place',
      (url) => {
        url.pathname = '/other'
      },
      'authorization_response_malformed',
      /redirect_uri/,
    ],
    ['an error', (url) => url.searchParams.set('error', 'server_error'), 'authorization_refused', /server_error/],
  ])('is refused: %s', async (_about, change, code, words) => {
    const issuer = sender()
    const { outside, posted } = issuer
    await expectFault(signIn({ ...issuer, outside }, { answer: changed(change) }), code, words)
    expect(posted()).toEqual(['/par'])
  })

  it('RFC 6749 section 10.12: is not even taken for an answer with another state', async () => {
    const issuer = sender()
    await expect(signIn(issuer, { answer: changed((url) => url.searchParams.set('state', 'x')) })).rejects.toThrow('nobody came back')
    expect(issuer.posted()).toEqual(['/par'])
  })

  it('RFC 6749 section 4.1.2.1: may be that the person does not want to', async () => {
    const issuer = sender()
    await expectFault(signIn(issuer, { agrees: false }), 'authorization_refused', /access_denied/)
  })
})

describe("faults in a server's metadata are named before anything is sent", () => {
  const configuration = (change: (members: JsonObject) => JsonObject): NonNullable<Lie['answer']> => ({
    'openid-credential-issuer': (body) => {
      const all = body.credential_configurations_supported as JsonObject
      return { ...body, credential_configurations_supported: { ...all, [statute.name]: change(all[statute.name] as JsonObject) } }
    },
  })
  const withoutScope = configuration(({ scope: _, ...members }) => members)

  it.each<[string, Lie, string, RegExp]>([
    [
      'RFC 8414: no authorization_endpoint',
      without('authorization_endpoint'),
      'sign_in_not_supported',
      /authorization_endpoint is missing/,
    ],
    ['RFC 9126: no place to push to', without('pushed_authorization_request_endpoint'), 'sign_in_not_supported', /pushed_.*RFC 9126/],
    [
      'RFC 7636: no S256',
      server((body) => ({ ...body, code_challenge_methods_supported: ['plain'] })),
      'sign_in_not_supported',
      /S256.*RFC 7636/,
    ],
    ['RFC 7636: no challenge at all', without('code_challenge_methods_supported'), 'sign_in_not_supported', /S256/],
    [
      'RFC 8414: secrets only',
      server((body) => ({ ...body, token_endpoint_auth_methods_supported: ['client_secret_basic'] })),
      'sign_in_not_supported',
      /does not have none/,
    ],
    [
      'OpenID4VCI 5.1: neither details nor scope',
      { answer: { ...withoutScope, ...without('authorization_details_types_supported').answer } },
      'sign_in_not_supported',
      /no scope.*section 5.1/,
    ],
    [
      'OpenID4VCI 12.2.4: proofs of keys that nothing is bound to',
      { answer: configuration(({ cryptographic_binding_methods_supported: _, ...members }) => members) },
      'proof_not_supported',
      /only one of cryptographic_binding_methods_supported/,
    ],
    [
      'OpenID4VCI 12.2.4: servers of which none has the grant',
      {
        server: { grants: [preAuthorizedCode, refreshToken] },
        answer: { 'openid-credential-issuer': (body) => ({ ...body, authorization_servers: [ISSUER, 'https://other.example'] }) },
      },
      'refused_by_peer',
      /404/,
    ],
  ])('%s', async (_about, lie, code, words) => {
    const issuer = sender(lie)
    await expectFault(signIn(issuer), code, words)
    expect(issuer.posted()).toEqual([])
  })

  it('OpenID4VCI 12.2.4: of several servers, the first that has the grant is asked', async () => {
    const issuer = sender({
      answer: { 'openid-credential-issuer': (body) => ({ ...body, authorization_servers: ['https://other.example', ISSUER] }) },
    })
    const send: typeof issuer.outside.send = async (request) => {
      if (!request.address.startsWith('https://other.example')) return issuer.outside.send(request)
      const body = JSON.stringify({
        issuer: 'https://other.example',
        token_endpoint: 'https://other.example/token',
        grant_types_supported: ['x'],
      })
      return { status: 200, contentType: 'application/json', headers: {}, body }
    }
    const { store } = await signIn({ ...issuer, outside: { ...issuer.outside, send } })
    expect(store.state.authorizations[0]?.server).toBe(ISSUER)
    const none = sender({
      server: { grants: [preAuthorizedCode] },
      answer: { 'openid-credential-issuer': (body) => ({ ...body, authorization_servers: ['https://other.example', ISSUER] }) },
    })
    const attempt = signIn({
      ...none,
      outside: { ...none.outside, send: (request) => (request.address.startsWith(ISSUER) ? none.outside.send(request) : send(request)) },
    })
    await expectFault(attempt, 'authorization_server_unclear', new RegExp(authorizationCode.id))
  })

  it('asks no crowd of others because the metadata lists them', async () => {
    const crowd = Array.from({ length: 11 }, (_, at) => `https://victim.example/${at}`)
    const issuer = sender({ answer: { 'openid-credential-issuer': (body) => ({ ...body, authorization_servers: crowd }) } })
    await expectFault(signIn(issuer), 'authorization_server_unclear', /more than 10/)
    expect(issuer.posted()).toEqual([])
  })

  it('a type that is not there, or is there twice, is named with those there are', async () => {
    const issuer = sender()
    await expectFault(
      signIn(issuer, { from: ['passport'] }),
      'configuration_not_offered',
      /no such type; there are be-social-statute, ehic/,
    )
    const twice = sender({
      answer: {
        'openid-credential-issuer': (body) => {
          const all = body.credential_configurations_supported as JsonObject
          return { ...body, credential_configurations_supported: { ...all, again: all[statute.name] ?? null } }
        },
      },
    })
    await expectFault(signIn(twice, { from: [statute.vct] }), 'configuration_not_offered', /several.*be-social-statute, again/)
  })
})
