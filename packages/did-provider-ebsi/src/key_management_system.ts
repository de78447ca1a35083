import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { type Awaitable, base64url, type Jwk } from '@symbolon/sd-jwt'
import type { IKey, ManagedKeyInfo, MinimalImportableKey, TKeyType } from '@veramo/core-types'
import { AbstractKeyManagementSystem } from '@veramo/key-manager'
import { Transaction } from 'micro-eth-signer'
import { CURVES, type Curve, jwkOfHex, thumbprint } from './keys.ts'

/** A private key, P-256 or secp256k1, as a JWK with `d`, and what it is called in the store. */
export interface StoredKey {
  readonly alias: string
  readonly jwk: Jwk
}

/** Where keys are kept: files, a database, the key store of an issuer. `put` is only called for an alias that `get` does not know. */
export interface KeyStore {
  get(alias: string): Awaitable<StoredKey | undefined>
  put(key: StoredKey): Awaitable<void>
  /** Whether there was such a key. */
  delete(alias: string): Awaitable<boolean>
  list(): Awaitable<readonly StoredKey[]>
}

const KINDS = ['Secp256k1', 'Secp256r1'] as const
type Kind = (typeof KINDS)[number]
const CURVE_OF: Readonly<Record<Kind, Curve>> = { Secp256k1: 'secp256k1', Secp256r1: 'P-256' }
const ALGORITHMS: Readonly<Record<Kind, readonly string[]>> = { Secp256k1: ['ES256K', 'eth_signTransaction'], Secp256r1: ['ES256'] }

/**
 * A key store of ours as a key management system of Veramo: ES256, ES256K and legacy transactions of the ledger; no other keys, no
 * other algorithms, no shared secrets.
 */
export const keyManagementSystem = (store: KeyStore): AbstractKeyManagementSystem => new StoreKeyManagementSystem(store)

class StoreKeyManagementSystem extends AbstractKeyManagementSystem {
  readonly #store: KeyStore

  constructor(store: KeyStore) {
    super()
    this.#store = store
  }

  override async createKey({ type, kid }: { type: TKeyType; kid?: string }): Promise<ManagedKeyInfo> {
    return this.#keep(kindOf(type), CURVES[CURVE_OF[kindOf(type)]].utils.randomSecretKey(), kid)
  }

  override async importKey({ type, privateKeyHex, kid }: Omit<MinimalImportableKey, 'kms'>): Promise<ManagedKeyInfo> {
    const curve = CURVES[CURVE_OF[kindOf(type)]]
    const isKey = /^[0-9a-f]{64}$/i.test(privateKeyHex) && curve.utils.isValidSecretKey(Uint8Array.fromHex(privateKeyHex))
    if (!isKey) throw new Error('invalid_argument: privateKeyHex is no private key of this type')
    return this.#keep(kindOf(type), Uint8Array.fromHex(privateKeyHex), kid)
  }

  async #keep(kind: Kind, privateKey: Uint8Array, kid: string | undefined): Promise<ManagedKeyInfo> {
    const jwk = jwkOfHex(CURVE_OF[kind], CURVES[CURVE_OF[kind]].getPublicKey(privateKey).toHex())
    const alias = kid ?? thumbprint(jwk)
    if ((await this.#store.get(alias)) !== undefined) throw new Error('invalid_argument: there is a key of this name')
    const key = { alias, jwk: { ...jwk, d: base64url.encode(privateKey) } }
    await this.#store.put(key)
    return describe(key)
  }

  override async deleteKey({ kid }: { kid: string }): Promise<boolean> {
    return this.#store.delete(kid)
  }

  override async listKeys(): Promise<ManagedKeyInfo[]> {
    return (await this.#store.list()).map(describe)
  }

  override async sign({ keyRef, algorithm, data }: { keyRef: Pick<IKey, 'kid'>; algorithm?: string; data: Uint8Array }): Promise<string> {
    const key = await this.#store.get(keyRef.kid)
    if (key === undefined) throw new Error('key_not_found: the store has no such key')
    const kind = kindOfKey(key)
    const wanted = algorithm ?? ALGORITHMS[kind][0] ?? ''
    if (!ALGORITHMS[kind].includes(wanted)) throw new Error(`not_supported: a ${kind} key signs ${ALGORITHMS[kind].join(' or ')} only`)
    const privateKey = base64url.decode(key.jwk.d as string)
    if (wanted === 'ES256') return base64url.encode(p256.sign(data, privateKey, { lowS: false }))
    if (wanted === 'ES256K') return base64url.encode(secp256k1.sign(data, privateKey))
    return signTransaction(data, privateKey)
  }

  override async sharedSecret(): Promise<string> {
    throw new Error('not_supported: keys of this store sign; they agree on no shared secrets')
  }
}

/** Only what is of one ledger: without its number (EIP-155), what is signed could be sent on any. */
function signTransaction(data: Uint8Array, privateKey: Uint8Array): string {
  try {
    const transaction = Transaction.fromBytes(data)
    if (transaction.type === 'legacy' && !transaction.isSigned && BigInt(transaction.raw.chainId ?? 0) > 0n)
      return transaction.signBy(privateKey).toHex()
  } catch {
    // No transaction at all; the library's message would quote it.
  }
  throw new Error('not_supported: only unsigned legacy transactions with a chain id (EIP-155) are signed')
}

function kindOf(type: TKeyType): Kind {
  const kind = KINDS.find((one) => one === type)
  if (kind !== undefined) return kind
  throw new Error('not_supported: only Secp256k1 and Secp256r1 keys are kept here')
}

function kindOfKey({ jwk }: StoredKey): Kind {
  const kind = jwk.crv === 'secp256k1' ? 'Secp256k1' : 'Secp256r1'
  if (CURVE_OF[kind] !== jwk.crv || typeof jwk.d !== 'string') throw new Error('invalid_argument: the store holds another kind of key')
  return kind
}

/** Without the private member: this leaves the store. */
function describe(key: StoredKey): ManagedKeyInfo {
  const kind = kindOfKey(key)
  const { x = '', y = '' } = key.jwk
  const publicKeyHex = `04${base64url.decode(x).toHex()}${base64url.decode(y).toHex()}`
  // The key manager writes over it the name by which it knows this system.
  return { kid: key.alias, kms: '', type: kind, publicKeyHex, meta: { algorithms: [...ALGORITHMS[kind]] } }
}
