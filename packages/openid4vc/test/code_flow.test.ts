import { primitives, signer } from '@symbolon/primitives/node'
import { describe, expect, it } from 'vitest'
import {
  authorizationAddress,
  authorizationCode,
  authorizationDetails,
  authorizationResponse,
  challengeOf,
  checkVerifier,
  clientMembers,
  createDpopProof,
  createPushedRequest,
  createTokenRequest,
  createVerifier,
  dpop,
  identifyClient,
  parseAccessToken,
  parseAuthorizationQuery,
  parseAuthorizationRequest,
  parseAuthorizationResponse,
  parseClients,
  parsePushedRequest,
  parsePushedResponse,
  parseTokenRequest,
  parseTokenResponse,
  privateKeyJwt,
  pushedResponse,
  refreshToken,
  requestUri,
  tokenResponse,
  verifyDpop,
  verifyPresented,
} from '../src/index.ts'
import { brick, holderKey, ISSUER, json, NOW } from './fixture.ts'

const type = brick('pda1')
const offering = {
  configuration: (id: string) => (id === type.name ? type : undefined),
  scope: (name: string) => (name === type.name ? name : undefined),
}
const REDIRECT = 'https://wallet.example/cb?app=1'

describe('the authorization code flow, both sides (RFC 9126, 6749, 7636, 9207, 9449, 7523)', () => {
  it('goes from the pushed request to a bound token and its refresh', async () => {
    const proving = holderKey()
    const bound = holderKey()
    const [registered] = parseClients([
      {
        client_id: 'wallet',
        name: 'The wallet',
        redirect_uris: [REDIRECT],
        authentication: 'private_key_jwt',
        jwks: { keys: [{ ...proving.jwk, kid: '1' }] },
      },
    ])
    const rule = { find: (id: string) => (id === 'wallet' ? registered : undefined), audience: ISSUER, now: NOW, primitives }
    const us = { id: 'wallet', authentication: privateKeyJwt, key: { signer: signer(proving.privateKey, 'ES256'), kid: '1' } }
    const who = (id: string) => clientMembers(us, { audience: ISSUER, issuedAt: NOW, id })

    const verifier = createVerifier(primitives.random)
    const codeChallenge = await challengeOf(verifier, primitives)
    const draft = { client: await who('a'), redirectUri: REDIRECT, codeChallenge, details: authorizationDetails([type.name]), state: 's' }
    const pushed = parsePushedRequest(createPushedRequest({ ...draft, issuerState: 'i', locales: ['nl', 'fr-BE'] }))
    const caller = await identifyClient(pushed, rule)
    expect(caller).toMatchObject({ clientId: 'wallet', registered, once: { expires: NOW + 60 } })
    const request = parseAuthorizationRequest(pushed, caller, offering, ISSUER)
    expect(request).toEqual({
      clientId: 'wallet',
      redirectUri: REDIRECT,
      codeChallenge,
      wanted: { configurationIds: [type.name], byDetails: true },
      state: 's',
      issuerState: 'i',
      locales: ['nl', 'fr-BE'],
    })

    const there = parsePushedResponse(json(pushedResponse(requestUri('handle'), 60)))
    const address = authorizationAddress(`${ISSUER}/authorize`, { clientId: 'wallet', requestUri: there.requestUri })
    expect(parseAuthorizationQuery(new URL(address).searchParams)).toEqual({ clientId: 'wallet', requestUri: there.requestUri })
    const back = authorizationResponse(request.redirectUri, { code: 'the code' }, { state: request.state, issuer: ISSUER })
    const code = parseAuthorizationResponse(back, { issuer: ISSUER, state: 's', redirectUri: REDIRECT, issRequired: true })

    const members = { grant: authorizationCode, code, codeVerifier: verifier, redirectUri: REDIRECT }
    const { grant, form } = parseTokenRequest(createTokenRequest(members, await who('b')))
    expect(grant).toBe(authorizationCode)
    expect((await identifyClient(form, rule)).once?.value).not.toBe(caller.once?.value)
    const redeemed = authorizationCode.parseRequest(form)
    expect(redeemed).toEqual({ code: 'the code', codeVerifier: verifier, redirectUri: REDIRECT })
    await checkVerifier(redeemed.codeVerifier, codeChallenge, primitives)

    const demands = { now: NOW, checkNonce: () => ({}), algorithms: ['ES256'], primitives } as const
    const prove = async (more: { address: string; accessToken?: string }) => {
      const draft = { jwk: bound.jwk, algorithm: 'ES256', method: 'POST', issuedAt: NOW, id: 'j', nonce: 'n', ...more } as const
      const unsigned = await createDpopProof(draft, primitives)
      return unsigned.seal(await signer(bound.privateKey, 'ES256').sign(unsigned.input))
    }
    const token = { method: 'POST', address: `${ISSUER}/token`, ...demands }
    const { jkt } = await verifyDpop(await prove({ address: `${ISSUER}/token` }), token)
    const given = {
      accessToken: 'T',
      scheme: dpop,
      lifetime: 600,
      refreshToken: 'R',
      details: [{ configurationId: type.name, identifiers: ['x'] }],
    }
    const answer = parseTokenResponse(json(tokenResponse(given)), { dpop: true })
    expect(answer).toEqual({
      accessToken: 'T',
      scheme: dpop,
      expiresIn: 600,
      refreshToken: 'R',
      credentialIdentifiers: new Map([[type.name, ['x']]]),
    })

    const presented = parseAccessToken('DPoP T')
    const resource = { method: 'POST', address: `${ISSUER}/credential`, ...demands }
    const proof = await prove({ address: `${ISSUER}/credential?x#y`, accessToken: 'T' })
    expect(await verifyPresented(presented, jkt, proof, resource)).toEqual({ value: expect.stringMatching(/^dpop:/), expires: NOW + 300 })

    const again = parseTokenRequest(createTokenRequest({ grant: refreshToken, refreshToken: 'R' }, await who('c')))
    expect(refreshToken.parseRequest(again.form)).toEqual({ refreshToken: 'R' })
    const fewer = parseTokenRequest(createTokenRequest({ grant: refreshToken, refreshToken: 'R', scopes: ['pda1', 'ehic'] }))
    expect(refreshToken.parseRequest(fewer.form)).toEqual({ refreshToken: 'R', scopes: ['pda1', 'ehic'] })
  })
})
