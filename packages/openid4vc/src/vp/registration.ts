import { findSigner, formatNamed, type Outcome, type Path, type Unsigned } from '@symbolon/credential'
import { isObject, type Json, type JsonObject, type Jws, parseJws, type SignatureAlgorithm, unsignedJws } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { reader } from '../message.ts'
import type { Asker, AskerContext } from './client_ids/index.ts'
import type { CredentialQuery, DcqlQuery } from './dcql/index.ts'
import type { VerifierInfo } from './presentation_request.ts'

/** What somebody is registered to ask for (ETSI TS 119 475, known at second hand). Times are seconds since 1970. */
export interface Registration {
  readonly name: string
  /** The identifier of the organisation, the one of its access certificate. */
  readonly identifier: string
  /** Why it asks, by language. */
  readonly purpose: Readonly<Record<string, string>>
  readonly credentials: readonly RegisteredCredential[]
  /** Where its privacy policy stands. */
  readonly privacyPolicy?: string
  readonly issuedAt: number
  readonly expires: number
}

/** One type of credential that may be asked for, and the claims of it; without `claims` none that can be hidden. */
export interface RegisteredCredential {
  readonly format: string
  readonly types: readonly string[]
  readonly claims: readonly Path[]
}

/** A registration and whether the trust file stands behind it; it counts for something only with `pass`. */
export interface JudgedRegistration {
  readonly outcome: Outcome
  readonly code: string
  readonly anchor?: string
  readonly registration?: Registration
}

/** The format of `verifier_info` that holds a registration certificate. */
export const REGISTRATION_FORMAT = 'registration_cert'
const TYP = 'rc-wrp+jwt'
const LONGEST = 65_536
const ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']

/** A registration certificate that lacks the signature of the registrar. */
export function createRegistration(registration: Registration, by: { algorithm: SignatureAlgorithm; x5c: readonly string[] }): Unsigned {
  const { name, identifier, purpose, credentials, privacyPolicy, issuedAt, expires } = registration
  const payload: JsonObject = {
    ...{ name, sub: identifier, iat: issuedAt, exp: expires },
    purpose: Object.entries(purpose).map(([lang, value]) => ({ lang, value })),
    credentials: credentials.map(({ format, types, claims }) => ({
      ...{ format, meta: formatNamed(format)?.asking(types) ?? {} },
      ...(claims.length > 0 && { claim: claims.map((path) => ({ path: [...path] })) }),
    })),
    ...(privacyPolicy !== undefined && { privacy_policy: privacyPolicy }),
  }
  return { algorithm: by.algorithm, ...unsignedJws({ alg: by.algorithm, typ: TYP, x5c: [...by.x5c] }, payload) }
}

/**
 * Judges the registration that came with a request, if one did: signed below an entry for `registration`, in force, and of the same organisation as the
 * access certificate (EUDI ARF RPRC_17a), which has to be vouched for itself: anybody can write that identifier into a certificate. One of our formats at most (RPRC_19).
 */
export async function judgeRegistration(
  info: readonly VerifierInfo[],
  asker: Pick<Asker, 'outcome' | 'organisation'>,
  context: AskerContext,
): Promise<JudgedRegistration> {
  const [given, another] = info.filter(({ format }) => format === REGISTRATION_FORMAT)
  if (given === undefined) return { outcome: 'unknown', code: 'registration_missing' }
  if (another !== undefined) return { outcome: 'fail', code: 'registration_malformed' }
  let jws: Jws
  let registration: Registration
  try {
    jws = parseCertificate(given.data)
    registration = readRegistration(jws.payload)
  } catch (error) {
    if (error instanceof PeerError) return { outcome: 'fail', code: error.code }
    throw error
  }
  const algorithm = ALGORITHMS.find((known) => known === jws.header.alg)
  if (algorithm === undefined) return { outcome: 'fail', code: 'registration_malformed' }
  const signer = await findSigner({ header: jws.header, algorithm }, { purpose: 'registration' }, { ...context, evidence: new Map() })
  if (signer.outcome !== 'pass' || signer.key === null) return { outcome: signer.outcome, code: signer.code }
  if (!(await context.primitives.verify(algorithm, signer.key, jws.input, jws.signature)))
    return { outcome: 'fail', code: 'registration_signature_wrong' }
  if (registration.expires <= context.now || registration.issuedAt > context.now + 60)
    return { outcome: 'fail', code: 'registration_expired' }
  if (asker.outcome !== 'pass' || registration.identifier !== asker.organisation)
    return { outcome: 'fail', code: 'registration_of_another' }
  return { outcome: 'pass', code: 'registered', registration, ...(signer.anchor && { anchor: signer.anchor.name }) }
}

