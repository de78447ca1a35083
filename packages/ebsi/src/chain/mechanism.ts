import {
  type Claim,
  CODES,
  type FoundKey,
  keyAlgorithm,
  readyKey,
  type SignerVerdict,
  type TrustContext,
  type TrustMechanism,
  type View,
} from '@symbolon/credential'
import { isObject, type JsonObject, type PublicKey } from '@symbolon/sd-jwt'
import { CHAIN_CODES, type ChainCode } from '../errors.ts'
import { isDidEbsi } from '../identifiers/index.ts'
import { accreditedForIn } from '../records/accreditation.ts'
import { EBSI_WORDS } from '../words/index.ts'
import { chainNeeds } from './needs.ts'
import { referencesIn } from './references.ts'
import { type Completed, completed, type EbsiSettings } from './settings.ts'
import { documentAge } from './signer.ts'
import { type Below, type WalkCode, walk } from './walk.ts'

/**
 * The way of EBSI from an issuer to the trust file: its accreditation in the Trusted Issuers Registry, those above it, and at their
 * end a root that a `did` entry for `credential` names. By evidence alone; nothing that a credential names is fetched.
 *
 * An issuer that the trust file names itself, by its DID or its key, needs no accreditation. Throws `RangeError` for registries of
 * several networks.
 */
export function ebsiTrust(settings: EbsiSettings): TrustMechanism {
  const given = completed(settings)
  return {
    id: 'ebsi',
    spec: 'EBSI Trust Model',
    words: EBSI_WORDS,
    needs: (_, view, known) => chainNeeds(view, known, given),
    async judge(found, claim, context) {
      const { view, purpose } = claim
      if (!('jwk' in found) || found.did === undefined || view === undefined) return null
      if ((purpose !== 'credential' && purpose !== 'status') || isNamed(found, claim, context)) return null
      if (!isDidEbsi(found.did)) return saysSo(view, given) ? verdict('fail', 'issuer_not_did_ebsi', { did: found.did }, null) : null
      const key = await readyKey(found.jwk, context.primitives)
      if (keyAlgorithm(found.jwk) !== 'ES256' || key === null) {
        const code = 'algorithm_not_allowed'
        return { outcome: 'fail', code, spec: CODES[code].spec, facts: { did: found.did }, key: null }
      }
      // A list is signed by the issuer whose credentials it speaks of; it has the right to by the same accreditation.
      if (view.issuer !== found.did) return verdict('fail', 'list_issuer_mismatch', { did: found.did }, key)
      // When a list was signed is not known here: its key is that of today.
      const age = documentAge(found, context)
      if (age === null || age > given.maxAge) return verdict('unknown', 'evidence_stale', { did: found.did }, key)
      const end = await walk(belowOf(view, found.did), claim, context, given)
      if (end.outcome !== 'pass') return verdict(end.outcome, end.code, end.facts, key)
      const hops = end.hops.map((hop) => ({ ...hop }))
      const facts = { hops, root: hops.at(-1)?.subject ?? '', anchor: end.anchor.name, age: Math.max(age, end.age) }
      return { ...verdict('pass', 'chain_trusted', facts, key), anchor: end.anchor }
    },
  }
}

/** Whether the trust file names the issuer, or its key, for this itself. */
function isNamed({ did = '', jwk }: Extract<FoundKey, { jwk: unknown }>, { purpose, type }: Claim, { anchors }: TrustContext): boolean {
  const ofKey = anchors.keys.filter((known) => known.jwk.x === jwk.x && known.jwk.y === jwk.y)
  const entries = [...(anchors.dids.get(did) ?? []), ...ofKey.flatMap((known) => known.entries)]
  return entries.some((entry) => entry.purpose === purpose && (type === undefined || (entry.types?.includes(type) ?? true)))
}

/** Whether the credential says that it was issued by an accreditation of EBSI. */
const saysSo = ({ vcdm }: View, { registries }: Completed): boolean => vcdm !== undefined && referencesIn(vcdm, registries)?.length !== 0

function belowOf({ vcdm, type, claims, issuedAt, notBefore }: View, subject: string): Below {
  const signedAt = issuedAt ?? notBefore
  const { credentialSubject } = claims
  return {
    subject,
    vcdm: vcdm ?? { types: [type], schemas: [], termsOfUse: [], status: [] },
    accreditedFor: isObject(credentialSubject) ? accreditedForIn(credentialSubject) : [],
    ...(signedAt !== undefined && { issuedAt: signedAt }),
  }
}

const SPECS: Readonly<Record<ChainCode | WalkCode, { readonly spec: string }>> = { ...CODES, ...CHAIN_CODES }

const verdict = (
  outcome: SignerVerdict['outcome'],
  code: ChainCode | WalkCode,
  facts: JsonObject,
  key: PublicKey | null,
): SignerVerdict => ({
  ...{ outcome, code, facts, key },
  spec: SPECS[code].spec,
})
