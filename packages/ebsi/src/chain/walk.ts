import { type Anchor, type Claim, readyKey, type TrustContext, type Vcdm } from '@symbolon/credential'
import type { JsonObject, Jwk } from '@symbolon/sd-jwt'
import type { ChainCode } from '../errors.ts'
import { foreignRegistry } from '../identifiers/index.ts'
import { type Accreditation, type AccreditedFor, GRANTS } from '../records/accreditation.ts'
import type { Attribute } from '../records/attribute.ts'
import { isGeneral, uncovered, widened } from './coverage.ts'
import { ageOf, bodyHash, type Link, linkOf } from './link.ts'
import { MOST_RECORDS, type Reference, referencesIn } from './references.ts'
import type { Completed } from './settings.ts'
import { isSigned, signerOf } from './signer.ts'

/** One accreditation on the way: who was accredited by whom as what, and from when to when (seconds since 1970). */
export interface Hop {
  readonly subject: string
  readonly attributeId: string
  readonly accreditor: string
  readonly role: string
  readonly from: number
  readonly until: number
}

/** Also that of an entry of the trust file which is for other types. */
export type WalkCode = Exclude<ChainCode, 'chain_trusted'> | 'issuer_not_authorised_for_type'

/** Where a walk ended. */
export type Walked =
  | { readonly outcome: 'pass'; readonly hops: readonly Hop[]; readonly anchor: Anchor; readonly age: number }
  | { readonly outcome: 'fail' | 'unknown'; readonly code: WalkCode; readonly facts: JsonObject }
type Stopped = Exclude<Walked, { outcome: 'pass' }>

/** What stands below an accreditation and must be covered by it: a credential, or another accreditation. */
export interface Below {
  readonly subject: string
  readonly vcdm: Vcdm
  readonly issuedAt?: number
  /** What it accredits for, when it is an accreditation; null when that cannot be read. */
  readonly accreditedFor?: readonly AccreditedFor[] | null
}

/** An accreditation on the way, and the key that it says it is signed with. */
interface Step {
  readonly hop: Hop
  readonly signer: Jwk
}

interface Walking {
  readonly claim: Claim
  readonly context: TrustContext
  readonly settings: Completed
  /** How many records may still be looked at. */
  left: number
  /** Whether there were several to choose from: others may still need what is left. */
  hasChoice: boolean
}

/**
 * Walks from a credential's issuer to a root that the trust file names, by evidence alone.
 *
 * The signatures come last, on the way back: keys that are made ready in a row, and signatures looked at in a row, cost less than one here and one
 * there. What an accreditation below is refused for comes before anything above it all the same. Once there are several to choose from, each signature
 * comes first: a forged one must not use up, with all that it names, what another one needs.
 */
export const walk = (below: Below, claim: Claim, context: TrustContext, settings: Completed): Promise<Walked> =>
  climb(below, [], 0, { claim, context, settings, left: MOST_RECORDS, hasChoice: false })

/** Each accreditation that is named is tried; with one alone its fault is the answer. */
async function climb(below: Below, steps: readonly Step[], age: number, walking: Walking): Promise<Walked> {
  const named = referencesIn(below.vcdm, walking.settings.registries)
  if (named === null) return stop('terms_of_use_ambiguous', below, steps)
  if (named.length > 1) walking.hasChoice = true
  const ends: Stopped[] = []
  for (const reference of named) {
    const end = await follow(reference, below, steps, age, walking)
    if (end.outcome === 'pass') return end
    ends.push(end)
  }
  const [first, another] = ends
  if (first === undefined) return stop('terms_of_use_missing', below, steps)
  if (another === undefined) return first
  return ends.find(({ outcome }) => outcome === 'unknown') ?? stop('terms_of_use_ambiguous', below, steps)
}

