import { gzipSync } from 'node:zlib'
import { unsignedBitstringList } from '@symbolon/credential'
import { issuanceCertificate } from '../ebsi/accreditations.ts'
import type { EbsiIdentity } from '../ebsi/ebsi_identity.ts'
import type { StatusForm } from './form.ts'

/** EBSI's schema of attestations in general, 2022-11_01: it has one of its own for the older lists of 2021 only. */
const SCHEMA = 'z3MgUFUkb722uq4x3dv5yAJmnNmzDFeK5UC8x83QoeLJM'

/** Readers look at no more of them. */
const MOST_NAMED = 4

/** Bitstring Status List 1.0, signed by the key that signs the credentials: a list is a credential of the same issuer. `now` gives seconds. */
export const bitstringForm = ({ did, kid, registry, signer, currently }: EbsiIdentity, now: () => number): StatusForm => ({
  // VCDM 1.1 in a JWT, whichever model its credentials are of, and not what application/vc+jwt stands for.
  mediaType: 'application/jwt',
  issuer: did,
  // Section 3.2, step 9: in a shorter one it could be told who is meant.
  least: 131_072,
  async sign({ uri, packed, issuedAt, expires }) {
    const schemas = [{ id: `${registry}/trusted-schemas-registry/v3/schemas/${SCHEMA}`, type: 'FullJsonSchemaValidator2021' }]
    const termsOfUse = currently(now()).slice(0, MOST_NAMED).map(issuanceCertificate)
    // Here `ttl` is how long a copy may be used (section 2.2), also one in a bundle, and not after how long a newer one is worth asking for.
    const ttl = expires - issuedAt
    const draft = { uri, issuer: did, issuedAt, expires, ttl, packed, schemas, termsOfUse }
    const unsigned = unsignedBitstringList(draft, { algorithm: signer.algorithm, kid }, (bits) => gzipSync(bits, { level: 9 }))
    return unsigned.seal(await signer.sign(unsigned.input))
  },
})
