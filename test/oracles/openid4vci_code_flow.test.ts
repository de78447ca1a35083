import { clientAuthenticationNone, Oauth2Client } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedJwt } from '../flows/dpop.ts'
import { newHolder } from '../flows/holder.ts'
import { ourServer, registered } from '../flows/our_server.ts'
import { EHIC, type Setting, STATUTE, startSetting } from '../flows/setting.ts'
import { callbacksOf, peerKey } from './openid4vc_peer.ts'
import { type Dpop, read, retrieve } from './openid4vc_wallet.ts'

/** A stranger's wallet, made of `@openid4vc/openid4vci`, against our issuer: with a browser. */
let setting: Setting
const known = { id: 'a wallet we know', redirectUri: 'http://127.0.0.1:5555/back', key: newHolder() }
beforeAll(async () => {
  setting = await startSetting([registered(known)])
})
afterAll(() => setting.close())

describe('the authorization code flow', () => {
  const publicId = 'a wallet nobody registered'
  const redirectUri = 'http://127.0.0.1:5557/back'
  const nobodys = new Openid4vciClient({ callbacks: callbacksOf(clientAuthenticationNone({ clientId: publicId })) })
  const authenticated = new Openid4vciClient({
    callbacks: callbacksOf(async ({ body, authorizationServerMetadata }) => {
      const now = setting.now()
      const claims = {
        iss: known.id,
        sub: known.id,
        aud: authorizationServerMetadata.issuer,
        jti: peerKey().publicJwk.x ?? '',
        exp: now + 60,
      }
      body.client_id = known.id
      body.client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
      body.client_assertion = await signedJwt(known.key, { alg: 'ES256' }, claims)
    }),
  })

  /** From the offer to the tokens, with PAR, PKCE and DPoP. */
  async function authorize(client: Openid4vciClient, clientId: string, uri: string, ask: object = { scope: EHIC }) {
    const found = await read(setting, client, { type: EHIC, grant: 'authorization_code' })
    const begun = await client.initiateAuthorization({ ...found, clientId, redirectUri: uri, dpop: { signer: peerKey() }, ...ask })
    if (begun.authorizationFlow !== 'Oauth2Redirect') throw new Error('they want something else')
    const { pkce, dpop } = begun as typeof begun & { dpop?: Dpop }
    const { address } = await ourServer(setting).agree(begun.authorizationRequestUrl, uri)
    const [server] = found.issuerMetadata.authorizationServers
    if (server === undefined || dpop === undefined || pkce === undefined) throw new Error('they lost something on the way')
    const response = client.parseAndVerifyAuthorizationResponseRedirectUrl({ url: address, authorizationServerMetadata: server })
    const tokens = await client.retrieveAuthorizationCodeAccessTokenFromOffer({
      ...{ ...found, authorizationCode: String(response.code), pkceCodeVerifier: pkce.codeVerifier, redirectUri: uri, dpop },
    })
    return { found, server, tokens: tokens.accessTokenResponse, dpop: { signer: dpop.signer } }
  }

  it('RFC 9126, RFC 9207, RFC 9449: a wallet that nobody registered receives, says so, and comes back with its refresh token', async () => {
    const { found, server, tokens, dpop } = await authorize(nobodys, publicId, redirectUri)
    const { views, notificationId = '' } = await retrieve(nobodys, found, {
      ...{ token: tokens.access_token, type: EHIC, count: 3, clientId: publicId, dpop },
    })
    expect(views).toHaveLength(3)
    const notification = { notificationId, event: 'credential_accepted' } as const
    await nobodys.sendNotification({ ...found, accessToken: tokens.access_token, notification, dpop })
    const client = new Oauth2Client({ callbacks: callbacksOf(clientAuthenticationNone({ clientId: publicId })) })
    const refreshToken = String(tokens.refresh_token)
    const again = await client.retrieveRefreshTokenAccessToken({ authorizationServerMetadata: server, refreshToken, dpop })
    const { access_token: token } = again.accessTokenResponse
    expect((await retrieve(nobodys, found, { token, type: EHIC, clientId: publicId, dpop })).views).toHaveLength(1)
  })

  it('RFC 7523: a wallet that the institution knows receives, its callback making the assertion', async () => {
    const { found, tokens, dpop } = await authorize(authenticated, known.id, known.redirectUri)
    const { views } = await retrieve(authenticated, found, { token: tokens.access_token, type: EHIC, clientId: known.id, dpop })
    expect(views).toHaveLength(1)
  })

  it('OpenID4VCI 5.1.3: the issuer_state of the offer comes along: who signs in must be the one it was made for', async () => {
    const found = await read(setting, nobodys, { type: STATUTE, person: 'P02', grant: 'authorization_code' })
    const begun = await nobodys.initiateAuthorization({
      ...found,
      clientId: publicId,
      redirectUri,
      dpop: { signer: peerKey() },
      scope: STATUTE,
    })
    if (begun.authorizationFlow !== 'Oauth2Redirect') throw new Error('they want something else')
    const { address } = await ourServer(setting, 'P01').agree(begun.authorizationRequestUrl, redirectUri)
    const [authorizationServerMetadata] = found.issuerMetadata.authorizationServers
    if (authorizationServerMetadata === undefined) throw new Error('no server')
    const answer = nobodys.parseAndVerifyAuthorizationResponseRedirectUrl({ url: address, authorizationServerMetadata })
    expect(answer).toMatchObject({ error: 'access_denied' })
  })
})
