import {
  encodeHeader,
  isObject,
  type Json,
  type JsonObject,
  ownMember,
  type Primitives,
  parseJws,
  SdJwtError,
  unsignedJws,
} from '@symbolon/sd-jwt'
import { didKeyOf, keyOfDid, keyUrlOfDid } from '../did/index.ts'
import type { Binding, Credential, Draft, Format, Path, StatusReference, TypesAsked, Unsigned, View } from '../model.ts'
import { BITSTRING_ENTRY } from '../status/bitstring_status_list.ts'
import type { CredentialType } from '../type/index.ts'
import { dateTimeOf } from './date_time.ts'
import { randomUrn } from './random_urn.ts'
import { CONTEXTS, malformed, type VcdmVersion } from './vc_jwt_members.ts'
import { OF_CREDENTIAL, readVcJwt, TYP, type VcJwt } from './vc_jwt_reader.ts'
import { readVpJwt, unsignedVpJwt } from './vp_jwt.ts'

/** Types that say nothing of what a credential is for. */
const GENERAL: readonly string[] = ['VerifiableCredential', 'VerifiableAttestation']

/** Credentials of the W3C data model in a JWT: VCDM 1.1 as EBSI profiles it, and VCDM 2.0 secured by VC-JOSE-COSE. */
export const vcJwt: Format = {
  id: 'jwt_vc_json',
  spec: 'OpenID4VCI 1.0 appendix A.1.1',
  typesBy: 'vcdm',
  signedBy: 'did',
  statusList: 'bitstring',
  configuration: (type) => ({ format: 'jwt_vc_json', credential_definition: { type: [...typesOf(type).types] } }),
  typeConfigured,
  algorithmsSupported: (algorithms) => ({ alg_values: [...algorithms] }),
  typesAsked,
  asking: (types) => ({ type_values: types.map((type) => [type]) }),
  build: (draft, primitives) => unsigned(headerOf(draft), draft, primitives),
  buildCopies(common, copies, primitives) {
    const header = headerOf(common)
    return copies.map((copy) => unsigned(header, { ...common, ...copy }, primitives))
  },
  parse,
}

function typeConfigured({ credential_definition: definition }: JsonObject): Json | undefined {
  if (definition === undefined) return undefined
  return isObject(definition) && isTypes(definition.type) ? definition.type.at(-1) : null
}

/** `type_values`: of one of the alternatives, a credential must have every type (OpenID4VP 1.0 appendix B.1.1). Names are compared as they are written, without JSON-LD. */
function typesAsked({ type_values: alternatives }: JsonObject, fault: (what: string) => Error): TypesAsked {
  if (!Array.isArray(alternatives) || alternatives.length === 0 || !alternatives.every(isTypes))
    throw fault('must have type_values, an array that is not empty of arrays of types that are not empty')
  return {
    names: alternatives.map((types) => types.findLast((type) => !GENERAL.includes(type)) ?? types.at(-1) ?? ''),
    matches: ({ vcdm }) => vcdm !== undefined && alternatives.some((types) => types.every((type) => vcdm.types.includes(type))),
  }
}

const isTypes = (types: Json | undefined): types is string[] =>
  Array.isArray(types) && types.length > 0 && types.every((type) => typeof type === 'string')

const typesOf = ({ name, vcdm }: CredentialType): NonNullable<CredentialType['vcdm']> => {
  if (vcdm === undefined) throw new TypeError(`the type ${name} has no types of the W3C data model`)
  return vcdm
}

function headerOf({ type, algorithm, kid, issuer }: Pick<Draft, 'type' | 'algorithm' | 'kid' | 'issuer'>): string {
  if (kid === undefined || !kid.startsWith(`${issuer}#`)) throw malformed('kid')
  return encodeHeader(
    typesOf(type).version === '1.1' ? { alg: algorithm, typ: TYP.jwt, kid } : { alg: algorithm, typ: TYP.vc, cty: 'vc', kid },
  )
}

function unsigned(header: string, draft: Draft, primitives: Primitives): Unsigned {
  const { claims, holderKey } = draft
  const { credentialSubject, ...others } = claims
  if (!isObject(credentialSubject) || Object.keys(others).length > 0 || Object.hasOwn(credentialSubject, 'id'))
    throw malformed('credentialSubject')
  const named = { id: randomUrn(primitives), subject: holderKey === undefined ? randomUrn(primitives) : didKeyOf(holderKey) }
  const jws = unsignedJws(header, PAYLOADS[typesOf(draft.type).version](draft, credentialSubject, named))
  return { algorithm: draft.algorithm, input: jws.input, seal: (signature) => jws.seal(signature) }
}

/** The names that are others in every copy. */
interface Named {
  readonly id: string
  readonly subject: string
}

