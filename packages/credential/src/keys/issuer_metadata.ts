import { isObject, type Json, type JsonObject, type Jwk, parseJson, SdJwtError } from '@symbolon/sd-jwt'
import type { CredentialCode } from '../errors.ts'
import { type Need, partKey } from '../model.ts'
import { readEcJwk } from '../trust/ec_jwk.ts'
import type { FoundKey, KeyHint, NoKey } from './key_hint.ts'

/**
 * The issuer publishes its keys at `/.well-known/jwt-vc-issuer` (SD-JWT VC section 4).
 *
 * Metadata comes from the network or from a bundle and proves nothing by itself: the key it names must stand in the
 * trust file. Only `jwks` is read: `jwks_uri` would be a second retrieval, named by a document that nobody vouched for,
 * and its answer could not be kept apart from that document in a bundle.
 */
export const issuerMetadata: KeyHint = {
  id: 'jwt-vc-issuer',
  spec: 'SD-JWT VC draft 19 section 4',
  needs: ({ issuer }) => (isIssuerUrl(issuer) ? [need(issuer)] : null),
  find({ header, issuer }, { evidence }) {
    if (!isIssuerUrl(issuer)) return null
    const part = evidence.get(partKey(need(issuer)))
    return part === undefined ? no('key_missing', issuer) : readMetadata(part.content, issuer, header.kid)
  },
}

/** Where an issuer publishes its metadata: the well-known path goes between host and path (section 4.1). Null when `iss` is no such URL. */
export function issuerMetadataUrl(issuer: string): string | null {
  if (!isIssuerUrl(issuer)) return null
  const { origin, pathname } = new URL(issuer)
  return `${origin}/.well-known/jwt-vc-issuer${pathname.replace(/\/$/, '')}`
}

const need = (issuer: string): Need => ({ kind: 'issuer_metadata', id: issuer })

/** https, a host, perhaps a port and a path; no query, no fragment (section 4). */
function isIssuerUrl(issuer: string | undefined): issuer is string {
  if (issuer === undefined || !URL.canParse(issuer) || /[?#]/.test(issuer)) return false
  const { protocol, username, password } = new URL(issuer)
  return protocol === 'https:' && username === '' && password === ''
}

function readMetadata(content: string, issuer: string, kid: Json | undefined): FoundKey | NoKey {
  const metadata = readObject(content)
  if (metadata === null) return no('issuer_metadata_malformed', issuer)
  if (metadata.issuer !== issuer) return no('issuer_metadata_not_of_issuer', issuer)
  const { jwks, jwks_uri } = metadata
  if ((jwks === undefined) === (jwks_uri === undefined)) return no('issuer_metadata_malformed', issuer)
  if (jwks === undefined) return no('issuer_metadata_without_keys', issuer)
  if (!isObject(jwks) || !Array.isArray(jwks.keys)) return no('issuer_metadata_malformed', issuer)
  const named = jwks.keys.filter(isObject).filter((key) => typeof kid === 'string' && key.kid === kid)
  const [key] = named
  if (key === undefined || named.length > 1) return no('key_not_in_metadata', issuer)
  const jwk: Jwk | string = readEcJwk(key)
  return typeof jwk === 'string' ? no('issuer_metadata_malformed', issuer) : { jwk, issuer }
}

/** What we were given may be old or not the issuer's: none of it speaks against the credential. */
const no = (code: CredentialCode, issuer: string): NoKey => ({ outcome: 'unknown', code, facts: { issuer } })

function readObject(content: string): JsonObject | null {
  try {
    const value = parseJson(content)
    return isObject(value) ? value : null
  } catch (error) {
    if (error instanceof SdJwtError) return null
    throw error
  }
}
