import type { State } from './state.ts'

export const ACCREDITATIONS = [
  'VerifiableAuthorisationForTrustChain',
  'VerifiableAccreditationToAttest',
  'VerifiableAccreditationToAccredit',
] as const

/** What an access token is asked for, and what must be shown for it (facts, 3). */
export interface Scope {
  readonly name: string
  /** The credential that the presentation must hold; null: nothing at all. */
  readonly descriptor: { readonly id: string; readonly types: readonly string[] } | null
  readonly algorithms: readonly ('ES256' | 'ES256K')[]
  /** Whether the holder is not registered yet, so that its document cannot be asked for its key. */
  readonly holderIsNew: boolean
  /** Whether it lets the holder write for itself only. */
  readonly isInvitation: boolean
  /** What else must hold of the holder: why it does not, or null. */
  condition(state: State, did: string): string | null
}

const hasAttributes = (state: State, did: string): boolean => state.issuers.get(did)?.hasAttributes === true
const nothingElse = (): null => null

export const SCOPES = [
  {
    name: 'didr_invite',
    descriptor: { id: 'didr_invite_credential', types: ['VerifiableAuthorisationToOnboard'] },
    algorithms: ['ES256', 'ES256K'],
    holderIsNew: true,
    isInvitation: true,
    condition: (state, did) => (state.dids.has(did) ? 'the DID is registered already' : null),
  },
  {
    name: 'didr_write',
    descriptor: null,
    algorithms: ['ES256', 'ES256K'],
    holderIsNew: false,
    isInvitation: false,
    condition: nothingElse,
  },
  {
    name: 'tir_invite',
    descriptor: { id: 'tir_invite_credential', types: ACCREDITATIONS },
    algorithms: ['ES256'],
    holderIsNew: false,
    isInvitation: true,
    condition: (state, did) => (hasAttributes(state, did) ? 'the holder has attributes already' : null),
  },
  {
    name: 'tir_write',
    descriptor: null,
    algorithms: ['ES256'],
    holderIsNew: false,
    isInvitation: false,
    condition: (state, did) => (hasAttributes(state, did) ? null : 'the holder has no attributes'),
  },
  { name: 'tsr_write', descriptor: null, algorithms: ['ES256'], holderIsNew: false, isInvitation: false, condition: nothingElse },
] as const satisfies readonly Scope[]

export type ScopeName = (typeof SCOPES)[number]['name']

/** The scope that `openid <scope>` names; null: there is none, or more. */
export function readScope(text: string | null | undefined): (Scope & { readonly name: ScopeName }) | null {
  return SCOPES.find(({ name }) => text === `openid ${name}`) ?? null
}

const FORMATS = ['jwt_vp', 'jwt_vp_json', 'jwt_vc', 'jwt_vc_json'] as const

export const formats = (algorithms: readonly string[], only?: 'vc'): Record<string, { alg: readonly string[] }> =>
  Object.fromEntries(
    FORMATS.filter((format) => only === undefined || format.includes('_vc')).map((format) => [format, { alg: algorithms }]),
  )

/** The definition of Presentation Exchange 2 for a scope. */
export function presentationDefinition({ name, descriptor, algorithms }: Scope): object {
  const contains = descriptor?.types.length === 1 ? { const: descriptor.types[0] } : { enum: descriptor?.types }
  const filter = { type: 'array', contains }
  return {
    id: `${name}_presentation`,
    format: formats(algorithms),
    input_descriptors:
      descriptor === null
        ? []
        : [{ id: descriptor.id, format: formats(algorithms, 'vc'), constraints: { fields: [{ path: ['$.vc.type'], filter }] } }],
  }
}
