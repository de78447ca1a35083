import type { Awaitable, JsonObject, Primitives, PublicKey } from '@symbolon/sd-jwt'
import type { CredentialCode } from '../errors.ts'
import type { Purpose } from './anchors.ts'
import type { Certificate } from './certificate.ts'
import { joseSignature } from './der.ts'
import { sameName } from './distinguished_name.ts'
import { permits } from './name_constraints.ts'

/** The first rule a path breaks, and at which certificate: 0 is the leaf. */
export interface PathFault {
  readonly code: CredentialCode
  readonly facts: JsonObject
}

/** An authority that the trust file names, its key ready. */
export interface Authority {
  readonly certificate: Certificate
  readonly key: PublicKey
}

/**
 * The key purposes that fit what a leaf signs here, beside anyExtendedKeyUsage: id-kp-jwt (RFC 9509) everywhere, the
 * document signer of ISO/IEC 18013-5 for credentials (issuers use one certificate for both formats), its reader
 * authentication for access. The Token Status List's own purpose has no number yet (its section 10.1).
 */
const FITTING: { readonly [purpose in Purpose]: ReadonlySet<string> } = {
  credential: new Set(['2.5.29.37.0', '1.3.6.1.5.5.7.3.37', '1.0.18013.5.1.2']),
  status: new Set(['2.5.29.37.0', '1.3.6.1.5.5.7.3.37']),
  bundle: new Set(['2.5.29.37.0', '1.3.6.1.5.5.7.3.37']),
  access: new Set(['2.5.29.37.0', '1.3.6.1.5.5.7.3.37', '1.0.18013.5.1.6']),
  registration: new Set(['2.5.29.37.0', '1.3.6.1.5.5.7.3.37']),
  wallet_provider: new Set(['2.5.29.37.0', '1.3.6.1.5.5.7.3.37']),
}

/** What HAIP section 6.1.1 and SD-JWT VC section 2.5 ask of the chain before anything is computed: the leaf is no authority, nor its own. */
export function checkLeaf(chain: readonly Certificate[]): PathFault | null {
  const [leaf] = chain
  if (leaf === undefined) return { code: 'chain_malformed', facts: {} }
  if (leaf.selfIssued) return fault('certificate_self_signed', leaf, 0)
  if (leaf.authority !== null) return fault('certificate_for_ca', leaf, 0)
  return null
}

/**
 * The rules of RFC 5280 section 6.1 that do not depend on the time, from the anchor down; chain leaf first.
 *
 * Certificate policies are not asked for (6.1.1 (c): any policy), so critical policy extensions are unknown ones. The
 * constraints of the anchor's own certificate hold too (RFC 5937): it may itself be an authority below another.
 */
export async function checkPath(chain: readonly Certificate[], anchor: Authority, primitives: Primitives): Promise<PathFault | null> {
  const constraints = anchor.certificate.nameConstraints === null ? [] : [anchor.certificate.nameConstraints]
  let issuer: Certificate = anchor.certificate
  let issuerKey = anchor.key
  let room = anchor.certificate.authority?.pathLength ?? 0
  for (let position = chain.length - 1; position >= 0; position--) {
    const certificate = chain[position]
    if (certificate === undefined) break
    const isLeaf = position === 0
    // 6.1.3 (a)(4), (a)(1)
    if (!sameName(certificate.issuer, issuer.subject)) return fault('certificate_issuer_wrong', certificate, position)
    const wrong = await checkSignature(certificate, issuer, issuerKey, primitives)
    if (wrong !== null) return fault(wrong, certificate, position)
    // 6.1.3 (b), (c)
    const named = certificate.selfIssued && !isLeaf ? [] : certificate.names
    if (!named.every((name) => constraints.every((constraint) => permits(constraint, name)))) {
      return fault('certificate_name_not_permitted', certificate, position)
    }
    // 6.1.4 (o), 6.1.5 (f)
    if (certificate.unknownCritical.length > 0) return fault('certificate_extension_unknown', certificate, position)
    if (isLeaf) return checkLeafUsage(certificate)
    // 6.1.4 (k), (n)
    const notAuthority = checkAuthority(certificate)
    if (notAuthority !== null) return fault(notAuthority, certificate, position)
    // 6.1.4 (l), (m)
    if (!certificate.selfIssued && room-- <= 0) return fault('certificate_path_too_long', certificate, position)
    room = Math.min(room, certificate.authority?.pathLength ?? 0)
    if (certificate.nameConstraints !== null) constraints.push(certificate.nameConstraints)
    const key = await importCertificateKey(certificate, primitives)
    if (key === null) return fault('certificate_key_unusable', certificate, position)
    issuer = certificate
    issuerKey = key
  }
  return null
}

