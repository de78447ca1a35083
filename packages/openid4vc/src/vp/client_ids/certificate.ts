import { type Certificate, findSigner } from '@symbolon/credential'
import type { JsonObject } from '@symbolon/sd-jwt'
import { PeerError } from '../../errors.ts'
import type { AskerContext, FoundAsker } from './index.ts'

/** The leaf of the chain that came along, its key, and whether an entry for `access` stands above it; throws PeerError `client_id_wrong` when there is no such chain. */
export async function certified(
  proof: { header: JsonObject; algorithm: string },
  { anchors, primitives, now }: AskerContext,
): Promise<FoundAsker & { certificate: Certificate }> {
  if (!Object.hasOwn(proof.header, 'x5c'))
    throw new PeerError('client_id_wrong', 'x5c is missing, the certificates that this client_id needs')
  const signer = await findSigner(proof, { purpose: 'access' }, { anchors, primitives, now, evidence: new Map() })
  const { certificate, key, outcome, code, anchor } = signer
  if (certificate === undefined || key === null) throw new PeerError('client_id_wrong', `the certificates cannot be used: ${code}`)
  const { text, organisation } = certificate.subject
  return {
    ...{ key, certificate },
    asker: { outcome, code, subject: text, ...(anchor && { anchor: anchor.name }), ...(organisation !== undefined && { organisation }) },
  }
}
