import type { JsonObject, Primitives } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Anchors, TrustedAuthority, ValidChain } from './anchors.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { sameName } from './distinguished_name.ts'
import { isNamed } from './named.ts'
import { checkLeaf, checkPath, checkPurpose, checkTimes, importCertificateKey, type PathFault } from './path.ts'
import { authorise, type Claim, type SignerVerdict, type TrustMechanism, verdict } from './verdict.ts'

/** A verifier meets few issuers; each chain kept is a few kilobytes. */
const MOST_CHAINS = 256

/** Certificates up to an authority of the trust file (RFC 5280 section 6, HAIP section 6.1.1). */
export const x509: TrustMechanism = {
  id: 'x509',
  spec: 'RFC 5280 section 6.1',
  async judge(found, claim, { anchors, primitives, now }) {
    if (!('chain' in found)) return null
    const chain = await validChain(found.chain, anchors, primitives)
    if ('outcome' in chain) return chain
    let first: SignerVerdict | undefined
    for (const anchor of chain.anchors) {
      const judged = judgeBelow(anchor, chain, claim, now)
      if (judged.outcome === 'pass') return judged
      first ??= judged
    }
    return first ?? verdict('fail', 'chain_malformed', {}, null)
  },
}

/** What changes from one use of a chain to the next: the time, what it is used for, whose name it is used in. */
function judgeBelow(anchor: TrustedAuthority, { certificates, key }: ValidChain, claim: Claim, now: number): SignerVerdict {
  const [leaf] = certificates
  if (leaf === undefined) return verdict('fail', 'chain_malformed', {}, null)
  const fault = checkTimes(certificates, anchor.certificate, now) ?? checkPurpose(certificates, claim.purpose)
  if (fault !== null) return { ...verdict('fail', fault.code, fault.facts, key), certificate: leaf }
  const facts = factsOf(leaf)
  if (claim.issuer !== undefined && !isNamed(claim.issuer, leaf)) {
    return { ...verdict('fail', 'issuer_not_in_certificate', { ...facts, issuer: claim.issuer }, key), certificate: leaf }
  }
  return { ...authorise(anchor.entries, claim, facts, key), certificate: leaf }
}

/** The chain if its signatures and constraints are right up to an anchor, from memory when it was seen before; else the verdict on it. */
async function validChain(texts: readonly string[], anchors: Anchors, primitives: Primitives): Promise<ValidChain | SignerVerdict> {
  // With the count no two chains have the same name: no certificate that was ever accepted has a space in it.
  const id = `${texts.length} ${texts.join(' ')}`
  const known = anchors.chains.get(id)
  if (known !== undefined) {
    anchors.chains.delete(id)
    anchors.chains.set(id, known)
    return known
  }
  const certificates = readCertificates(texts)
  if ('code' in certificates) return verdict('fail', certificates.code, certificates.facts, null)
  const fault = checkLeaf(certificates)
  if (fault !== null) return verdict('fail', fault.code, fault.facts, null)
  const [leaf] = certificates
  const key = leaf && (await importCertificateKey(leaf, primitives))
  if (!key) return verdict('fail', 'certificate_key_unusable', { certificate: 0, ...(leaf && { subject: leaf.subject.text }) }, null)
  const above = await findAnchors(certificates, anchors, primitives)
  if ('code' in above) return { ...verdict('fail', above.code, above.facts, key), certificate: leaf }
  const chain = { certificates, anchors: above, key }
  anchors.chains.set(id, chain)
  for (const oldest of anchors.chains.keys()) {
    if (anchors.chains.size <= MOST_CHAINS) break
    anchors.chains.delete(oldest)
  }
  return chain
}

function readCertificates(texts: readonly string[]): Certificate[] | PathFault {
  const certificates: Certificate[] = []
  for (const [position, text] of texts.entries()) {
    const der = decodeBase64(text)
    if (der === null) return { code: 'chain_malformed', facts: { certificate: position } }
    try {
      certificates.push(parseCertificate(der))
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error
      return { code: 'certificate_malformed', facts: { certificate: position, detail: error.message } }
    }
  }
  return certificates
}

/** Standard base64 with padding and nothing else (RFC 7515 section 4.1.6): null for any other spelling of the bytes. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.fromBase64(text)
    return bytes.length > 0 && bytes.toBase64() === text ? bytes : null
  } catch {
    return null
  }
}

/** The authorities above the last certificate. Without one by that name nothing is computed; with several (a key or a certificate was renewed) each is tried. */
async function findAnchors(
  chain: readonly Certificate[],
  anchors: Anchors,
  primitives: Primitives,
): Promise<readonly TrustedAuthority[] | PathFault> {
  const last = chain.at(-1)
  const inside = chain.findIndex(({ der }) => anchors.authorities.some(({ certificate }) => sameBytes(certificate.der, der)))
  if (inside >= 0) return { code: 'certificate_anchor_in_chain', facts: { certificate: inside } }
  let fault: PathFault = { code: 'issuer_not_trusted', facts: { ...(chain[0] && factsOf(chain[0])), authority: last?.issuer.text ?? '' } }
  const above: TrustedAuthority[] = []
  for (const anchor of anchors.authorities) {
    if (last === undefined || !sameName(anchor.certificate.subject, last.issuer)) continue
    const found = await checkPath(chain, anchor, primitives)
    if (found === null) above.push(anchor)
    else fault = found
  }
  return above.length > 0 ? above : fault
}

const factsOf = (leaf: Certificate): JsonObject => ({ subject: leaf.subject.text, until: leaf.notAfter })

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])
