import {
  type AccessToken,
  buildRequest,
  checkTransaction,
  EbsiError,
  METHODS,
  presentation,
  type RegistryCall,
  readReceipt,
  readRpcAnswer,
  readTokenAnswer,
  readTransaction,
  readTransactionHash,
  receiptRequest,
  type Scope,
  sendRequest,
  tokenRequest,
  type WritableRegistry,
} from '@symbolon/ebsi'
import { base64url } from '@symbolon/sd-jwt'
import { addressOf, type Identity, readSigned, thumbprint } from './keys.ts'
import { ask, type Network, until } from './network.ts'

const JSON_RPC: Readonly<Record<WritableRegistry, string>> = {
  did: '/did-registry/v5/jsonrpc',
  issuers: '/trusted-issuers-registry/v5/jsonrpc',
}
const LEDGER = '/ledger/v4/blockchains/besu'
const AUTHORISATION = '/authorisation/v4'
const json = (text: string) => ({ type: 'application/json', text })

/**
 * An access token of the Authorisation v4 service, for a presentation of these credentials (VC-JWTs).
 *
 * The ledger's key signs for `didr_write`, since it is the one that a registered DID has from the start; for everything else the
 * signing key does. Throws `authorisation_refused` with the service's reason, `registry_unreachable` also where there is no such service,
 * and what `ask` throws.
 */
export async function accessToken(
  network: Network,
  identity: Identity,
  scope: Scope,
  credentials: readonly string[] = [],
): Promise<AccessToken> {
  const { did } = identity
  const { jwk, algorithm, sign } = presenterOf(identity, scope)
  const { input, seal } = presentation({
    did,
    kid: `${did}#${thumbprint(jwk)}`,
    algorithm,
    audience: network.root + AUTHORISATION,
    nonce: base64url.encode(network.random(16)),
    credentials,
    now: network.now(),
  })
  const form = tokenRequest({ scope, vpToken: seal(await sign(input)), id: base64url.encode(network.random(16)) })
  const body = { type: 'application/x-www-form-urlencoded', text: form }
  const url = `${network.root}${AUTHORISATION}/token`
  const answer = await ask(network, { url, accept: 'application/json', body })
  // The service refuses with 400 or 401 (RFC 6749 section 5.2): a 404 is of something else, and no word on who may what.
  if (answer.status === 404) throw new EbsiError('registry_unreachable', `nothing is at ${url}`)
  return readTokenAnswer(answer, scope, network.now())
}

/** Who signs the presentation for a scope, and how. */
function presenterOf(identity: Identity, scope: Scope) {
  if (scope === 'didr_write') return { ...identity.ledgerKey, algorithm: 'ES256K' } as const
  const { jwk, signer } = identity.signingKey
  return { jwk, algorithm: 'ES256', sign: signer.sign } as const
}

/** The writes of one identity. */
export interface Writer {
  /** Has a token at hand for a scope: the one it holds, or a new one for these credentials. */
  authorise(scope: Scope, credentials?: readonly string[]): Promise<AccessToken>
  /** Writes one thing with a token of the scope, and comes back when it is in a block. */
  write(call: RegistryCall, scope: Scope): Promise<void>
}

/** The writes of an identity; a token that was asked for is used until it ends. */
export function writer(network: Network, identity: Identity): Writer {
  const tokens = new Map<Scope, AccessToken>()
  const authorise: Writer['authorise'] = async (scope, credentials) => {
    const held = tokens.get(scope)
    if (held !== undefined && network.now() < held.until) return held
    const token = await accessToken(network, identity, scope, credentials)
    tokens.set(scope, token)
    return token
  }
  return {
    authorise,
    write: async (call, scope) => write(network, identity, call, (await authorise(scope)).token),
  }
}

/**
 * One write: the registry builds the transaction, it is held against what was asked, signed, held against what was signed, sent, and waited for.
 *
 * Throws `transaction_not_as_asked` before anything is signed, `transaction_signed_otherwise` before anything is sent,
 * `registry_refused`, `transaction_reverted`, `receipt_missing`, and what `ask` throws.
 */
async function write(network: Network, { ledgerKey }: Identity, call: RegistryCall, token: string): Promise<void> {
  const from = addressOf(ledgerKey.jwk)
  const { registry } = METHODS[call.contract.method]
  const post = async (path: string, request: (id: number) => string, bearer?: string) => {
    const id = new DataView(network.random(4).slice().buffer).getUint32(0)
    return readRpcAnswer(
      await ask(network, { url: network.root + path, accept: 'application/json', body: json(request(id)), token: bearer }),
      id,
    )
  }
  const transaction = readTransaction(await post(JSON_RPC[registry], (id) => buildRequest(id, call, from), token))
  checkTransaction(transaction, call, { from, chainId: network.chainId, contract: network.contracts[registry] })
  const signed = readSigned(await ledgerKey.signTransaction(transaction), transaction)
  const hash = readTransactionHash(await post(JSON_RPC[registry], (id) => sendRequest(id, transaction, signed), token))
  const isMined = await until(network, async () => readReceipt(await post(LEDGER, (id) => receiptRequest(id, hash)), hash) || null)
  if (isMined === null) throw new EbsiError('receipt_missing', call.method)
}