async function follow(
  { text, attribute: reference }: Reference,
  below: Below,
  steps: readonly Step[],
  age: number,
  walking: Walking,
): Promise<Walked> {
  const { context, settings } = walking
  const at = (code: WalkCode, facts?: JsonObject) => stop(code, below, steps, facts)
  if (reference === null) {
    const registry = foreignRegistry(text, settings.registries)
    return at('terms_of_use_not_registry', registry === null ? {} : { registry })
  }
  if (reference.did !== below.subject) return at('terms_of_use_other_did')
  const { attributeId } = reference
  if (steps.some(({ hop }) => hop.subject === reference.did && hop.attributeId === attributeId)) return at('chain_cycle')
  if (steps.length >= settings.maxDepth || walking.left === 0) return at('chain_too_deep')
  walking.left--
  const link = linkOf(reference, context.evidence)
  if (link === undefined) return at('attribute_unknown', { need: reference.need.id })
  const recordAge = ageOf(link.part, context.now)
  if (recordAge === null || recordAge > settings.maxAge) return at('evidence_stale')

  const recorded = await readRecord(link, walking)
  if (typeof recorded === 'string') return at(recorded)
  const { attribute, accreditation } = recorded
  const { vc } = accreditation
  const wrong =
    describes(attribute, accreditation, below, attributeId) ??
    allows(attribute, accreditation, below, steps.length) ??
    dated(accreditation, below, walking)
  if (wrong !== null) return at(wrong)
  if (attribute.role !== 'RootTAO') {
    const missing = covers(accreditation, below, settings.jurisdiction)
    if (missing !== null) return at(missing)
  }
  if (vc.vcdm.status.some(({ type }) => type !== 'EbsiAccreditationEntry')) return at('accreditation_status_unknown')
  const signer = signerOf(accreditation, context, settings.maxAge)
  if (typeof signer === 'string') return at(signer)
  if (walking.hasChoice && !(await isSigned(link, accreditation, signer.jwk, context))) return at('accreditation_signature')

  const { subject } = below
  const hop = {
    subject,
    attributeId,
    accreditor: attribute.tao,
    role: attribute.role ?? '',
    from: vc.notBefore ?? 0,
    until: vc.expires ?? 0,
  }
  const walked = [...steps, { hop, signer: signer.jwk }]
  const oldest = Math.max(age, recordAge, signer.age)
  const end =
    attribute.role === 'RootTAO'
      ? await atRoot(walked, attribute, oldest, below, walking)
      : await climb(asBelow(accreditation), walked, oldest, walking)
  // A forged one leads nowhere, whatever was found above it.
  if (!(await isSigned(link, accreditation, signer.jwk, context))) return at('accreditation_signature')
  return end.outcome === 'pass' && end.hops.at(-1)?.subject !== attribute.rootTao ? at('root_mismatch') : end
}

const asBelow = ({ vc, accreditedFor }: Accreditation): Below => ({
  subject: vc.issuer,
  vcdm: vc.vcdm,
  ...(vc.issuedAt !== undefined && { issuedAt: vc.issuedAt }),
  accreditedFor,
})

type Recorded = { readonly attribute: Attribute; readonly accreditation: Accreditation }

/** The record as the registry keeps it: there, of this subject, not taken back, and the body the one that it took in. */
async function readRecord(link: Link, { context }: Walking): Promise<Recorded | WalkCode> {
  const { attribute, accreditation } = link
  if (typeof attribute === 'string') return `attribute_${attribute}`
  if (attribute.role === 'Revoked') return 'attribute_revoked'
  if (attribute.role === undefined) return 'attribute_role_undefined'
  if (accreditation === undefined) return 'attribute_empty'
  if ((await bodyHash(link, attribute, context.primitives)) !== attribute.hash) return 'attribute_hash_mismatch'
  if (accreditation === 'issuer_differs') return 'accreditation_issuer_mismatch'
  if (accreditation === 'subject_differs') return 'accreditation_subject_mismatch'
  return accreditation === 'malformed' ? 'accreditation_malformed' : { attribute, accreditation }
}

/** About whom, by whom: what is signed and what the registry says. A root may be authorised by the office above all roots, which is nobody's TAO. */
function describes({ role, tao }: Attribute, { vc, grant, reservedFor }: Accreditation, { subject }: Below, id: string): WalkCode | null {
  if (vc.subjectId !== subject) return 'accreditation_subject_mismatch'
  // Else one that was revoked could be put into another attribute of its subject, and hold again.
  if (reservedFor !== undefined && reservedFor !== id) return 'accreditation_attribute_mismatch'
  const isOfOffice = role === 'RootTAO' && grant === 'root' && tao === subject
  return vc.issuer === tao || isOfOffice ? null : 'accreditation_issuer_mismatch'
}

