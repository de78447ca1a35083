import { isObject, type Json, ownMember, type Primitives, parseJsonObject, SdJwtError } from '@symbolon/sd-jwt'
import { memo } from '../../memo.ts'
import { type Check, type Credential, type Part, type Path, partKey } from '../../model.ts'
import { type ClaimRule, type CredentialType, metadataText } from '../../type/index.ts'
import { verdict } from '../check.ts'
import { type Digests, hasIntegrity } from '../integrity.ts'
import type { Context } from '../policy.ts'
import { checkVcdm } from './vcdm.ts'

/** Whether it is a credential of a type we know, as that type wants it: its metadata unchanged, concealed what must be, plain what must be, each value of the form it has there. */
export async function checkType(credential: Credential, type: CredentialType | undefined, context: Context): Promise<Check> {
  const { view } = credential
  const facts = { type: view.type }
  if (type === undefined) return verdict('type', 'unknown', 'type_not_known', facts)
  if (!type.formats.includes(view.format)) return verdict('type', 'fail', 'format_not_of_type', facts)
  const vcdm = vcdmFault(credential, type)
  if (vcdm !== null) return verdict('type', vcdm === 'schema_not_known' ? 'unknown' : 'fail', vcdm, facts)
  const broken = brokenRule(credential, type)
  if (broken !== undefined)
    return verdict('type', 'fail', broken.sd === 'never' ? 'claim_concealed' : 'claim_not_concealed', { path: broken.path.map(String) })
  const absent = absentRule(credential, type)
  if (absent !== undefined) return verdict('type', 'fail', 'claim_missing', { path: absent.path.map(String) })
  const [malformed] = type.validateShown(view.claims)
  if (malformed !== undefined) return verdict('type', 'fail', 'claim_against_type', { path: malformed.path.split('/').slice(1) })
  if (view.typeIntegrity === undefined) return verdict('type', 'pass', 'type_known', facts)
  const fetched = context.evidence.get(partKey({ kind: 'type_metadata', id: view.type }))
  const { text, digests, vct } = metadataOf(fetched ?? type, context.primitives)
  const isMeant = await hasIntegrity(text, view.typeIntegrity, context.primitives, digests)
  if (fetched === undefined)
    return isMeant ? verdict('type', 'pass', 'type_known', facts) : verdict('type', 'unknown', 'type_metadata_missing', facts)
  if (!isMeant) return verdict('type', 'fail', 'type_integrity_wrong', facts)
  return vct === view.type ? verdict('type', 'pass', 'type_known', facts) : verdict('type', 'fail', 'type_metadata_of_other', facts)
}

function vcdmFault({ view }: Credential, type: CredentialType): ReturnType<typeof checkVcdm> {
  if (type.vcdm === undefined) return null
  return view.vcdm === undefined ? 'types_not_of_type' : checkVcdm(view.vcdm, type.vcdm)
}

/** Type Metadata (SD-JWT VC section 5.2), and the `vct` it describes; none when it is malformed. */
interface Metadata {
  readonly text: string
  readonly digests: Digests
  /** By which the digests are: none takes the word of others. */
  readonly primitives: Primitives
  readonly vct: Json | undefined
}

/** What was read of a document or written of a type: many credentials name the same one, and it is larger than they are. */
const read = memo<Part | CredentialType, Metadata>()

function metadataOf(source: Part | CredentialType, primitives: Primitives): Metadata {
  const known = read.get(source)
  if (known?.primitives === primitives) return known
  const text = 'content' in source ? source.content : metadataText(source)
  const metadata = { text, digests: new Map(), primitives, vct: described(text) }
  read.set(source, metadata)
  return metadata
}

function described(text: string): Json | undefined {
  try {
    return ownMember(parseJsonObject(text), 'vct')
  } catch (error) {
    if (error instanceof SdJwtError) return undefined
    throw error
  }
}

/** The first claim that is plain although the type conceals it, or the other way round (SD-JWT VC section 5.6.4). */
function brokenRule({ view }: Credential, type: CredentialType): ClaimRule | undefined {
  const concealed = new Set(view.disclosable.map((path) => JSON.stringify(path)))
  return type.claims.find(({ path, sd }) => {
    if (sd === 'allowed') return false
    return isSomewhere(view.claims, path, (_, at) => concealed.has(JSON.stringify(at)) !== (sd === 'always'))
  })
}

/**
 * The first mandatory claim that is not there although nobody can hide it (SD-JWT VC section 5.6.3): without its last day,
 * a document would run for ever. One inside something that the holder did not show is not missed.
 */
function absentRule({ view }: Credential, type: CredentialType): ClaimRule | undefined {
  return type.claims.find(({ path, mandatory, sd }) => {
    const name = path.at(-1)
    if (!mandatory || sd !== 'never' || typeof name !== 'string') return false
    return isSomewhere(view.claims, path.slice(0, -1), (value) => isObject(value) && !Object.hasOwn(value, name))
  })
}

type Place = readonly (string | number)[]

/** Whether the claims have, where a rule's path leads, such a value at such a place: the path with array indexes filled in. */
function isSomewhere(value: Json, path: Path, isSuch: (value: Json, at: Place) => boolean, at: Place = []): boolean {
  if (at.length === path.length) return isSuch(value, at)
  const step = path[at.length]
  if (step === null) return Array.isArray(value) && value.some((element, index) => isSomewhere(element, path, isSuch, [...at, index]))
  if (typeof step !== 'string' || !isObject(value)) return false
  const member = ownMember(value, step)
  return member !== undefined && isSomewhere(member, path, isSuch, [...at, step])
}