const malformed = (place: string, what: string, cause?: unknown): PeerError =>
  new PeerError('registration_malformed', `${place} ${what}`, cause)
const read = reader(malformed)

function parseCertificate(data: Json): Jws {
  const text = read.string(data, 'data')
  if (text.length > LONGEST) throw malformed('data', `must have at most ${LONGEST} characters`)
  try {
    const jws = parseJws(text)
    return jws.header.typ === TYP ? jws : read.refuse('typ', `must be ${TYP}`)
  } catch (cause) {
    throw cause instanceof PeerError ? cause : malformed('data', 'is no JWS in compact form', cause)
  }
}

/** Reads the claims of a registration certificate; throws PeerError `registration_malformed`. */
export function readRegistration(payload: JsonObject): Registration {
  const privacyPolicy = read.optional(payload.privacy_policy, read.address, 'privacy_policy')
  return {
    name: read.string(payload.name, 'name'),
    identifier: read.string(payload.sub, 'sub'),
    purpose: purposes(payload.purpose),
    credentials: read.array(payload.credentials, 'credentials').map((entry, index) => registered(entry, `credentials[${index}]`)),
    ...(privacyPolicy !== undefined && { privacyPolicy }),
    issuedAt: read.whole(payload.iat, 'iat', 0),
    expires: read.whole(payload.exp, 'exp', 0),
  }
}

function purposes(value: Json | undefined): Record<string, string> {
  const entries = value === undefined ? [] : read.array(value, 'purpose')
  return Object.fromEntries(
    entries.map((entry, index) => {
      const { lang, value: text } = read.object(entry, `purpose[${index}]`)
      return [read.string(lang, `purpose[${index}].lang`), read.string(text, `purpose[${index}].value`)]
    }),
  )
}

function registered(entry: Json, place: string): RegisteredCredential {
  const { format, meta, claim, claims = claim } = read.object(entry, place)
  const paths = claims === undefined ? [] : read.array(claims, `${place}.claim`)
  const id = read.string(format, `${place}.format`)
  return {
    format: id,
    types: typesIn(id, meta),
    claims: paths.map((one, index) => {
      const path = read.array(read.object(one, `${place}.claim[${index}]`).path, `${place}.claim[${index}].path`)
      const isPath = path.every((step) => typeof step === 'string' || typeof step === 'number' || step === null)
      return isPath ? (path as Path) : read.refuse(`${place}.claim[${index}].path`, 'is no claims path')
    }),
  }
}

/** The types in `meta`; none when they cannot be read. */
function typesIn(format: string, meta: Json | undefined): readonly string[] {
  const unreadable = new Error('no types')
  try {
    return (isObject(meta) && formatNamed(format)?.typesAsked(meta, () => unreadable).names) || []
  } catch (error) {
    if (error === unreadable) return []
    throw error
  }
}

/** Something that is asked for beyond a registration: a type, or a claim of it. */
export interface Beyond {
  readonly queryId: string
  readonly types: readonly string[]
  readonly path?: Path
}

/** What a query asks for that the registration does not have (EUDI ARF RPRC_21): every type of a query, and every claim for each of them. */
export function beyondRegistration(query: DcqlQuery, { credentials }: Pick<Registration, 'credentials'>): Beyond[] {
  return query.credentials.flatMap((asked) => {
    const { id: queryId, format, types = [] } = asked
    const fitting = credentials.filter((one) => one.format === format)
    const strange = types.filter((type) => !fitting.some((one) => one.types.includes(type)))
    // Of types that cannot be read nothing is registered.
    if (strange.length > 0 || types.length === 0 || fitting.length === 0) return [{ queryId, types: strange }]
    return beyondClaims(asked, (type) => fitting.filter((one) => one.types.includes(type)).flatMap(({ claims }) => claims))
  })
}

const beyondClaims = ({ id: queryId, types = [], claims }: CredentialQuery, allowed: (type: string) => readonly Path[]): Beyond[] =>
  claims
    .filter(({ path }) => !types.every((type) => allowed(type).some((registered) => covers(registered, path))))
    .map(({ path }) => ({ queryId, types, path }))

/** Whether who may ask for one path may ask for the other: for what lies within, and for an array as a whole when it may ask for each element. */
function covers(registered: Path, asked: Path): boolean {
  const length = Math.min(registered.length, asked.length)
  for (let at = 0; at < length; at++)
    if (registered[at] !== asked[at] && !(registered[at] === null && typeof asked[at] === 'number')) return false
  return registered.slice(asked.length).every((step) => step === null)
}
