import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jwkThumbprint } from '@symbolon/credential'
import { authorizationDetails, type OurClient, privateKeyJwt } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import { type Answered, type Asked, agree, assertion, dpopNonce, dpopProof, PUBLIC, push, send } from './code_flow.ts'
import { ANDREI, credentialIn, holderKey, LOTTE, newHome, nonce, proof, STATUTE, start, type TestIssuer } from './fixture.ts'

const proving = holderKey()
const KNOWN: OurClient = { id: 'proving', authentication: privateKeyJwt, key: { signer: proving.signer } }
const OTHER: OurClient = { ...KNOWN, id: 'other' }
const CALLBACK = 'https://wallet.example/back'
const registered = (client_id: string) => ({
  ...{ client_id, name: 'The wallet', redirect_uris: [CALLBACK], authentication: 'private_key_jwt', jwks: { keys: [proving.jwk] } },
})

/** A code, and what its wallet keeps to redeem it. */
interface Made {
  readonly code: string
  readonly asked: Asked
}

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    let issuer: TestIssuer
    const key = holderKey()

    beforeAll(async () => {
      const home = newHome()
      const clients = join(home, 'clients.json')
      writeFileSync(clients, JSON.stringify([registered('proving'), registered('other')]))
      issuer = await start({ SYMBOLON_HOME: home, ISSUER_CLIENTS_FILE: clients, ISSUER_DATABASE_URL: await make() })
    })
    afterAll(() => issuer.close())
    beforeEach(() => {
      issuer.clock.ahead = 0
    })

    /** A code, and what its wallet keeps to redeem it; the request with members changed. */
    async function code(change: Record<string, string | undefined> = {}, person = LOTTE): Promise<Made> {
      const { status, json, address, asked } = await push(issuer, change)
      if (status !== 201) throw new Error(JSON.stringify(json))
      const back = await agree(issuer, address, person)
      return { code: back.searchParams.get('code') ?? '', asked: { ...asked, redirectUri: change.redirect_uri ?? asked.redirectUri } }
    }

    interface Redeeming {
      readonly change?: Record<string, string | undefined>
      readonly with?: ReturnType<typeof holderKey> | null
      readonly dpop?: JsonObject
    }

    /** Redeems a code as its wallet does, with one step changed; `with: null` sends no proof. */
    async function redeem({ code, asked }: Made, { change = {}, with: by = key, dpop = {} }: Redeeming = {}): Promise<Answered> {
      const form = {
        grant_type: 'authorization_code',
        client_id: PUBLIC,
        code,
        redirect_uri: asked.redirectUri,
        code_verifier: asked.verifier,
        ...change,
      }
      const proofs = by === null ? {} : { dpop: await dpopProof(issuer, '/token', by, await dpopNonce(issuer, '/token'), dpop) }
      return send(issuer, '/token', form, proofs)
    }
    const told = ({ status, json }: Answered) => [status, json.error]
    const ended = async (token: unknown): Promise<boolean> => (await fetchOne(String(token))).status === 401

    /** Asks for a credential with a token and the key it is bound to. */
    async function fetchOne(token: string, body: JsonObject = {}, by = key) {
      const dpop = await dpopProof(issuer, '/credential', by, await dpopNonce(issuer), { accessToken: token })
      const response = await fetch(`${issuer.url}/credential`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `DPoP ${token}`, dpop },
        body: JSON.stringify({
          credential_identifier: 'x',
          ...body,
          proofs: { jwt: [await proof(issuer, { nonce: await nonce(issuer), clientId: PUBLIC })] },
        }),
      })
      return { status: response.status, json: (await response.json()) as JsonObject }
    }

    test('a code gives a token that belongs to the key, and the token a credential', async () => {
      const answer = await redeem(await code())
      expect(answer.status).toBe(200)
      expect(answer.json).toMatchObject({ token_type: 'DPoP', expires_in: 300, refresh_token: expect.stringMatching(/^[\w-]{43}$/) })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const [detail] = answer.json.authorization_details as { credential_configuration_id: string; credential_identifiers: string[] }[]
      expect(detail?.credential_configuration_id).toBe(STATUTE)
      const credential = await fetchOne(String(answer.json.access_token), {
        credential_identifier: String(detail?.credential_identifiers[0]),
      })
      expect(credentialIn(credential)).toMatch(/^eyJ/)
    })

    test('asked for by scope, a credential goes by its configuration (OpenID4VCI 5.1.2)', async () => {
      const answer = await redeem(await code({ authorization_details: undefined, scope: STATUTE }))
      expect(answer.json).not.toHaveProperty('authorization_details')
      const body = { credential_identifier: undefined, credential_configuration_id: STATUTE } as unknown as JsonObject
      expect(credentialIn(await fetchOne(String(answer.json.access_token), body))).toMatch(/^eyJ/)
    })

    test('OpenID4VCI 6.1.1: a token may be for less than the person agreed to, never for more', async () => {
      const both = { authorization_details: authorizationDetails([STATUTE, 'ehic']) }
      const less = await redeem(await code(both), { change: { authorization_details: authorizationDetails(['ehic']) } })
      expect((less.json.authorization_details as JsonObject[]).map((one) => one.credential_configuration_id)).toEqual(['ehic'])
      const made = await code(both)
      const more = authorizationDetails(['ehic', 'pda1'])
      expect(told(await redeem(made, { change: { authorization_details: more } }))).toEqual([400, 'invalid_authorization_details'])
      expect((await redeem(made)).status).toBe(200)
    })

    test('what the page said the wallet will not get is not granted, by details or by scope (RFC 6749 3.3)', async () => {
      const details = await redeem(await code({ authorization_details: authorizationDetails([STATUTE, 'pda1']) }))
      expect((details.json.authorization_details as JsonObject[]).map((one) => one.credential_configuration_id)).toEqual([STATUTE])
      const scoped = await redeem(await code({ authorization_details: undefined, scope: `${STATUTE} pda1` }))
      expect(scoped.json.scope).toBe(STATUTE)
      const made = await code({ authorization_details: authorizationDetails([STATUTE, 'pda1']) })
      const more = { change: { authorization_details: authorizationDetails(['pda1']) } }
      expect(told(await redeem(made, more))).toEqual([400, 'invalid_authorization_details'])
    })

    test('the credential is about the person who signed in, and nobody else', async () => {
      const answer = await redeem(await code({ authorization_details: authorizationDetails(['pda1']) }, ANDREI))
      const page = await issuer.admin('POST', '/issuances/search', { subject: ANDREI, type: 'pda1' })
      expect(page.json.issuances).toEqual([])
      const [detail] = answer.json.authorization_details as { credential_identifiers: string[] }[]
      credentialIn(await fetchOne(String(answer.json.access_token), { credential_identifier: String(detail?.credential_identifiers[0]) }))
      expect((await issuer.admin('POST', '/issuances/search', { subject: ANDREI, type: 'pda1' })).json.issuances).toHaveLength(1)
    })

    describe('FAPI 2.0 5.3.2.1: a code', () => {
      test('is good once; a second use ends what the first one gave (RFC 6749 4.1.2)', async () => {
        const made = await code()
        const first = await redeem(made)
        expect(first.status).toBe(200)
        expect(await ended(first.json.access_token)).toBe(false)
        expect(told(await redeem(made))).toEqual([400, 'invalid_grant'])
        expect(await ended(first.json.access_token)).toBe(true)
        const form = { grant_type: 'refresh_token', client_id: PUBLIC, refresh_token: String(first.json.refresh_token) }
        const dpop = await dpopProof(issuer, '/token', key, await dpopNonce(issuer, '/token'))
        expect(told(await send(issuer, '/token', form, { dpop }))).toEqual([400, 'invalid_grant'])
      })

      test('redeemed by 8 at once gives exactly one success, and a thief nothing that lasts', async () => {
        for (let round = 0; round < 4; round++) {
          const made = await code()
          const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(made)))
          const successes = answers.filter(({ status }) => status === 200)
          expect(successes).toHaveLength(1)
          expect(answers.filter(({ status }) => status !== 200).map(told)).toEqual(Array(7).fill([400, 'invalid_grant']))
          expect(await ended(successes[0]?.json.access_token)).toBe(true)
        }
      })

      test('lives 60 seconds', async () => {
        const [early, late] = [await code(), await code()]
        issuer.clock.ahead = 58
        expect((await redeem(early)).status).toBe(200)
        issuer.clock.ahead = 61
        expect(told(await redeem(late))).toEqual([400, 'invalid_grant'])
      })

      test('belongs to the client that asked', async () => {
        const made = await code()
        expect(told(await redeem(made, { change: { client_id: 'another wallet' } }))).toEqual([400, 'invalid_grant'])
        expect(told(await redeem(made, { change: { client_id: undefined } }))).toEqual([400, 'invalid_request'])
        expect(told(await redeem(made, { change: { client_id: 'proving' } }))).toEqual([401, 'invalid_client'])
        expect((await redeem(made)).status).toBe(200)
      })

      test('of a client that can prove who it is needs its assertion', async () => {
        const who = { client_id: undefined, redirect_uri: CALLBACK }
        const made = await code({ ...who, ...(await assertion(issuer, KNOWN)) })
        expect(told(await redeem(made, { change: { client_id: 'proving' } }))).toEqual([401, 'invalid_client'])
        expect(told(await redeem(made, { change: { ...(await assertion(issuer, KNOWN)), client_id: 'other' } }))).toEqual([
          401,
          'invalid_client',
        ])
        expect(told(await redeem(made, { change: { client_id: undefined, ...(await assertion(issuer, OTHER)) } }))).toEqual([
          400,
          'invalid_grant',
        ])
        const said = await assertion(issuer, KNOWN)
        expect((await redeem(made, { change: { client_id: undefined, ...said } })).status).toBe(200)
        expect(told(await redeem(made, { change: { client_id: undefined, ...said } }))).toEqual([401, 'invalid_client'])
      })

      test('needs the verifier of its request (RFC 7636 4.6)', async () => {
        const made = await code()
        for (const code_verifier of [undefined, 'v'.repeat(43), `${made.asked.verifier}x`, 'short'])
          expect(told(await redeem(made, { change: { code_verifier } }))).toEqual([400, 'invalid_grant'])
        expect((await redeem(made)).status).toBe(200)
      })

      test('needs the redirect address of its request (RFC 6749 4.1.3)', async () => {
        const made = await code()
        expect(told(await redeem(made, { change: { redirect_uri: undefined } }))).toEqual([400, 'invalid_request'])
        for (const redirect_uri of ['http://127.0.0.1:5556/back', `${made.asked.redirectUri}/`])
          expect(told(await redeem(made, { change: { redirect_uri } }))).toEqual([400, 'invalid_grant'])
        expect((await redeem(made)).status).toBe(200)
      })

      test('that nobody gave, or none, is refused', async () => {
        const made = await code()
        for (const wrong of ['x', made.code.slice(1), made.asked.verifier])
          expect(told(await redeem({ ...made, code: wrong }))).toEqual([400, 'invalid_grant'])
        expect(told(await redeem(made, { change: { code: undefined } }))).toEqual([400, 'invalid_request'])
        expect(told(await redeem(made, { change: { tx_code: '123456' } }))).toEqual([400, 'invalid_request'])
      })
    })

    describe('FAPI 2.0 5.3.2.1: a refresh token', () => {
      /** Renews with members of the form changed, and another key if one is given. */
      async function renew(
        refresh_token: unknown,
        change: Record<string, string | undefined> = {},
        by: ReturnType<typeof holderKey> | null = key,
      ) {
        const dpop = by && (await dpopProof(issuer, '/token', by, await dpopNonce(issuer, '/token')))
        const form = { grant_type: 'refresh_token', client_id: PUBLIC, refresh_token: String(refresh_token), ...change }
        return send(issuer, '/token', form, dpop ? { dpop } : {})
      }

      test('is bound to the client and to the key of the wallet, and is not rotated', async () => {
        const { refresh_token } = (await redeem(await code())).json
        expect(told(await renew(refresh_token, { client_id: 'another wallet' }))).toEqual([400, 'invalid_grant'])
        expect(told(await renew(refresh_token, {}, holderKey()))).toEqual([400, 'invalid_grant'])
        expect(told(await renew(refresh_token, {}, null))).toEqual([400, 'invalid_dpop_proof'])
        for (let round = 0; round < 2; round++) expect((await renew(refresh_token)).json).not.toHaveProperty('refresh_token')
      })

      test('of a client that can prove who it is needs its assertion', async () => {
        const made = await code({ client_id: undefined, redirect_uri: CALLBACK, ...(await assertion(issuer, KNOWN)) })
        const first = await redeem(made, { change: { client_id: undefined, ...(await assertion(issuer, KNOWN)) } })
        const { refresh_token } = first.json
        expect(told(await renew(refresh_token, { client_id: 'proving' }))).toEqual([401, 'invalid_client'])
        expect(told(await renew(refresh_token, { client_id: undefined, ...(await assertion(issuer, OTHER)) }))).toEqual([
          400,
          'invalid_grant',
        ])
        expect((await renew(refresh_token, { client_id: undefined, ...(await assertion(issuer, KNOWN)) })).status).toBe(200)
      })
    })

    describe('RFC 9449: the key of a code', () => {
      test('5: without a proof there is no token', async () => {
        const made = await code()
        expect(told(await redeem(made, { with: null }))).toEqual([400, 'invalid_dpop_proof'])
        expect((await redeem(made)).status).toBe(200)
      })

      test('10: bound by dpop_jkt at the pushed request, only that key redeems it', async () => {
        const made = await code({ dpop_jkt: await jwkThumbprint(key.jwk, primitives) })
        expect(told(await redeem(made, { with: holderKey() }))).toEqual([400, 'invalid_grant'])
        expect((await redeem(made)).status).toBe(200)
      })

      test('10.1: bound by a proof at the pushed request, only that key redeems it', async () => {
        const { address, asked } = await push(issuer, {}, { dpop: await dpopProof(issuer, '/par', key, await dpopNonce(issuer)) })
        const made = { asked, code: (await agree(issuer, address)).searchParams.get('code') ?? '' }
        expect(told(await redeem(made, { with: holderKey() }))).toEqual([400, 'invalid_grant'])
        expect((await redeem(made)).status).toBe(200)
      })

      test('4.3: a proof for another method or address, too old, or from the future', async () => {
        const made = await code()
        const at = Math.floor(Date.now() / 1000)
        for (const dpop of [{ method: 'GET' }, { address: `${issuer.url}/par` }, { issuedAt: at - 3600 }, { issuedAt: at + 120 }])
          expect([dpop, ...told(await redeem(made, { dpop }))]).toEqual([dpop, 400, 'invalid_dpop_proof'])
        expect((await redeem(made, { dpop: { issuedAt: at - 10 } })).status).toBe(200)
      })

      test('7.1: the token is for whoever has the key; it is no bearer token', async () => {
        const token = String((await redeem(await code())).json.access_token)
        expect((await fetchOne(token, {}, holderKey())).status).toBe(401)
        const bearer = await fetch(`${issuer.url}/credential`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: '{}',
        })
        expect(bearer.status).toBe(401)
      })
    })

    describe('OpenID4VCI 5.1.3: an offer whose wallet sends the person here', () => {
      async function offered(wish: JsonObject = {}): Promise<{ id: string; issuer_state: string }> {
        const { status, json } = await issuer.admin('POST', '/offers', {
          type: STATUTE,
          subject: LOTTE,
          grant: 'authorization_code',
          ...wish,
        })
        expect(status).toBe(201)
        const { grants } = json.credential_offer as { grants: { authorization_code: { issuer_state: string } } }
        return { id: String(json.id), issuer_state: grants.authorization_code.issuer_state }
      }

      test('whoever it is for gets it, once', async () => {
        const { id, issuer_state } = await offered()
        const made = await code({ issuer_state })
        const meanwhile = await code({ issuer_state })
        expect((await redeem(made)).status).toBe(200)
        expect((await issuer.admin('GET', `/offers/${id}`)).json.state).toBe('redeemed')
        expect(told(await redeem(meanwhile))).toEqual([400, 'invalid_grant'])
        expect(told(await push(issuer, { issuer_state }))).toEqual([400, 'invalid_request'])
      })

      test('anybody else is refused', async () => {
        const { issuer_state } = await offered({ type: 'pda1', subject: ANDREI })
        const { address } = await push(issuer, { issuer_state, authorization_details: authorizationDetails(['pda1']) })
        const back = await agree(issuer, address, LOTTE)
        expect(back.searchParams.get('error')).toBe('access_denied')
      })

      test('an unknown issuer_state, one for another credential, and one of a withdrawn offer are refused', async () => {
        const { id, issuer_state } = await offered()
        expect(told(await push(issuer, { issuer_state: 'made up' }))).toEqual([400, 'invalid_request'])
        expect(told(await push(issuer, { issuer_state, authorization_details: authorizationDetails(['ehic']) }))).toEqual([
          400,
          'invalid_request',
        ])
        const waiting = await push(issuer, { issuer_state })
        const made = await code({ issuer_state })
        await issuer.admin('DELETE', `/offers/${id}`)
        expect(told(await redeem(made))).toEqual([400, 'invalid_grant'])
        expect((await agree(issuer, waiting.address)).searchParams.get('error')).toBe('access_denied')
      })

      test('withdrawn afterwards, the tokens end with it', async () => {
        const { id, issuer_state } = await offered()
        const token = (await redeem(await code({ issuer_state }))).json.access_token
        expect(await ended(token)).toBe(false)
        expect((await issuer.admin('DELETE', `/offers/${id}`)).status).toBe(204)
        expect(await ended(token)).toBe(true)
      })
    })

    test('what is announced is there, and what is there is announced (RFC 8414 2)', async () => {
      const metadata = await (await fetch(`${issuer.url}/.well-known/oauth-authorization-server`)).json()
      expect(metadata).toMatchObject({
        authorization_endpoint: `${issuer.url}/authorize`,
        pushed_authorization_request_endpoint: `${issuer.url}/par`,
        require_pushed_authorization_requests: true,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
        token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
        ui_locales_supported: ['nl', 'fr', 'de', 'en'],
      })
      expect(metadata.grant_types_supported).toContain('authorization_code')
      expect(metadata.scopes_supported).toContain(STATUTE)
    })
  })
}
