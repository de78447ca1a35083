import type { Check, Credential } from '../../model.ts'
import { findSigner } from '../../trust/index.ts'
import { verdict } from '../check.ts'
import { acceptedAlgorithm, type Context } from '../policy.ts'

/**
 * Whose signature it is and whether it is right: two checks, because a right signature of a stranger and a wrong one of
 * a trusted issuer ask for different answers.
 */
export async function checkSigner(credential: Credential, context: Context): Promise<readonly Check[]> {
  const { proof, view } = credential
  const { policy, primitives } = context
  const algorithm = acceptedAlgorithm(policy, proof.algorithm)
  if (algorithm === undefined) return [verdict('signature', 'fail', 'algorithm_not_allowed')]
  const claim = { purpose: 'credential', type: view.type, view, ...(view.issuer !== undefined && { issuer: view.issuer }) } as const
  const signer = await findSigner(proof, claim, context)
  const trust: Check = { id: 'trust', outcome: signer.outcome, code: signer.code, spec: signer.spec, facts: signer.facts }
  if (signer.key === null) return [verdict('signature', 'unknown', 'signature_not_checked'), trust]
  const right = await primitives.verify(algorithm, signer.key, proof.input, proof.signature)
  return [right ? verdict('signature', 'pass', 'signature_valid') : verdict('signature', 'fail', 'signature_wrong'), trust]
}
