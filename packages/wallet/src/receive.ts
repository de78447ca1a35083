import type { Anchors } from '@symbolon/credential'
import {
  type CredentialName,
  createCredentialRequest,
  createTokenRequest,
  type Message,
  parseCredentialResponse,
  parseNonceResponse,
  parseTokenResponse,
  preAuthorizedCode,
  type TokenResponse,
  type TxCode,
} from '@symbolon/openid4vc'
import type { Jwk } from '@symbolon/sd-jwt'
import { WalletError } from './errors.ts'
import { exchange, type InspectedOffer, type Offered } from './offer.ts'
import type { Outside, Send } from './outside.ts'
import { checkReceived } from './received.ts'
import type { HeldCredential, HeldKey } from './state/index.ts'

/** A credential that was found good, ready to be stored under an identifier; `key` is absent for one that is bound to none. */
export interface Received {
  readonly credential: Omit<HeldCredential, 'id'>
  readonly key?: HeldKey
}

/**
 * Redeems an inspected offer: token, then for each credential a nonce, a new key, its proof, the request, and the checks.
 *
 * Yields one by one what passed, so that each can be stored before the next is asked for: the code works only once.
 * Throws PeerError when the issuer refuses or breaks the protocol, WalletError `credential_refused` and the `tx_code_*` codes.
 */
export async function* receive(
  inspected: InspectedOffer,
  txCode: string | undefined,
  anchors: Anchors,
  outside: Outside,
): AsyncGenerator<Received> {
  const { preAuthorized, tokenEndpoint, offered } = inspected
  checkTxCode(preAuthorized.txCode, txCode)
  const request = { grant: preAuthorizedCode, code: preAuthorized.code, ...(txCode !== undefined && { txCode }) }
  const token = parseTokenResponse(await post(tokenEndpoint, createTokenRequest(request), outside.send), { dpop: false })
  for (const one of offered) {
    for (const name of namesOf(one, token)) yield* receiveOne(inspected, one, name, token.accessToken, anchors, outside)
  }
}

/** The identifiers the server gave for it, which must then be used (OpenID4VCI 1.0 section 6.2), else the configuration. */
function namesOf({ configuration }: Offered, token: TokenResponse): CredentialName[] {
  const identifiers = token.credentialIdentifiers.get(configuration.id)
  return identifiers?.map((identifier) => ({ identifier })) ?? [{ configurationId: configuration.id }]
}

async function* receiveOne(
  { offer, metadata, keys }: InspectedOffer,
  { configuration, type, proof }: Offered,
  name: CredentialName,
  accessToken: string,
  anchors: Anchors,
  outside: Outside,
): AsyncGenerator<Received> {
  const { send, primitives } = outside
  const { issuer } = offer
  const key = proof && (await newKey(proof.algorithm, outside))
  const proofs = proof && key && { type: proof.type, values: [await prove()] }
  const answer = await post(metadata.credentialEndpoint, createCredentialRequest(name, proofs), send, {
    authorization: `Bearer ${accessToken}`,
  })
  const publicKey = key && publicPart(key)
  for (const text of parseCredentialResponse(answer, 1).credentials) {
    const expected = { issuer, configuration, ...(publicKey && { key: publicKey }) }
    const now = outside.now()
    const { view } = await checkReceived(text, expected, { anchors, evidence: keys.evidence, primitives, now })
    const { display, claims } = configuration
    const end = view.expires !== undefined && { expires: view.expires }
    const copy = { text, ...(key && { keyId: key.id }), received: now, ...end, shown: 0 }
    const credential = { type, issuer, deliveries: [], copies: [copy], display, claims }
    yield { credential, ...(key && { key }) }
  }

  async function prove(): Promise<string> {
    if (proof === undefined || key === undefined) throw new WalletError('proof_not_supported')
    const nonce = metadata.nonceEndpoint && parseNonceResponse(await post(metadata.nonceEndpoint, NOTHING, send))
    const { algorithm } = proof
    const draft = { issuer, jwk: publicPart(key), algorithm, issuedAt: outside.now(), ...(nonce !== undefined && { nonce }) }
    const unsigned = proof.type.create(draft)
    const signer = await outside.keys.signer(key.jwk, algorithm)
    return unsigned.seal(await signer.sign(unsigned.input))
  }
}

/** A key of its own for each credential: two credentials with one key tell that they have one holder. */
async function newKey(algorithm: HeldKey['algorithm'], { keys, primitives }: Outside): Promise<HeldKey> {
  return { id: primitives.random(8).toHex(), algorithm, jwk: await keys.make(algorithm) }
}

/** What may be told of a key. */
function publicPart({ jwk }: HeldKey): Jwk {
  const { kty, crv, x, y } = jwk
  if (typeof kty !== 'string' || typeof crv !== 'string' || typeof x !== 'string' || typeof y !== 'string') {
    throw new WalletError('state_malformed', 'a holder key is no EC key')
  }
  return { kty, crv, x, y }
}

/** Found out before anything is sent: a wrong code costs one of few tries. */
function checkTxCode(demanded: TxCode | undefined, given: string | undefined): void {
  if (demanded === undefined) {
    if (given !== undefined) throw new WalletError('tx_code_not_expected')
    return
  }
  if (given === undefined) throw new WalletError('tx_code_missing')
  const { inputMode = 'numeric', length } = demanded
  if (inputMode === 'numeric' && !/^[0-9]+$/.test(given)) throw new WalletError('tx_code_malformed', 'it has only digits')
  if (length !== undefined && given.length !== length) throw new WalletError('tx_code_malformed', `it has ${length} characters`)
}

const NOTHING: Message = { contentType: undefined, body: '' }

function post(address: string, { contentType, body }: Message, send: Send, more: Record<string, string> = {}): Promise<Message> {
  const type: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType }
  return exchange({ method: 'POST', address, headers: { accept: 'application/json', ...type, ...more }, body }, send)
}