const GRANT_OF = { RootTAO: 'root', TAO: 'accredit', TI: 'attest' } as const

/** Whether the registry's role and the accreditation agree, and suffice for what was done by them. A root accredits itself in whatever way (live records). */
function allows({ role, tao }: Attribute, { vc, grant }: Accreditation, below: Below, height: number): WalkCode | null {
  const isSelfIssued = role === 'RootTAO' && tao === below.subject && vc.issuer === below.subject
  const accredits = height > 0 || ACCREDITING.some((type) => below.vcdm.types.includes(type))
  if (accredits && !isSelfIssued && (role === 'TI' || grant === 'attest')) return 'role_too_low'
  return role === undefined || role === 'Revoked' || (grant !== GRANT_OF[role] && !isSelfIssued) ? 'role_mismatch' : null
}

const ACCREDITING: readonly string[] = [GRANTS.attest, GRANTS.accredit]
const ONBOARDING = 'VerifiableAuthorisationToOnboard'

function dated({ vc }: Accreditation, { issuedAt }: Below, { context, settings }: Walking): WalkCode | null {
  const moments = [context.now, ...(settings.accreditationMoment === 'now_and_issuance' && issuedAt !== undefined ? [issuedAt] : [])]
  if (moments.some((moment) => vc.notBefore !== undefined && vc.notBefore > moment)) return 'accreditation_not_yet_valid'
  return moments.some((moment) => vc.expires === undefined || vc.expires <= moment) ? 'accreditation_expired' : null
}

/** Whoever is accredited may let others onboard, and a TAO may accredit within its own accreditation: neither is listed, and whatever else it is must be. */
function covers({ accreditedFor }: Accreditation, below: Below, jurisdiction: string | undefined): WalkCode | null {
  const { types } = below.vcdm
  const accredits = types.some((type) => ACCREDITING.includes(type))
  const implied = [ONBOARDING, ...(accredits ? ['VerifiableAccreditation', ...ACCREDITING] : [])]
  const listed = types.filter((type) => !implied.includes(type))
  if (accredits && below.accreditedFor === null) return 'accreditation_malformed'
  const missing = accredits ? widened(below.accreditedFor ?? [], accreditedFor) : null
  // What is left of an authorisation to onboard says of nothing in particular what it is for: no line has to cover that.
  if (missing !== null || (listed.length < types.length && isGeneral(listed))) return missing
  return uncovered({ ...below.vcdm, types: listed }, accreditedFor, jurisdiction)
}

/** Whether the trust file names the root: the end of the way up. */
async function atRoot(
  steps: readonly Step[],
  { rootTao }: Attribute,
  age: number,
  below: Below,
  { claim, context }: Walking,
): Promise<Walked> {
  // Kept for the way back, which verifies with them: one after the other they are made ready faster.
  for (const { signer } of steps) await readyKey(signer, context.primitives)
  const { subject } = below
  const trusted = context.anchors.dids.get(subject)?.filter(({ purpose }) => purpose === 'credential') ?? []
  if (trusted.length === 0) return stop('anchor_not_trusted', below, steps)
  if (rootTao !== subject) return stop('root_mismatch', below, steps)
  const [anchor] = trusted.filter(({ types }) => types === undefined || claim.type === undefined || types.includes(claim.type))
  return anchor === undefined
    ? stop('issuer_not_authorised_for_type', below, steps, { anchor: trusted[0]?.name ?? null, type: claim.type ?? null })
    : { outcome: 'pass', hops: steps.map(({ hop }) => hop), anchor, age }
}

/** What is wrong with the evidence, or missing in it: other evidence may show that all is right. */
const UNKNOWN: readonly WalkCode[] = [
  'accreditation_key_unknown',
  'accreditation_status_unknown',
  'attribute_malformed',
  'attribute_unknown',
  'evidence_stale',
]

function stop(code: WalkCode, { subject }: Below, steps: readonly Step[], facts: JsonObject = {}): Stopped {
  const hops = steps.map(({ hop }) => ({ ...hop }))
  return {
    outcome: UNKNOWN.includes(code) ? 'unknown' : 'fail',
    code,
    facts: { did: subject, ...facts, ...(hops.length > 0 && { hops }) },
  }
}
