import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { EbsiError } from '@symbolon/ebsi'
import { base64url, type Jwk, type Signer } from '@symbolon/sd-jwt'
import type { IIdentifier, IKey, IKeyManager } from '@veramo/core-types'
import { type Identity, jwkOfHex, type LedgerKey, thumbprint } from './keys.ts'

/** An agent that keeps keys. */
export type KeyAgent = {
  [name in 'keyManagerCreate' | 'keyManagerGet' | 'keyManagerDelete' | 'keyManagerSign' | 'keyManagerSignEthTX']: (
    args: Parameters<IKeyManager[name]>[0],
  ) => ReturnType<IKeyManager[name]>
}

/** The kinds of key that an identity on EBSI has: how Veramo calls them, what signs with them, and how a signature of theirs is checked. */
const KINDS = {
  Secp256k1: { curve: 'secp256k1', algorithm: 'ES256K', verify: secp256k1.verify },
  Secp256r1: { curve: 'P-256', algorithm: 'ES256', verify: p256.verify },
} as const
export type KeyKind = keyof typeof KINDS

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The public key of a Veramo key as a JWK; Ed25519 and X25519 too. Throws `key_of_other_kind`. */
export function jwkOf({ type, publicKeyHex }: Pick<IKey, 'type' | 'publicKeyHex'>): Jwk {
  const kind = Object.entries(KINDS).find(([name]) => name === type)?.[1]
  if (kind !== undefined) return jwkOfHex(kind.curve, publicKeyHex)
  const isOkp = (type === 'Ed25519' || type === 'X25519') && /^[0-9a-f]{64}$/i.test(publicKeyHex)
  if (!isOkp) throw new EbsiError('key_of_other_kind', 'none that EBSI knows')
  return { kty: 'OKP', crv: type, x: base64url.encode(Uint8Array.fromHex(publicKeyHex)) }
}

/**
 * Has an agent make a key, and makes sure that it is of the kind that was asked for: by its name, by its point, and by a signature.
 *
 * A compressed point alone does not say which curve it is on: every second one is on the other too. Throws `key_of_other_kind`; the
 * key is then deleted.
 */
export async function createKey(agent: KeyAgent, kms: string, type: KeyKind): Promise<IKey> {
  const key = await agent.keyManagerCreate({ kms, type })
  try {
    if (key.type !== type) throw new EbsiError('key_of_other_kind', `not ${type}`)
    await proveKind(agent, key.kid, type, key.publicKeyHex)
    return key
  } catch (error) {
    await agent.keyManagerDelete({ kid: key.kid })
    throw error
  }
}

async function proveKind(agent: KeyAgent, kid: string, type: KeyKind, publicKeyHex: string): Promise<void> {
  const { curve, verify } = KINDS[type]
  const { x = '', y = '' } = jwkOfHex(curve, publicKeyHex)
  const point = Uint8Array.of(4, ...base64url.decode(x), ...base64url.decode(y))
  const probe = `Is this key on ${curve}?`
  const signature = await sign(agent, kid, type, probe).catch(() => null)
  if (signature === null || !verify(signature, bytes(probe), point, { lowS: false }))
    throw new EbsiError('key_of_other_kind', `not of ${curve}`)
}

/** r||s over the SHA-256 of the data, by an agent's key. */
async function sign(agent: KeyAgent, kid: string, type: KeyKind, data: string | Uint8Array): Promise<Uint8Array> {
  const text = typeof data === 'string' ? { data } : { data: data.toHex(), encoding: 'base16' as const }
  const signature = base64url.decode(await agent.keyManagerSign({ keyRef: kid, algorithm: KINDS[type].algorithm, ...text }))
  if (signature.length !== 64) throw new EbsiError('key_of_other_kind', 'its signature has not 64 bytes')
  return signature
}

/** An agent's P-256 key as one of our signers (ES256; `sign` answers r||s). */
export function signerOf(agent: KeyAgent, kid: string): Signer {
  return { algorithm: 'ES256', sign: (data) => sign(agent, kid, 'Secp256r1', data) }
}

/** An agent's secp256k1 key as the key that writes to the ledger; the transaction is signed by the agent (`eth_signTransaction`). */
export function ledgerKeyOf(agent: KeyAgent, key: Pick<IKey, 'kid' | 'publicKeyHex'>): LedgerKey {
  return {
    jwk: jwkOfHex('secp256k1', key.publicKeyHex),
    sign: (data) => sign(agent, key.kid, 'Secp256k1', data),
    signTransaction: ({ to, data, value, nonce, chainId, gasLimit, gasPrice }) =>
      agent.keyManagerSignEthTX({ kid: key.kid, transaction: { type: 0, to, data, value, nonce, chainId, gasLimit, gasPrice } }),
  }
}

/** The identity that an agent's identifier is: the first key of each kind acts for it. Throws `key_of_other_kind` when one that is needed is missing. */
export function identityOf(
  agent: KeyAgent,
  { did, keys, controllerKeyId }: Pick<IIdentifier, 'did' | 'keys' | 'controllerKeyId'>,
): Identity {
  const ofKind = (type: KeyKind): IKey => {
    const found = keys.filter((key) => key.type === type)
    const key = found.find(({ kid }) => kid === controllerKeyId) ?? found[0]
    if (key === undefined) throw new EbsiError('key_of_other_kind', `the identifier has no ${type} key`)
    return key
  }
  return {
    did,
    ledgerKey: ledgerKeyOf(agent, ofKind('Secp256k1')),
    // Looked for when it is needed: a stolen one is revoked first and replaced then, with the ledger's key alone.
    get signingKey() {
      const signing = ofKind('Secp256r1')
      return { jwk: jwkOf(signing), signer: signerOf(agent, signing.kid) }
    },
  }
}

/** The DID URL of a key in the registry. */
export const kidOf = (did: string, key: Pick<IKey, 'type' | 'publicKeyHex'>): string => `${did}#${thumbprint(jwkOf(key))}`
