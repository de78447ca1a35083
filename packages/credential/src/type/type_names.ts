import { formatNamed } from '../formats/index.ts'
import type { Format } from '../model.ts'
import type { CredentialJson } from './brick_language.ts'
import type { CredentialType } from './credential_type.ts'
import { type Fault, pointer } from './fault.ts'
import { type TypeFaultCode, typeFault } from './faults.ts'
import type { Place } from './places.ts'

const FILE = 'credential.json'
const SUBJECT = 'credentialSubject'

/** What a brick says only when its formats name types in that way. */
const MEMBERS = { vct: ['vct'], vcdm: ['types', 'schemas'] } as const
/** What is of SD-JWT VC alone. */
const ONLY_VCT = ['envelope', 'certificates'] as const

/** How the formats of a brick name its type; a format that is not spoken here like the first one was. */
const waysOf = ({ formats }: CredentialJson): ReadonlySet<Format['typesBy']> =>
  new Set(formats.map((format) => formatNamed(format)?.typesBy ?? 'vct'))

/** Whether a brick names its type as all its formats do, and says nothing that they have no place for. */
export function checkNames(json: CredentialJson): Fault<TypeFaultCode>[] {
  const [way, another] = waysOf(json)
  if (way === undefined || another !== undefined) return [typeFault('formats_mixed', FILE, '/formats', 'formats that do not go together')]
  const foreign = way === 'vct' ? ([...MEMBERS.vcdm, 'data_model'] as const) : [...MEMBERS.vct, ...ONLY_VCT]
  const { status, types } = json
  return [
    ...MEMBERS[way]
      .filter((name) => json[name] === undefined)
      .map((name) => typeFault('member_missing', FILE, pointer(name), `"${name}" is missing`)),
    ...foreign
      .filter((name) => json[name] !== undefined)
      .map((name) => typeFault('member_unknown', FILE, pointer(name), 'not of these formats')),
    ...(types !== undefined && types[0] !== 'VerifiableCredential'
      ? [typeFault('member_malformed', FILE, '/types/0', 'the first type of a W3C credential')]
      : []),
    ...(way === 'vcdm' && status !== null && (status.bits !== 1 || status.suspension)
      ? [typeFault('status_not_of_format', FILE, '/status', 'a status of several values')]
      : []),
  ]
}

/** Whether the claims of a W3C credential are those of its subject, and none of them pretends to be hidden; the subject's `id` is the holder. */
export function checkSubject(json: CredentialJson, root: Place): Fault<TypeFaultCode>[] {
  if (!waysOf(json).has('vcdm')) return []
  const subject = root.members.get(SUBJECT)
  const hidden = json.claims.findIndex(({ sd }) => sd !== 'never')
  return [
    ...(subject?.kind !== 'object' || root.members.size > 1
      ? [typeFault('claim_not_of_subject', 'schema.json', '/properties', 'claims outside the subject')]
      : []),
    ...(subject?.members.has('id') ? [typeFault('claim_reserved', 'schema.json', `/properties/${SUBJECT}/properties/id`, '"id"')] : []),
    ...(hidden >= 0 ? [typeFault('claim_never_hidden', FILE, pointer('claims', hidden, 'sd'), 'a claim that could be hidden')] : []),
    ...((json.totals ?? []).length > 0 ? [typeFault('claim_never_hidden', FILE, '/totals', 'totals')] : []),
  ]
}

/** The names of a type whose brick was found right. */
export function namesOf({ vct, types, schemas, data_model: version = '1.1' }: CredentialJson): Pick<CredentialType, 'vct' | 'vcdm'> {
  if (types === undefined || schemas === undefined) return { vct: vct ?? '' }
  return { vct: types.at(-1) ?? '', vcdm: { types, schemas, version } }
}
