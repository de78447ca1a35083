import type { Jwk } from '@symbolon/sd-jwt'
import { documentIn, keyInDocument, type Relationship } from '../did/document.ts'
import { keyOfDid } from '../did/index.ts'
import { type CredentialCode, CredentialError } from '../errors.ts'
import { type Evidence, type Need, type Outcome, type Part, partKey } from '../model.ts'
import type { FoundKey, KeyHint, NoKey, Signed } from './key_hint.ts'

/**
 * The `kid` is a DID URL, and the issuer is that DID: the key is the DID itself, or stands in its document under `assertionMethod`
 * (Securing Verifiable Credentials using JOSE and COSE section 3.3).
 *
 * A key that the trust file names by this very `kid` is left to `kid.ts`: no document can say more than the trust file. An
 * issuer that is no DID is left to whoever publishes its keys.
 */
export const did: KeyHint = {
  id: 'did',
  spec: 'VC-JOSE-COSE section 3.3.1',
  needs(signed, known) {
    const key = keyNamed(signed)
    return key === null ? null : isPure(key.url) ? [] : didDocumentNeeds(key, known)
  },
  find(signed, { evidence, anchors }) {
    const key = keyNamed(signed)
    if (key === null || anchors.keys.some(({ jwk }) => jwk.kid === key.url)) return null
    if (signed.issuer !== undefined && signed.issuer !== key.did) return no('fail', 'did_not_issuer', key.did)
    return keyOfDidUrl(key, 'assertionMethod', evidence)
  },
}

/** A key of a DID, and when it signed: seconds since 1970, where that is known. */
export interface DidKey {
  readonly did: string
  readonly url: string
  readonly at?: number
}

const DID_URL = /^(did:[a-z0-9]+:[A-Za-z0-9._:%-]+)#.+$/s

/** The DID of a DID URL that names a key and nothing else; null for any other text. */
export const didOfUrl = (url: string): string | null => DID_URL.exec(url)?.[1] ?? null

function keyNamed({ header, issuer, issuedAt }: Signed): DidKey | null {
  const url = header.kid
  const owner = typeof url === 'string' ? didOfUrl(url) : null
  if (typeof url !== 'string' || owner === null || (issuer !== undefined && !issuer.startsWith('did:'))) return null
  return { did: owner, url, ...(issuedAt !== undefined && { at: issuedAt }) }
}

const isPure = (url: string): boolean => /^did:(?:key|jwk):/.test(url)

const need = (id: string): Need => ({ kind: 'did_document', id })

/** The name of a DID's document as it was at a moment, seconds since 1970: `versionTime` of DID Core section 3.2.1. */
export const documentIdAt = (owner: string, at: number): string =>
  `${owner}?versionTime=${new Date(Math.floor(at) * 1000).toISOString().slice(0, -'.000Z'.length)}Z`

/**
 * Which documents must be brought to find this key: that of today, and when it does not have the key for signing (keys are
 * renewed), that of the moment of signing.
 */
export function didDocumentNeeds({ did: owner, url, at }: DidKey, evidence: Evidence): Need[] {
  const today = evidence.get(partKey(need(owner)))
  if (today === undefined) return [need(owner)]
  return at === undefined || !isMoment(at) || 'jwk' in keyInPart(today, { did: owner, url }, 'assertionMethod')
    ? []
    : [need(documentIdAt(owner, at))]
}

/** The key that a DID URL names for a use, by the document of the moment of signing where there is one, else by that of today. */
export function keyOfDidUrl({ did: owner, url, at }: DidKey, use: Relationship, evidence: Evidence): FoundKey | NoKey {
  if (isPure(url)) return pureKey(owner, url)
  const then = at !== undefined && isMoment(at) ? evidence.get(partKey(need(documentIdAt(owner, at)))) : undefined
  const part = then ?? evidence.get(partKey(need(owner)))
  return part === undefined ? no('unknown', 'did_document_missing', owner) : keyInPart(part, { did: owner, url }, use)
}

/** The calendar of ECMAScript has no other moments. */
const isMoment = (at: number): boolean => Math.abs(at) <= 8.64e12

function pureKey(owner: string, url: string): FoundKey | NoKey {
  try {
    const jwk = keyOfDid(url)
    return jwk === null ? no('fail', 'did_malformed', owner) : found(jwk, owner)
  } catch (error) {
    if (error instanceof CredentialError) return no('fail', error.code, owner)
    throw error
  }
}

function keyInPart(part: Part, { did: owner, url }: DidKey, use: Relationship): FoundKey | NoKey {
  try {
    const key = keyInDocument(documentIn(part, owner), url, use)
    return typeof key === 'string' ? no('fail', key, owner) : found(key, owner, part)
  } catch (error) {
    // What cannot be read may not be the issuer's; a document of somebody else is meant to deceive.
    if (error instanceof CredentialError) return no(error.code === 'did_document_of_other' ? 'fail' : 'unknown', error.code, owner)
    throw error
  }
}

const found = (jwk: Jwk, owner: string, document?: Part): FoundKey => ({ jwk, issuer: owner, did: owner, ...(document && { document }) })

const no = (outcome: Exclude<Outcome, 'pass'>, code: CredentialCode, owner: string): NoKey => ({ outcome, code, facts: { did: owner } })
