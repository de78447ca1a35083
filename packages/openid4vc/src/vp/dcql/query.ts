import { formatNamed, type Path, type View } from '@symbolon/credential'
import type { Json } from '@symbolon/sd-jwt'
import { reader } from '../../message.ts'

/** What a verifier asks for (OpenID4VP 1.0 section 6). */
export interface DcqlQuery {
  readonly credentials: readonly CredentialQuery[]
  /** Empty: every credential is asked for. */
  readonly credentialSets: readonly CredentialSet[]
}

/** One credential that is asked for (section 6.1). */
export interface CredentialQuery {
  readonly id: string
  readonly format: string
  /** Whether several may be returned for it. */
  readonly multiple: boolean
  /** Whether the holder must prove its key (`require_cryptographic_holder_binding`). */
  readonly bound: boolean
  /** The names of the types that are asked for; undefined for a format that we do not speak, of which nothing is held. */
  readonly types: readonly string[] | undefined
  /** Whether a credential of that format is of a type that is asked for. */
  readonly isOfType: (view: View) => boolean
  /** Who may have certified the issuer, any of them; empty: anybody. */
  readonly authorities: readonly TrustedAuthority[]
  /** Empty: nothing that can be hidden is asked for. */
  readonly claims: readonly ClaimQuery[]
  /** Identifiers of claims, the combination that is preferred first; empty: all claims. */
  readonly claimSets: readonly (readonly string[])[]
}

/** Section 6.1.1. */
export interface TrustedAuthority {
  readonly type: string
  readonly values: readonly string[]
}

/** One claim that is asked for (section 6.3); `values` are a wish, never a check. */
export interface ClaimQuery {
  readonly id?: string
  readonly path: Path
  readonly values?: readonly (string | number | boolean)[]
}

/** Alternatives, each a list of credential query identifiers (section 6.2). */
export interface CredentialSet {
  readonly options: readonly (readonly string[])[]
  readonly required: boolean
}

/** More than this no honest verifier asks at once; each costs work for every credential that is held. */
const MOST = { credentials: 32, claims: 200, alternatives: 64, values: 200, steps: 32 } as const
const ID = /^[A-Za-z0-9_-]+$/

/** A fault of a query: its place, as `dcql_query.credentials[0].meta`, and what is wrong there. */
export type DcqlFault = (place: string, what: string) => Error

/** Reads a query strictly; what it does not know it ignores (section 6). Throws what `fault` makes. */
export function parseDcql(value: Json | undefined, fault: DcqlFault, place = 'dcql_query'): DcqlQuery {
  const read = reader(fault)
  const query = read.object(value, place)
  const few = <T>(entries: T[], most: number, at: string): T[] => {
    if (entries.length > most) throw fault(at, `must have at most ${most} entries`)
    return entries
  }
  const identifier = (id: Json | undefined, at: string): string => {
    const text = read.string(id, at)
    return ID.test(text) ? text : read.refuse(at, 'must be letters, digits, - and _ only')
  }
  const identifiers = (known: ReadonlySet<string>) => (list: Json, at: string) => {
    const ids = read.strings(list, at)
    const stranger = ids.findIndex((id) => !known.has(id))
    return stranger < 0 ? ids : read.refuse(`${at}[${stranger}]`, 'names nothing that is asked for')
  }
  const unique = (ids: readonly (string | undefined)[], at: string): Set<string> => {
    const given = ids.filter((id) => id !== undefined)
    const found = new Set(given)
    return found.size === given.length ? found : read.refuse(at, 'has the same id twice')
  }
  const list = <T>(entries: Json | undefined, most: number, at: string, each: (entry: Json, at: string) => T): T[] =>
    entries === undefined ? [] : few(read.array(entries, at), most, at).map((entry, index) => each(entry, `${at}[${index}]`))

  function credential(entry: Json, at: string): CredentialQuery {
    const members = read.object(entry, at)
    const id = identifier(members.id, `${at}.id`)
    const format = read.string(members.format, `${at}.format`)
    const meta = read.object(members.meta, `${at}.meta`)
    const asked = formatNamed(format)?.typesAsked(meta, (what) => fault(`${at}.meta`, what))
    const claims = list(members.claims, MOST.claims, `${at}.claims`, claim)
    const ids = unique(
      claims.map(({ id }) => id),
      `${at}.claims`,
    )
    if (members.claim_sets !== undefined && claims.length === 0)
      throw fault(`${at}.claim_sets`, 'must be left out when there are no claims')
    if (members.claim_sets !== undefined && ids.size < claims.length)
      throw fault(`${at}.claims`, 'must each have an id when there are claim_sets')
    return {
      id,
      format,
      multiple: read.optional(members.multiple, read.boolean, `${at}.multiple`) ?? false,
      bound:
        read.optional(members.require_cryptographic_holder_binding, read.boolean, `${at}.require_cryptographic_holder_binding`) ?? true,
      types: asked?.names,
      isOfType: asked?.matches ?? nothing,
      authorities: list(members.trusted_authorities, MOST.alternatives, `${at}.trusted_authorities`, authority),
      claims,
      claimSets: list(members.claim_sets, MOST.alternatives, `${at}.claim_sets`, identifiers(ids)),
    }
  }

  function authority(entry: Json, at: string): TrustedAuthority {
    const members = read.object(entry, at)
    const values = list(members.values ?? null, MOST.values, `${at}.values`, read.string)
    return { type: read.string(members.type, `${at}.type`), values }
  }

  function claim(entry: Json, at: string): ClaimQuery {
    const members = read.object(entry, at)
    const id = read.optional(members.id, identifier, `${at}.id`)
    const path = few(read.array(members.path, `${at}.path`), MOST.steps, `${at}.path`)
    if (!path.every(isStep)) throw fault(`${at}.path`, 'must hold names, null and whole numbers from 0 only')
    const values = members.values === undefined ? undefined : few(read.array(members.values, `${at}.values`), MOST.values, `${at}.values`)
    if (values?.some((one) => !isScalar(one))) throw fault(`${at}.values`, 'must hold strings, whole numbers, true and false only')
    return { path: path as Path, ...(id !== undefined && { id }), ...(values && { values: values as (string | number | boolean)[] }) }
  }

  const credentials = few(read.array(query.credentials, `${place}.credentials`), MOST.credentials, `${place}.credentials`).map(
    (entry, index) => credential(entry, `${place}.credentials[${index}]`),
  )
  const ids = unique(
    credentials.map(({ id }) => id),
    `${place}.credentials`,
  )
  const credentialSets = list(query.credential_sets, MOST.credentials, `${place}.credential_sets`, (entry, at) => {
    const members = read.object(entry, at)
    const options = list(members.options ?? null, MOST.alternatives, `${at}.options`, identifiers(ids))
    return { options, required: read.optional(members.required, read.boolean, `${at}.required`) ?? true }
  })
  return { credentials, credentialSets }
}

const nothing = (): boolean => false

const isStep = (step: Json): boolean => typeof step === 'string' || step === null || (Number.isSafeInteger(step) && Number(step) >= 0)
const isScalar = (value: Json): boolean => typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)