/** Whether a certificate may certify others: basicConstraints cA and keyCertSign, which every authority must carry (RFC 5280 sections 4.2.1.3, 4.2.1.9). */
export function checkAuthority(certificate: Certificate): CredentialCode | null {
  if (certificate.authority === null) return 'certificate_not_ca'
  return certificate.keyUsage?.has('keyCertSign') ? null : 'certificate_key_usage'
}

/** 6.1.3 (a)(2) for every certificate and for the anchor's own, judged again at every `now`, in seconds. */
export function checkTimes(chain: readonly Certificate[], anchor: Certificate, now: number): PathFault | null {
  const path = [...chain, anchor]
  for (let position = path.length - 1; position >= 0; position--) {
    const certificate = path[position]
    if (certificate === undefined) break
    if (now > certificate.notAfter) return fault('certificate_expired', certificate, position, { at: certificate.notAfter })
    if (now < certificate.notBefore) return fault('certificate_not_yet_valid', certificate, position, { at: certificate.notBefore })
  }
  return null
}

/** Extended key usage, where it is present, must allow what the leaf is used for; an authority's limits those below it. */
export function checkPurpose(chain: readonly Certificate[], purpose: Purpose): PathFault | null {
  const position = chain.findIndex(
    ({ extendedKeyUsage }) => extendedKeyUsage !== null && !extendedKeyUsage.some((use) => FITTING[purpose].has(use)),
  )
  const certificate = chain[position]
  return certificate === undefined ? null : fault('certificate_extended_key_usage', certificate, position)
}

/** The key of a certificate made ready, or null when it is none of ours or no point of its curve. */
export async function importCertificateKey(certificate: Certificate, primitives: Primitives): Promise<PublicKey | null> {
  if (certificate.keyAlgorithm === null) return null
  return usable(() => primitives.importKey(certificate.publicKey, certificate.keyAlgorithm ?? 'ES256'))
}

/** What `make` gives, or null when it throws: keys come from strangers, and one that is no key is a verdict, not an error. */
export async function usable<T>(make: () => Awaitable<T>): Promise<T | null> {
  try {
    return await make()
  } catch {
    return null
  }
}

/** digitalSignature, or contentCommitment (once nonRepudiation): certificates for qualified seals carry that one alone (EN 319 412-2). */
function checkLeafUsage(leaf: Certificate): PathFault | null {
  const maySign = leaf.keyUsage === null || leaf.keyUsage.has('digitalSignature') || leaf.keyUsage.has('nonRepudiation')
  return maySign ? null : fault('certificate_key_usage', leaf, 0)
}

/** One curve goes with one hash (P-256 with SHA-256 and so on): the pairs of RFC 7518 section 3.4, and the only ones primitives verify. */
async function checkSignature(
  certificate: Certificate,
  issuer: Certificate,
  key: PublicKey,
  primitives: Primitives,
): Promise<CredentialCode | null> {
  const algorithm = certificate.signatureAlgorithm
  if (algorithm === null || algorithm !== issuer.keyAlgorithm) return 'certificate_algorithm_not_allowed'
  const signature = joseSignature(certificate.signature, algorithm)
  if (signature === null) return 'certificate_signature_wrong'
  return (await primitives.verify(algorithm, key, certificate.signed, signature)) ? null : 'certificate_signature_wrong'
}

function fault(code: CredentialCode, certificate: Certificate, position: number, more: JsonObject = {}): PathFault {
  return { code, facts: { certificate: position, subject: certificate.subject.text, ...more } }
}
