import { base64url, type JsonObject, type SignatureAlgorithm, unsignedJws } from '@symbolon/sd-jwt'
import { dateTimeOf } from '../formats/date_time.ts'
import { CONTEXTS } from '../formats/vc_jwt_members.ts'
import { TYP } from '../formats/vc_jwt_reader.ts'
import type { Unsigned } from '../model.ts'
import { LEAST_ENTRIES } from './list_credential.ts'

const STATUS_CONTEXT = 'https://www.w3.org/ns/credentials/status/v1'

/** What a list for revocation says. Times are seconds since 1970, `ttl` seconds. */
export interface BitstringListDraft {
  /** Where the list is found: what credentials give as `statusListCredential`. */
  readonly uri: string
  /** The DID that the credentials of the list are issued by. */
  readonly issuer: string
  readonly issuedAt: number
  readonly expires: number
  /** How long a copy may be used; readers that go by the standard take five minutes when it is not said. */
  readonly ttl?: number
  /** One bit each, as `setStatus` packs them, the least significant first. */
  readonly packed: Uint8Array
  /** The schema of such a list, and the accreditation to issue it, as in the credentials themselves. */
  readonly schemas: readonly { readonly id: string; readonly type: string }[]
  readonly termsOfUse?: readonly JsonObject[]
}

/** A `BitstringStatusListCredential` (VCDM 1.1 in a JWT) that lacks its signature; `gzip` makes a GZIP member (RFC 1952), best at its highest level. */
export function unsignedBitstringList(
  draft: BitstringListDraft,
  signer: { readonly algorithm: SignatureAlgorithm; readonly kid: string },
  gzip: (bytes: Uint8Array) => Uint8Array,
): Unsigned {
  const { uri, issuer, issuedAt, expires, ttl, packed, schemas, termsOfUse = [] } = draft
  const at = dateTimeOf(issuedAt)
  const subject = `${uri}#list`
  const vc: JsonObject = {
    '@context': [CONTEXTS['1.1'], STATUS_CONTEXT],
    id: uri,
    type: ['VerifiableCredential', 'VerifiableAttestation', 'BitstringStatusListCredential'],
    issuer,
    issuanceDate: at,
    issued: at,
    validFrom: at,
    expirationDate: dateTimeOf(expires),
    credentialSubject: {
      id: subject,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: `u${base64url.encode(gzip(mostSignificantFirst(packed)))}`,
      ...(ttl !== undefined && { ttl: ttl * 1000 }),
    },
    credentialSchema: schemas.map((schema) => ({ ...schema })),
    ...(termsOfUse.length > 0 && { termsOfUse: [...termsOfUse] }),
  }
  const header = { alg: signer.algorithm, typ: TYP.jwt, kid: signer.kid }
  const { input, seal } = unsignedJws(header, { iss: issuer, sub: subject, jti: uri, iat: issuedAt, nbf: issuedAt, exp: expires, vc })
  return { algorithm: signer.algorithm, input, seal }
}

/** The same bits in the order of this standard, in a list that is long enough for it. */
function mostSignificantFirst(packed: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.max(packed.length, LEAST_ENTRIES / 8))
  packed.forEach((byte, at) => {
    let mirrored = 0
    for (let bit = 0; bit < 8; bit++) mirrored |= ((byte >> bit) & 1) << (7 - bit)
    bits[at] = mirrored
  })
  return bits
}
