import { type Anchors, type Credential, type Evidence, findSigner, type TrustMechanism } from '@symbolon/credential'
import type { Primitives, SignatureAlgorithm } from '@symbolon/sd-jwt'

const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']

/**
 * Whether a credential may say where to look: its own signature leads to an anchor for its type, and the certificate of its signer names the host of that address.
 *
 * A DID has no certificate that could name a host: that the trust file stands behind it for this type, itself or by the accreditations in `evidence`, is enough.
 *
 * Before that its word counts for nothing: a stranger must not make a verifier call anybody. `now` in seconds.
 */
export async function vouchesFor(
  { proof, view }: Credential,
  address: string,
  context: {
    readonly anchors: Anchors
    readonly mechanisms: readonly TrustMechanism[]
    readonly evidence: Evidence
    readonly primitives: Primitives
    readonly now: number
  },
): Promise<boolean> {
  const algorithm = ALGORITHMS.find((one) => one === proof.algorithm)
  if (algorithm === undefined) return false
  const claim = { purpose: 'credential', type: view.type, view, ...(view.issuer !== undefined && { issuer: view.issuer }) } as const
  const signer = await findSigner(proof, claim, context)
  if (signer.outcome !== 'pass' || signer.key === null) return false
  if (!(await context.primitives.verify(algorithm, signer.key, proof.input, proof.signature))) return false
  if (signer.anchor?.did !== undefined) return true
  const there = URL.parse(address)
  return (
    signer.certificate?.alternativeNames.some(
      (name) =>
        (name.form === 'dns' && name.text.toLowerCase() === there?.hostname) ||
        (name.form === 'uri' && there !== null && URL.parse(name.text)?.origin === there.origin),
    ) ?? false
  )
}
