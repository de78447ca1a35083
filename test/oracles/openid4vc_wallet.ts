import type { Openid4vciClient } from '@openid4vc/openid4vci'
import { parseCredential } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { expect } from 'vitest'
import type { Setting, Wish } from '../flows/setting.ts'
import { peerKey, thumbprint } from './openid4vc_peer.ts'

/** What it needs to know before it asks. */
export async function read(setting: Setting, client: Openid4vciClient, wish?: Wish) {
  const { uri, txCode } = await setting.offer(wish)
  const credentialOffer = await client.resolveCredentialOffer(uri)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  return { credentialOffer, issuerMetadata, ...(txCode !== undefined && { txCode }) }
}

export type Read = Awaited<ReturnType<typeof read>>
/** The key of a wallet's DPoP proofs. */
export type Dpop = { nonce?: string; signer: ReturnType<typeof peerKey> }

/** Proofs of so many new keys, with one nonce, as the text has it (section 8.2). */
export async function prove(client: Openid4vciClient, { issuerMetadata }: Read, type: string, count = 1, clientId?: string) {
  const { c_nonce } = await client.requestNonce({ issuerMetadata })
  const signers = Array.from({ length: count }, peerKey)
  const more = { issuerMetadata, credentialConfigurationId: type, nonce: c_nonce, ...(clientId !== undefined && { clientId }) }
  const proofs = await Promise.all(signers.map((signer) => client.createCredentialRequestJwtProof({ ...more, signer })))
  return { jwts: proofs.map(({ jwt }) => jwt), signers, keys: await Promise.all(signers.map(({ publicJwk }) => thumbprint(publicJwk))) }
}

/** Asks for credentials of new keys; answers what came back, each of one of the keys. */
export async function retrieve(
  client: Openid4vciClient,
  found: Read,
  { token, type, count = 1, clientId, dpop }: { token: string; type: string; count?: number; clientId?: string; dpop?: Dpop },
) {
  const { jwts, signers, keys } = await prove(client, found, type, count, clientId)
  const { issuerMetadata } = found
  const asked = { issuerMetadata, accessToken: token, credentialConfigurationId: type, proofs: { jwt: jwts }, ...(dpop && { dpop }) }
  const answer = await client.retrieveCredentials(asked)
  const texts = (answer.credentialResponse.credentials as { credential: string }[]).map(({ credential }) => credential)
  const views = await Promise.all(texts.map(async (text) => (await parseCredential(text, primitives)).view))
  expect(new Set(await Promise.all(views.map(({ holderKey }) => thumbprint(holderKey as never))))).toEqual(new Set(keys))
  const kept = await Promise.all(texts.map(async (text, at) => ({ text, signer: await signerOf(views[at]?.holderKey, signers) })))
  return { views, kept, notificationId: answer.credentialResponse.notification_id, dpopNonce: answer.dpop?.nonce, keys }
}

/** Whose key it is: credentials come in any order. */
async function signerOf(holderKey: object | undefined, signers: readonly ReturnType<typeof peerKey>[]) {
  const found = signers.find(
    ({ publicJwk: { x, y } }) => holderKey && 'x' in holderKey && holderKey.x === x && 'y' in holderKey && holderKey.y === y,
  )
  if (found === undefined) throw new Error('a credential of somebody else')
  return found
}
