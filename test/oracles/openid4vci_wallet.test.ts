import { clientAuthenticationAnonymous, Oauth2ClientErrorResponseError } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'
import { parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EHIC, PDA1, type Setting, STATUTE, startSetting } from '../flows/setting.ts'
import { callbacksOf, peerKey, peerVersion, thumbprint } from './openid4vc_peer.ts'

/** A stranger's wallet, made of `@openid4vc/openid4vci`, against our issuer. */
let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting.close())

const anonymous = new Openid4vciClient({ callbacks: callbacksOf(clientAuthenticationAnonymous()) })

it.each(['oauth2', 'openid4vci'] as const)('the peer is @openid4vc/%s 0.4.6', (name) => {
  expect(peerVersion(name)).toBe('0.4.6')
})

/** What it needs to know before it asks. */
async function read(client: Openid4vciClient, uri: string) {
  const credentialOffer = await client.resolveCredentialOffer(uri)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  return { credentialOffer, issuerMetadata }
}

type Read = Awaited<ReturnType<typeof read>>

/** A proof of a new key. */
async function prove(client: Openid4vciClient, { issuerMetadata }: Read, type: string, clientId?: string) {
  const signer = peerKey()
  const { c_nonce } = await client.requestNonce({ issuerMetadata })
  const options = { issuerMetadata, credentialConfigurationId: type, nonce: c_nonce, signer, ...(clientId !== undefined && { clientId }) }
  const { jwt } = await client.createCredentialRequestJwtProof(options)
  return { jwt, key: signer.publicJwk }
}

/** The credentials of an answer, as texts. */
function texts(credentials: unknown): string[] {
  return (credentials as { credential: string }[]).map(({ credential }) => credential)
}

describe('the pre-authorized code flow', () => {
  it.each([
    [STATUTE, 'P01', 'urn:symbolon:be:social-statute:1'],
    [EHIC, 'P01', 'urn:eudi:ehic:1'],
    [PDA1, 'P14', 'eu.we-build.pda1.1'],
  ])('OpenID4VCI 4 to 8: they receive %s', async (type, person, vct) => {
    const known = await read(anonymous, (await setting.offer({ type, person })).uri)
    expect(known.issuerMetadata.originalDraftVersion).toBe('V1')
    const { accessTokenResponse } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(known)
    const { jwt, key } = await prove(anonymous, known, type)
    const { credentialResponse } = await anonymous.retrieveCredentials({
      issuerMetadata: known.issuerMetadata,
      accessToken: accessTokenResponse.access_token,
      credentialConfigurationId: type,
      proofs: { jwt: [jwt] },
    })
    const [text = ''] = texts(credentialResponse.credentials)
    const { view } = await parseCredential(text, primitives)
    expect(view).toMatchObject({ type: vct, issuer: setting.url })
    expect(await thumbprint(view.holderKey as never)).toBe(await thumbprint(key))
  })

  it('OpenID4VCI 6.1: they send the transaction code, also under its name of an old draft, which we ignore', async () => {
    const offer = await setting.offer({ tx_code: true })
    const known = await read(anonymous, offer.uri)
    const { accessTokenResponse } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer({
      ...known,
      txCode: String(offer.txCode),
    })
    expect(accessTokenResponse).toMatchObject({ token_type: 'Bearer', expires_in: 300 })
  })

  it('OpenID4VCI 6.3: of a wrong transaction code they learn that it is wrong; without one they do not even ask', async () => {
    const known = await read(anonymous, (await setting.offer({ tx_code: true })).uri)
    const refused = anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer({ ...known, txCode: 'not the code' })
    await expect(refused).rejects.toBeInstanceOf(Oauth2ClientErrorResponseError)
    await expect(refused).rejects.toMatchObject({ errorResponse: { error: 'invalid_grant', error_description: expect.any(String) } })
    setting.front.begin()
    await expect(anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(known)).rejects.toThrow(/requires a 'tx_code'/)
    expect(setting.front.posted()).toEqual([])
  })

  it('OpenID4VCI 8.3.1.2: they understand why a proof was refused', async () => {
    const known = await read(anonymous, (await setting.offer()).uri)
    const { accessTokenResponse } = await anonymous.retrievePreAuthorizedCodeAccessTokenFromOffer(known)
    const { jwt } = await prove(anonymous, known, STATUTE)
    const options = { ...known, accessToken: accessTokenResponse.access_token, credentialConfigurationId: STATUTE, proofs: { jwt: [jwt] } }
    await anonymous.retrieveCredentials(options)
    await expect(anonymous.retrieveCredentials(options)).rejects.toMatchObject({
      response: { ok: false, credentialErrorResponseResult: { success: true, data: { error: 'invalid_nonce' } } },
    })
  })
})
