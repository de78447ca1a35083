import { isObject, type Json, type JsonObject, type Jwk, LIMITS, parseJsonObject, SdJwtError } from '@symbolon/sd-jwt'
import { type CredentialCode, CredentialError } from '../errors.ts'
import { memo } from '../memo.ts'
import type { Part } from '../model.ts'
import { readEcJwk } from '../trust/ec_jwk.ts'

/** What a key may be used for (DID Core section 5.3). */
export type Relationship = 'assertionMethod' | 'authentication'

/** A DID document that was found to be the one that was asked for. Keys go by their whole DID URLs: what stands after `#` means nothing. */
export interface DidDocument {
  readonly id: string
  /** The keys for each use; null for one that is none we verify with. */
  readonly keys: Readonly<Record<Relationship, ReadonlyMap<string, Jwk | null>>>
  /** Those that stand apart from any use; null as above. */
  readonly methods: ReadonlyMap<string, Jwk | null>
}

const LARGEST = 256 * 1024
const MOST_KEYS = 100
const TYPES: readonly Json[] = ['JsonWebKey2020', 'JsonWebKey']

/**
 * Reads a DID document strictly (DID Core sections 5.1.1, 5.2, 5.3): JSON without repeated members, the `id` that was asked for, keys as JWK.
 *
 * Throws `CredentialError`: `did_document_of_other`, `did_document_malformed`. A key of a kind we do not verify with is no fault of the document.
 */
export function readDidDocument(text: string, did: string): DidDocument {
  const document = parse(text)
  if (document.id !== did) throw new CredentialError('did_document_of_other')
  const methods = new Map<string, Jwk | null>()
  for (const method of listOf(document, 'verificationMethod')) {
    const [url, key] = readMethod(method, did)
    if (methods.has(url)) throw malformed('verificationMethod: the same id twice')
    methods.set(url, key)
  }
  const keysFor = (name: Relationship): ReadonlyMap<string, Jwk | null> => {
    const keys = new Map<string, Jwk | null>()
    for (const entry of listOf(document, name)) {
      const [url, key] = typeof entry === 'string' ? referred(entry, did, methods) : readMethod(entry, did)
      if (keys.has(url) || (typeof entry !== 'string' && methods.has(url))) throw malformed(`${name}: the same id twice`)
      keys.set(url, key)
    }
    return keys
  }
  return { id: did, keys: { assertionMethod: keysFor('assertionMethod'), authentication: keysFor('authentication') }, methods }
}

/** The key that a DID URL names, if the document has it for this use; else why not. */
export function keyInDocument({ keys, methods }: DidDocument, url: string, use: Relationship): Jwk | CredentialCode {
  const key = keys[use].get(url)
  if (key !== undefined) return key ?? 'document_key_not_readable'
  const isThere = [methods, ...Object.values(keys)].some((known) => known.has(url))
  return isThere ? 'document_key_for_other_use' : 'document_key_unknown'
}

/** A part is read once, though thousands of credentials may ask for it; the keys in it stay the same objects. */
const known = memo<Part, DidDocument | CredentialError>()

/** The document in a part of evidence, as `readDidDocument` has it. */
export function documentIn(part: Part, did: string): DidDocument {
  const found = known.get(part) ?? attempt(part.content, did)
  // That it is another's depends on who asks.
  if (!(found instanceof CredentialError && found.code === 'did_document_of_other')) known.set(part, found)
  if (found instanceof CredentialError) throw found
  if (found.id !== did) throw new CredentialError('did_document_of_other')
  return found
}

function attempt(text: string, did: string): DidDocument | CredentialError {
  try {
    return readDidDocument(text, did)
  } catch (error) {
    if (error instanceof CredentialError) return error
    throw error
  }
}

function parse(text: string): JsonObject {
  try {
    return parseJsonObject(text, { ...LIMITS, size: LARGEST })
  } catch (error) {
    if (error instanceof SdJwtError) throw malformed(error.code)
    throw error
  }
}

function listOf(document: JsonObject, name: string): readonly Json[] {
  const value = document[name] ?? []
  if (!Array.isArray(value) || value.length > MOST_KEYS) throw malformed(name)
  return value
}

/** One method: its whole DID URL, and its key. A key that another one controls is not this one's to sign with. */
function readMethod(value: Json, did: string): [url: string, key: Jwk | null] {
  if (!isObject(value) || typeof value.id !== 'string' || typeof value.type !== 'string') throw malformed('a verification method')
  const { id, type, controller, publicKeyJwk } = value
  const jwk = TYPES.includes(type) && controller === did && isObject(publicKeyJwk) ? readEcJwk(publicKeyJwk) : null
  return [wholeUrl(id, did), typeof jwk === 'string' ? null : jwk]
}

/** A reference to a key of another document names none of ours. */
function referred(reference: string, did: string, methods: ReadonlyMap<string, Jwk | null>): [url: string, key: Jwk | null] {
  const url = wholeUrl(reference, did)
  return [url, methods.get(url) ?? null]
}

/** A name of a key alone is meant within the document (DID Core section 3.2.2). */
const wholeUrl = (url: string, did: string): string => (url.startsWith('#') ? did + url : url)

const malformed = (at: string): CredentialError => new CredentialError('did_document_malformed', at)
