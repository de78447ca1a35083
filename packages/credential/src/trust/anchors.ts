import type { Jwk, Primitives, PublicKey } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { keyAlgorithm } from './ec_jwk.ts'
import { type Authority, importCertificateKey, usable } from './path.ts'

/** What an anchor may vouch for. */
export const PURPOSES = ['credential', 'status', 'bundle', 'access', 'registration', 'wallet_provider'] as const
export type Purpose = (typeof PURPOSES)[number]

interface Entry {
  readonly name: string
  readonly purpose: Purpose
  /** The `vct`s it may speak of; absent: all. */
  readonly types?: readonly string[]
}

/** One entry of the trust file: the certificate of an authority (DER), a bare public key, or a DID. */
export type Anchor = Entry &
  (
    | { readonly certificate: Uint8Array<ArrayBuffer>; readonly jwk?: never; readonly did?: never }
    | { readonly jwk: Jwk; readonly certificate?: never; readonly did?: never }
    | { readonly did: string; readonly certificate?: never; readonly jwk?: never }
  )

/** An authority and the entries that name it: one per purpose and types. */
export interface TrustedAuthority extends Authority {
  readonly entries: readonly Anchor[]
}

/** A bare key and the entries that name it. */
export interface TrustedKey {
  readonly jwk: Jwk
  readonly thumbprint: string
  readonly key: PublicKey
  readonly entries: readonly Anchor[]
}

/** A chain whose signatures and constraints were found right once; its times are judged again at each use. */
export interface ValidChain {
  readonly certificates: readonly Certificate[]
  /** All that certified it, at least one: an authority renews its certificate and keeps its key. */
  readonly anchors: readonly TrustedAuthority[]
  readonly key: PublicKey
}

/** The trust file made ready: read once, used for every verification. */
export interface Anchors {
  readonly authorities: readonly TrustedAuthority[]
  readonly keys: readonly TrustedKey[]
  /** The entries that name each DID. */
  readonly dids: ReadonlyMap<string, readonly Anchor[]>
  /** Chains found right, by their exact `x5c`: bounded, the one used longest ago leaves first. */
  readonly chains: Map<string, ValidChain>
}

/** Parses the certificates and imports the keys; throws `CredentialError` (`trust_file_malformed`) naming the entries whose key cannot be used. */
export async function prepareAnchors(anchors: readonly Anchor[], primitives: Primitives): Promise<Anchors> {
  const authorities = new Map<string, Authority & { entries: Anchor[] }>()
  const keys = new Map<string, TrustedKey & { entries: Anchor[] }>()
  const dids = new Map<string, Anchor[]>()
  const faults: string[] = []
  for (const [index, anchor] of anchors.entries()) {
    if (anchor.certificate !== undefined) {
      const id = anchor.certificate.toBase64()
      const known = authorities.get(id)
      if (known !== undefined) known.entries.push(anchor)
      else {
        const certificate = parseCertificate(anchor.certificate)
        const key = await importCertificateKey(certificate, primitives)
        if (key === null) faults.push(`entry ${index}: certificate: its key cannot be used`)
        else authorities.set(id, { certificate, key, entries: [anchor] })
      }
    } else if (anchor.did !== undefined) {
      dids.set(anchor.did, [...(dids.get(anchor.did) ?? []), anchor])
    } else {
      const { jwk } = anchor
      const thumbprint = await jwkThumbprint(jwk, primitives)
      const known = keys.get(thumbprint)
      const algorithm = keyAlgorithm(jwk)
      const key = algorithm && (await usable(() => primitives.importKey(jwk, algorithm)))
      if (known !== undefined) known.entries.push(anchor)
      else if (!algorithm || !key) faults.push(`entry ${index}: jwk: it is no key of its curve`)
      else keys.set(thumbprint, { jwk, thumbprint, key, entries: [anchor] })
    }
  }
  if (faults.length > 0) throw new CredentialError('trust_file_malformed', faults.join('; '))
  return { authorities: [...authorities.values()], keys: [...keys.values()], dids, chains: new Map() }
}

/** What to compare before trusting an anchor: the SHA-256 of the certificate in hexadecimal, the thumbprint of the key (RFC 7638), or the DID itself. */
export async function fingerprint(anchor: Anchor, primitives: Primitives): Promise<string> {
  if (anchor.certificate !== undefined) {
    return Uint8Array.fromBase64(await primitives.digest('sha-256', anchor.certificate), { alphabet: 'base64url' }).toHex()
  }
  return anchor.did ?? jwkThumbprint(anchor.jwk, primitives)
}

/** The JWK thumbprint of an EC key, RFC 7638: base64url SHA-256 of its required members in order. */
export async function jwkThumbprint({ crv, kty, x, y }: Jwk, primitives: Primitives): Promise<string> {
  return primitives.digest('sha-256', JSON.stringify({ crv, kty, x, y }))
}
