import { type Anchor, type Claim, type FoundKey, keyOfDidUrl, readyKey, type TrustContext, type Vcdm } from '@symbolon/credential'
import type { JsonObject } from '@symbolon/sd-jwt'
import type { ChainCode } from '../errors.ts'
import { foreignRegistry, parseAttributeReference } from '../identifiers/index.ts'
import { type Accreditation, type AccreditedFor, GRANTS } from '../records/accreditation.ts'
import type { Attribute } from '../records/attribute.ts'
import { isGeneral, uncovered, widened } from './coverage.ts'
import { ageOf, bodyHash, foundOut, type Link, linkOf, needOf } from './link.ts'
import { issuanceCertificates, MOST_RECORDS } from './references.ts'
import type { Completed } from './settings.ts'

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

interface Walking {
  readonly claim: Claim
  readonly context: TrustContext
  readonly settings: Completed
  /** How many records may still be looked at. */
  left: number
}

/** Walks from a credential's issuer to a root that the trust file names, by evidence alone. */
export const walk = (below: Below, claim: Claim, context: TrustContext, settings: Completed): Promise<Walked> =>
  climb(below, [], 0, { claim, context, settings, left: MOST_RECORDS })

/** Each accreditation that is named is tried; with one alone its fault is the answer. */
async function climb(below: Below, hops: readonly Hop[], age: number, walking: Walking): Promise<Walked> {
  const named = issuanceCertificates(below.vcdm.termsOfUse)
  if (named === null) return stop('terms_of_use_ambiguous', below, hops)
  const ends: Stopped[] = []
  for (const reference of named) {
    const end = await follow(reference, below, hops, age, walking)
    if (end.outcome === 'pass') return end
    ends.push(end)
  }
  const [first, another] = ends
  if (first === undefined) return stop('terms_of_use_missing', below, hops)
  if (another === undefined) return first
  return ends.find(({ outcome }) => outcome === 'unknown') ?? stop('terms_of_use_ambiguous', below, hops)
}

async function follow(text: string, below: Below, hops: readonly Hop[], age: number, walking: Walking): Promise<Walked> {
  const { context, settings } = walking
  const at = (code: WalkCode, outcome?: 'unknown') => stop(code, below, hops, outcome)
  const reference = parseAttributeReference(text, settings.registries)
  if (reference === null) {
    const registry = foreignRegistry(text, settings.registries)
    return stop('terms_of_use_not_registry', below, hops, 'fail', registry === null ? {} : { registry })
  }
  if (reference.did !== below.subject) return at('terms_of_use_other_did')
  const { attributeId } = reference
  if (hops.some((hop) => hop.subject === reference.did && hop.attributeId === attributeId)) return at('chain_cycle')
  if (hops.length >= settings.maxDepth || walking.left-- <= 0) return at('chain_too_deep')
  const link = linkOf(reference, context.evidence)
  if (link === undefined) return stop('attribute_unknown', below, hops, 'unknown', { need: needOf(reference).id })
  const recordAge = ageOf(link.part, context.now)
  if (recordAge === null || recordAge > settings.maxAge) return at('evidence_stale', 'unknown')

  const recorded = await readRecord(link, walking)
  if (typeof recorded === 'string') return at(recorded, recorded === 'attribute_malformed' ? 'unknown' : undefined)
  const { attribute, accreditation } = recorded
  const { vc } = accreditation
  const wrong =
    describes(attribute, accreditation, below, attributeId) ??
    allows(attribute, accreditation, below, hops.length) ??
    dated(accreditation, below, walking)
  if (wrong !== null) return at(wrong)
  if (attribute.role !== 'RootTAO') {
    const missing = covers(accreditation, below, settings.jurisdiction)
    if (missing !== null) return at(missing)
  }
  if (vc.vcdm.status.some(({ type }) => type !== 'EbsiAccreditationEntry')) return at('accreditation_status_unknown', 'unknown')
  const signed = await isSigned(link, accreditation, walking)
  if (typeof signed === 'string')
    return at(signed, signed === 'accreditation_key_unknown' || signed === 'evidence_stale' ? 'unknown' : undefined)

  const { subject } = below
  const hop = {
    subject,
    attributeId,
    accreditor: attribute.tao,
    role: attribute.role ?? '',
    from: vc.notBefore ?? 0,
    until: vc.expires ?? 0,
  }
  const walked = [...hops, hop]
  const oldest = Math.max(age, recordAge, signed)
  if (attribute.role === 'RootTAO') return ended(walked, attribute, oldest, below, walking)
  const end = await climb(
    {
      subject: vc.issuer,
      vcdm: vc.vcdm,
      ...(vc.issuedAt !== undefined && { issuedAt: vc.issuedAt }),
      accreditedFor: accreditation.accreditedFor,
    },
    walked,
    oldest,
    walking,
  )
  const root = end.outcome === 'pass' ? end.hops.at(-1)?.subject : undefined
  return root !== undefined && root !== attribute.rootTao ? at('root_mismatch') : end
}

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
function allows({ role, tao }: Attribute, { vc, grant }: Accreditation, below: Below, hop: number): WalkCode | null {
  const isSelfIssued = role === 'RootTAO' && tao === below.subject && vc.issuer === below.subject
  const accredits = hop > 0 || ACCREDITING.some((type) => below.vcdm.types.includes(type))
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
  if (missing !== null || (listed.length < types.length && isGeneral(listed))) return missing
  return uncovered({ ...below.vcdm, types: listed }, accreditedFor, jurisdiction)
}

