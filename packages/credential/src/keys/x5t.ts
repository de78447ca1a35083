import { isObject, type JsonObject, type Primitives, parseJsonObject, SdJwtError } from '@symbolon/sd-jwt'
import { memo } from '../memo.ts'
import { type Need, type Part, partKey } from '../model.ts'
import { decodeBase64 } from '../trust/x509.ts'
import type { KeyHint, NoKey, Signed } from './key_hint.ts'
import { readChain } from './x5c.ts'

/**
 * The header has the hash of the certificate alone; the certificates stand with the keys that the issuer publishes (SD-JWT VC section 4).
 *
 * For credentials that must be small. Whoever published them, they are judged like those of `x5c`: by the anchor that they lead to.
 */
export const x5t: KeyHint = {
  id: 'x5t#S256',
  spec: 'RFC 7515 section 4.1.8',
  needs: (signed) => (isMine(signed) && signed.issuer !== undefined ? [need(signed.issuer)] : null),
  async find(signed, { evidence, primitives }) {
    if (!isMine(signed)) return null
    const part = signed.issuer === undefined ? undefined : evidence.get(partKey(need(signed.issuer)))
    const hash = signed.header['x5t#S256']
    // Only text: a list of one hash is no hash, though JavaScript writes both alike.
    const chain = part && typeof hash === 'string' ? (await chainsIn(part, primitives)).get(hash) : undefined
    return chain === undefined ? missing(signed.issuer) : readChain([...chain])
  },
}

const isMine = ({ header }: Signed): boolean => Object.hasOwn(header, 'x5t#S256') && !Object.hasOwn(header, 'x5c')

const need = (issuer: string): Need => ({ kind: 'issuer_metadata', id: issuer })

/** Without them nothing can be said of the credential, for it or against it. */
const missing = (issuer: string | undefined): NoKey => ({
  outcome: 'unknown',
  code: 'chain_missing',
  facts: issuer === undefined ? {} : { issuer },
})

/** The SHA-256 of a certificate, base64url without padding: its name in `x5t#S256`. */
export const thumbprintOf = (der: Uint8Array<ArrayBuffer>, primitives: Primitives) => primitives.digest('sha-256', der)

type Chains = ReadonlyMap<string, readonly string[]>

/** A part is read once, though thousands of credentials may ask for it; by each set of primitives for itself, and again when it could not be. */
const known = memo<Part, { readonly primitives: Primitives; readonly chains: Chains }>()

async function chainsIn(part: Part, primitives: Primitives): Promise<Chains> {
  const found = known.get(part)
  if (found?.primitives === primitives) return found.chains
  const chains = await readChains(part, primitives)
  known.set(part, { primitives, chains })
  return chains
}

/** More an issuer has not had within the life of a credential. */
const MOST_KEYS = 32

/** The chains of the published keys by the hash of their first certificate, worked out and not believed. */
async function readChains({ id, content }: Part, primitives: Primitives): Promise<Chains> {
  const chains = new Map<string, readonly string[]>()
  const { issuer, jwks } = readObject(content)
  const keys = issuer === id && isObject(jwks) && Array.isArray(jwks.keys) ? jwks.keys.filter(isObject) : []
  for (const { x5c: chain } of keys.slice(0, MOST_KEYS)) {
    const read = readChain(chain)
    const leaf = 'chain' in read ? decodeBase64(read.chain[0] ?? '') : null
    if ('chain' in read && leaf !== null) chains.set(await thumbprintOf(leaf, primitives), read.chain)
  }
  return chains
}

function readObject(content: string): JsonObject {
  try {
    return parseJsonObject(content)
  } catch (error) {
    if (error instanceof SdJwtError) return {}
    throw error
  }
}
