import { clientAuthenticationAnonymous, clientAuthenticationNone, Oauth2ClientErrorResponseError } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EHIC, PDA1, type Setting, STATUTE, startSetting } from '../flows/setting.ts'
import { callbacksOf, peerKey, peerVersion } from './openid4vc_peer.ts'
import { prove, read, retrieve } from './openid4vc_wallet.ts'

/** A stranger's wallet, made of `@openid4vc/openid4vci`, against our issuer. */
let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting.close())
beforeEach(() => setting.front.begin())

it.each(['oauth2', 'openid4vci'] as const)('the peer is @openid4vc/%s 0.4.6', (name) => {
  expect(peerVersion(name)).toBe('0.4.6')
})

const anonymous = new Openid4vciClient({ callbacks: callbacksOf(clientAuthenticationAnonymous()) })

describe('the pre-authorized code flow', () => {
  it.each([
    [STATUTE, 'P01', 'urn:symbolon:be:social-statute:1'],
    [EHIC, 'P01', 'urn:eudi:ehic:1'],
    [PDA1, 'P14', 'eu.we-build.pda1.1'],
  ])('OpenID4VCI 4 to 8: they receive %s', async (type, person, vct) => {
    const found = await read(setting, anonymous, { type, person })
    expect(found.issuerMetadata.originalDraftVersion).toBe('V1')
    const { accessTokenResponse } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(found)
    const { views } = await retrieve(anonymous, found, { token: accessTokenResponse.access_token, type })
    expect(views).toEqual([expect.objectContaining({ type: vct, issuer: setting.url })])
  })

  it('OpenID4VCI 4.1.3: they fetch an offer that is given by reference', async () => {
    const found = await read(setting, anonymous, { type: EHIC, by_reference: true })
    const { accessTokenResponse } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(found)
    await retrieve(anonymous, found, { token: accessTokenResponse.access_token, type: EHIC })
  })

  it('OpenID4VCI 6.1: they send the transaction code, also under its name of an old draft, which we ignore', async () => {
    const found = await read(setting, anonymous, { tx_code: true })
    const { accessTokenResponse } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(found)
    expect(accessTokenResponse).toMatchObject({ token_type: 'Bearer', expires_in: 300 })
  })

  it('OpenID4VCI 6.3: of a wrong transaction code they learn that it is wrong; without one they do not even ask', async () => {
    const { txCode: _, ...found } = await read(setting, anonymous, { tx_code: true })
    const refused = anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer({ ...found, txCode: 'not the code' })
    await expect(refused).rejects.toBeInstanceOf(Oauth2ClientErrorResponseError)
    await expect(refused).rejects.toMatchObject({ errorResponse: { error: 'invalid_grant', error_description: expect.any(String) } })
    setting.front.begin()
    await expect(anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(found)).rejects.toThrow(/requires a 'tx_code'/)
    expect(setting.front.posted()).toEqual([])
  })

  it('OpenID4VCI 8.3.1.2: they understand why a proof was refused', async () => {
    const found = await read(setting, anonymous)
    const { accessTokenResponse } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(found)
    const { jwts } = await prove(anonymous, found, STATUTE)
    const asked = { ...found, accessToken: accessTokenResponse.access_token, credentialConfigurationId: STATUTE, proofs: { jwt: jwts } }
    await anonymous.retrieveCredentials(asked)
    await expect(anonymous.retrieveCredentials(asked)).rejects.toMatchObject({
      response: { ok: false, credentialErrorResponseResult: { success: true, data: { error: 'invalid_nonce' } } },
    })
  })

  it('RFC 9449 8: with DPoP they ask twice, once to learn the nonce, here and at the credential endpoint', async () => {
    const found = await read(setting, anonymous, { type: EHIC })
    setting.front.begin()
    const { accessTokenResponse, dpop } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer({
      ...found,
      dpop: { signer: peerKey() },
    })
    expect(accessTokenResponse.token_type).toBe('DPoP')
    if (dpop === undefined) throw new Error('they forgot their key')
    const { signer } = dpop
    await retrieve(anonymous, found, { token: accessTokenResponse.access_token, type: EHIC, dpop: { signer } })
    expect(setting.front.posted()).toEqual(['/token', '/token', '/nonce', '/credential', '/credential'])
  })

  it('OpenID4VCI 3.3.2, 8.3: five proofs bring five credentials, each of a key of its own; they say that they took them', async () => {
    const found = await read(setting, anonymous, { type: EHIC })
    const { accessTokenResponse } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(found)
    const token = accessTokenResponse.access_token
    const { views, notificationId = '' } = await retrieve(anonymous, found, { token, type: EHIC, count: 5 })
    expect(views).toHaveLength(5)
    const notification = { notificationId, event: 'credential_accepted' } as const
    const sent = await anonymous.sendNotification({ ...found, accessToken: token, notification })
    expect(sent.response.status).toBe(204)
  })

  it('OpenID4VCI 11.3: they understand that a notification is of nobody', async () => {
    const found = await read(setting, anonymous, { type: EHIC })
    const { accessTokenResponse } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(found)
    const accessToken = accessTokenResponse.access_token
    const notification = { notificationId: 'guessed', event: 'credential_accepted' } as const
    await expect(anonymous.sendNotification({ ...found, accessToken, notification })).rejects.toMatchObject({
      response: { ok: false, notificationErrorResponseResult: { success: true, data: { error: 'invalid_notification_id' } } },
    })
  })
})

describe('where they err', () => {
  it('OpenID4VCI 8.2: asked by authorization_details they are given identifiers, and ask without one all the same: refused', async () => {
    const details = [{ type: 'openid_credential', credential_configuration_id: EHIC }]
    const publicId = 'a wallet nobody registered'
    const nobodys = new Openid4vciClient({ callbacks: callbacksOf(clientAuthenticationNone({ clientId: publicId })) })
    const found = await read(setting, nobodys, { type: EHIC })
    const { accessTokenResponse } = await nobodys.retrievePreAuthorizedCodeAccessTokenFromOffer({
      ...found,
      additionalRequestPayload: { authorization_details: details },
    })
    expect(accessTokenResponse.authorization_details).toEqual([{ ...details[0], credential_identifiers: [expect.any(String)] }])
    const asking = retrieve(nobodys, found, { token: accessTokenResponse.access_token, type: EHIC, clientId: publicId })
    await expect(asking).rejects.toMatchObject({
      response: { credentialErrorResponseResult: { data: { error: 'invalid_credential_request' } } },
    })
  })
})