/** The age of the document that has the key, when the signature is right with it. */
async function isSigned(link: Link, { vc }: Accreditation, { context, settings }: Walking): Promise<number | WalkCode> {
  const { proof, issuer, issuedAt } = vc
  const { kid } = proof.header
  if (proof.algorithm !== 'ES256' || typeof kid !== 'string') return 'accreditation_signature'
  const found = keyOfDidUrl({ did: issuer, url: kid, ...(issuedAt !== undefined && { at: issuedAt }) }, 'assertionMethod', context.evidence)
  if (!('jwk' in found))
    return 'code' in found && found.code === 'document_key_for_other_use' ? 'accreditation_key_purpose' : 'accreditation_key_unknown'
  const age = documentAge(found, context)
  if (age === null || age > settings.maxAge) return 'evidence_stale'
  const key = found.jwk.crv === 'P-256' ? await readyKey(found.jwk, context.primitives) : null
  if (key === null) return 'accreditation_signature'
  const known = foundOut(link, context.primitives)
  if (known.signedWith !== key) {
    if (!(await context.primitives.verify('ES256', key, proof.input, proof.signature))) return 'accreditation_signature'
    known.signedWith = key
  }
  return age
}

/** Seconds since the document was fetched by which a key of a DID is judged; of a moment that is past it does not change any more. Null: unknown. */
export function documentAge({ did, document }: KeyOfDid, { now }: TrustContext): number | null {
  if (document === undefined) return null
  return document.id === did ? ageOf(document, now) : 0
}

/** A key that was found by its DID. */
export type KeyOfDid = Extract<FoundKey, { readonly jwk: unknown }>

function ended(hops: readonly Hop[], { rootTao }: Attribute, age: number, below: Below, { claim, context }: Walking): Walked {
  const { subject } = below
  const trusted = context.anchors.dids.get(subject)?.filter(({ purpose }) => purpose === 'credential') ?? []
  if (trusted.length === 0) return stop('anchor_not_trusted', below, hops)
  if (rootTao !== subject) return stop('root_mismatch', below, hops)
  const [anchor] = trusted.filter(({ types }) => types === undefined || claim.type === undefined || types.includes(claim.type))
  return anchor === undefined
    ? stop('issuer_not_authorised_for_type', below, hops, 'fail', { anchor: trusted[0]?.name ?? null, type: claim.type ?? null })
    : { outcome: 'pass', hops, anchor, age }
}

function stop(
  code: WalkCode,
  { subject }: Below,
  hops: readonly Hop[],
  outcome: 'fail' | 'unknown' = 'fail',
  facts: JsonObject = {},
): Stopped {
  return { outcome, code, facts: { did: subject, ...facts, ...(hops.length > 0 && { hops: hops.map((hop) => ({ ...hop })) }) } }
}