const PAYLOADS: { readonly [version in VcdmVersion]: (draft: Draft, subject: JsonObject, named: Named) => JsonObject } = {
  /** Every claim of the JWT says again what a member says (VCDM 1.1 section 6.3.1). */
  '1.1': (draft, subject, named) => {
    const { issuer, issuedAt, notBefore, expires } = draft
    const vc = {
      '@context': [CONTEXTS['1.1']],
      ...beginning(draft, named),
      issuanceDate: dateTimeOf(notBefore),
      issued: dateTimeOf(issuedAt),
      validFrom: dateTimeOf(notBefore),
      expirationDate: dateTimeOf(expires),
      ...rest(draft, subject, named),
    }
    return { iss: issuer, sub: named.subject, jti: named.id, iat: issuedAt, nbf: notBefore, exp: expires, vc }
  },
  /** The payload is the credential; what the claims say beside it is of the signature (VC-JOSE-COSE sections 3.1.1 and 3.2.1). */
  '2.0': (draft, subject, named) => ({
    '@context': [CONTEXTS['2.0']],
    ...beginning(draft, named),
    validFrom: dateTimeOf(draft.notBefore),
    validUntil: dateTimeOf(draft.expires),
    ...rest(draft, subject, named),
    ...{ iss: draft.issuer, sub: named.subject, jti: named.id, iat: draft.issuedAt, exp: draft.expires },
  }),
}

const beginning = ({ type, issuer }: Draft, { id }: Named): JsonObject => ({ id, type: [...typesOf(type).types], issuer })

const rest = ({ type, status, termsOfUse = [] }: Draft, credentialSubject: JsonObject, { subject }: Named): JsonObject => ({
  credentialSubject: { id: subject, ...credentialSubject },
  credentialSchema: oneOrAll(typesOf(type).schemas.map((schema) => ({ ...schema }))),
  ...(status !== undefined && { credentialStatus: statusEntry(status) }),
  ...(termsOfUse.length > 0 && { termsOfUse: oneOrAll([...termsOfUse]) }),
})

const oneOrAll = (values: JsonObject[]): Json => (values.length === 1 && values[0] !== undefined ? values[0] : values)

const statusEntry = ({ uri, index }: StatusReference): JsonObject => ({
  id: `${uri}#${index}`,
  type: BITSTRING_ENTRY,
  statusPurpose: 'revocation',
  statusListIndex: String(index),
  statusListCredential: uri,
})

/** Three parts, of which the first is the base64url of a JSON object; what has disclosures after it is of another format. */
const isCompactJws = (text: string): boolean => /^e[w-z0-9_-]/.test(text) && text.split('.', 4).length === 3 && !text.includes('~')
const OURS: readonly Json[] = Object.values(TYP)

function parse(text: string): Credential | null {
  if (!isCompactJws(text)) return null
  const jws = parseJws(text)
  const { typ } = jws.header
  if (typ !== undefined && !OURS.includes(typ)) return null
  const isPresentation = typ === TYP.vp || (typ !== TYP.vc && Object.hasOwn(jws.payload, 'vp'))
  if (isPresentation) {
    const { inner, binding } = readVpJwt(jws)
    return credential(inner, text, binding)
  }
  // Tokens of many kinds call themselves a JWT, or nothing at all: only the claim tells.
  return typ === TYP.vc || Object.hasOwn(jws.payload, 'vc') ? credential(readVcJwt(jws), text) : null
}

function credential(vc: VcJwt, text: string, binding?: Binding): Credential {
  const view = viewOf(vc)
  return {
    view,
    proof: vc.proof,
    ...(binding && { binding }),
    salts: [],
    disclose(paths) {
      for (const path of paths) if (!leadsSomewhere({ ...view.envelope, ...view.claims }, path)) throw new SdJwtError('claim_not_there')
      return credential(vc, vc.text)
    },
    bind: (audience, algorithm) => unsignedVpJwt(vc, audience, algorithm),
    toString: () => text,
  }
}

/** What surrounds the claims. Whatever else an issuer writes beside the subject, such as `evidence`, is shown with it, and is to be told of. */
const ENVELOPE: ReadonlySet<string> = new Set(['iss', 'sub', 'jti', 'iat', 'nbf', 'exp', 'aud', 'status', 'id', ...OF_CREDENTIAL])

function viewOf(vc: VcJwt): View {
  const { issuer, subject, subjectId, vcdm, issuedAt, notBefore, expires } = vc
  const { id: _, ...credentialSubject } = subject
  const { vc: members, ...payload } = vc.payload
  const { credentialSubject: __, ...beside } = { ...payload, ...vc.vc }
  const entries = Object.entries(beside)
  const others = entries.filter(([name]) => !ENVELOPE.has(name))
  const around = entries.filter(([name]) => ENVELOPE.has(name))
  const keyUrl = subjectId === undefined ? null : keyUrlOfDid(subjectId)
  const holderKey = keyUrl === null ? null : keyOfDid(keyUrl)
  return {
    format: 'jwt_vc_json',
    type: vcdm.types.at(-1) ?? '',
    issuer,
    claims: { credentialSubject, ...Object.fromEntries(others) },
    envelope: Object.fromEntries(around),
    disclosable: [],
    vcdm,
    ...(issuedAt !== undefined && { issuedAt }),
    ...(notBefore !== undefined && { notBefore }),
    ...(expires !== undefined && { expires }),
    ...(holderKey !== null && { holderKey }),
  }
}

/** Whether a claims path selects something. */
function leadsSomewhere(claims: JsonObject, path: Path): boolean {
  let found: readonly Json[] = [claims]
  for (const step of path) {
    found = found.flatMap((value) => {
      if (step === null) return Array.isArray(value) ? value : []
      const next =
        typeof step === 'number' ? (Array.isArray(value) ? value[step] : undefined) : isObject(value) ? ownMember(value, step) : undefined
      return next === undefined ? [] : [next]
    })
  }
  return found.length > 0
}
