import { randomBytes } from 'node:crypto'
import { covers, readAttestation } from './attestation.ts'
import { BASE_DOCUMENT, methodParameters, signTransaction } from './hand_made.ts'
import { createIdentity, type Identity } from './identity.ts'
import { attributeOf, ISSUER_TYPES } from './issuer_entries.ts'
import { setAttributeData, setAttributeMetadata } from './methods/attributes.ts'
import { insertDidDocument } from './methods/did_documents.ts'
import { toHex } from './methods/fields.ts'
import { CONTRACTS } from './methods/index.ts'
import type { Method } from './methods/method.ts'
import { addVerificationMethod, addVerificationRelationship } from './methods/verification_methods.ts'
import { type State, schemaUrl } from './state.ts'
import { build, submit } from './transactions.ts'
import { type AccreditedFor, accreditation, authorisationToOnboard, officeAccreditation, type Role } from './trust_credentials.ts'

/** One of the double's own entities: its keys, and the attribute by which it acts. */
export interface Authority {
  readonly identity: Identity
  readonly did: string
  /** 64 hex digits. */
  readonly attributeId: string
  /** The VC-JWT in that attribute. */
  readonly credential: string
}

export interface Bootstrap {
  readonly tao?: boolean
  /** A trusted issuer, accredited by the TAO, or by the root when there is none. */
  readonly ti?: boolean
  /** What they are accredited for; default: PDA1. */
  readonly accreditedFor?: readonly AccreditedFor[]
}

export interface Authorities {
  readonly office: Authority
  readonly root: Authority
  readonly tao: Authority | null
  readonly ti: Authority | null
}

const NONE = `0x${'0'.repeat(64)}`
const TEN_YEARS = 10 * 365 * 24 * 60 * 60
const PDA1_SCHEMA = 'z5qB8tydkn3Xk3VXb15SJ9dAWW6wky1YEoVdGzudWzhcW'

/** What issues of PDA1 are accredited for. */
export const pda1 = (state: State): AccreditedFor[] => [
  {
    schemaId: schemaUrl(state.origin, PDA1_SCHEMA),
    types: ['VerifiableCredential', 'VerifiableAttestation', 'VerifiablePortableDocumentA1'],
  },
]

/** Makes the EBSI office, a RootTAO, and on request a TAO and a TI; every write is a signed transaction with its block. */
export async function bootstrap(
  state: State,
  { tao: withTao = false, ti: withTi = false, accreditedFor = pda1(state) }: Bootstrap,
): Promise<Authorities> {
  const office = await makeRoot(state, (identity, id) => officeAccreditation(state, identity, id), createOffice(state))
  const officeKey = office.identity
  const rootIdentity = createIdentity()
  const selfIssued = (identity: Identity, attributeId: string): string =>
    accreditation(state, identity, null, { did: identity.did, role: 'RootTAO', attributeId, accreditedFor: [] })
  const root = await makeRoot(state, selfIssued, rootIdentity, officeKey)
  const tao = withTao ? await makeAccredited(state, root, 'TAO', accreditedFor) : null
  const ti = withTi ? await makeAccredited(state, tao ?? root, 'TI', accreditedFor) : null
  return { office, root, tao, ti }
}

function createOffice(state: State): Identity {
  const office = createIdentity()
  state.office.add(office.address)
  return office
}

async function makeRoot(
  state: State,
  credentialOf: (identity: Identity, attributeId: string) => string,
  identity: Identity,
  office: Identity = identity,
): Promise<Authority> {
  await register(state, identity)
  const attributeId = randomBytes(32).toString('hex')
  await write(state, office, setAttributeMetadata, {
    did: identity.did,
    attributeId: `0x${attributeId}`,
    issuerType: ISSUER_TYPES.indexOf('RootTAO'),
    taoDid: identity.did,
    taoAttributeId: NONE,
  })
  const credential = credentialOf(identity, attributeId)
  await accept(state, identity, attributeId, credential)
  return { identity, did: identity.did, attributeId, credential }
}

async function makeAccredited(state: State, by: Authority, role: Role, accreditedFor: readonly AccreditedFor[]): Promise<Authority> {
  const identity = createIdentity()
  await register(state, identity)
  const { attributeId, credential } = await accredit(state, by, { did: identity.did, role, accreditedFor })
  await accept(state, identity, attributeId, credential)
  return { identity, did: identity.did, attributeId, credential }
}

/** Registers an identity with both keys (facts, 4.1). */
export async function register(state: State, identity: Identity): Promise<void> {
  const { did, ledgerKey, signingKey } = identity
  const times = { notBefore: state.now(), notAfter: state.now() + TEN_YEARS }
  const ledgerMethod = methodParameters(ledgerKey, identity.publicKey)
  await write(state, identity, insertDidDocument, { did, baseDocument: BASE_DOCUMENT, ...ledgerMethod, ...times })
  await write(state, identity, addVerificationMethod, { did, ...methodParameters(signingKey, '') })
  for (const name of ['authentication', 'assertionMethod']) {
    await write(state, identity, addVerificationRelationship, { did, name, vMethodId: signingKey.kid, ...times })
  }
}

/** Reserves an attribute for a subject and issues the accreditation for it; the subject writes it into the registry itself. */
export async function accredit(
  state: State,
  by: Authority,
  { did, role, accreditedFor }: { did: string; role: Role; accreditedFor: readonly AccreditedFor[] },
): Promise<{ attributeId: string; credential: string }> {
  const attributeId = randomBytes(32).toString('hex')
  const isRoot = role === 'RootTAO'
  await write(state, by.identity, setAttributeMetadata, {
    did,
    attributeId: `0x${attributeId}`,
    issuerType: ISSUER_TYPES.indexOf(role),
    taoDid: isRoot ? did : by.did,
    taoAttributeId: isRoot ? NONE : `0x${by.attributeId}`,
  })
  return { attributeId, credential: accreditation(state, by.identity, by.attributeId, { did, role, attributeId, accreditedFor }) }
}

/** Writes the credential of a reserved attribute, as its subject. */
export async function accept(state: State, subject: Identity, attributeId: string, credential: string): Promise<void> {
  const attributeData = toHex(credential)
  await write(state, subject, setAttributeData, { did: subject.did, attributeId: `0x${attributeId}`, attributeData })
}

/** Takes an attribute back, as the one who gave it. */
export async function revoke(state: State, by: Authority, did: string, attributeId: string): Promise<void> {
  const issuerType = ISSUER_TYPES.indexOf('Revoked')
  const own = { taoDid: by.did, taoAttributeId: `0x${by.attributeId}` }
  await write(state, by.identity, setAttributeMetadata, { did, attributeId: `0x${attributeId}`, issuerType, ...own })
}

/** `VerifiableAuthorisationToOnboard` by an authority. */
export const onboard = (state: State, by: Authority, did: string): string => authorisationToOnboard(state, by.identity, by.attributeId, did)

/** Who accredits for a role: the office roots; else the TAO when its own accreditation covers all types, else the root. */
export function accreditorFor({ office, root, tao }: Authorities, role: Role, accreditedFor: readonly AccreditedFor[]): Authority {
  if (role === 'RootTAO') return office
  if (tao === null) return root
  const own = readAttestation(tao.credential)
  const types = accreditedFor
    .flatMap((one) => one.types)
    .filter((type) => !['VerifiableCredential', 'VerifiableAttestation'].includes(type))
  return types.every((type) => covers(own, type)) ? tao : root
}

/** Who may take an attribute back: the authority that gave it. Null when it is none of the double's own. */
export function giverOf({ office, root, tao }: Authorities, state: State, did: string, attributeId: string): Authority | null {
  const given = attributeOf(state.issuers.get(did), attributeId)?.latest
  if (given === undefined) return null
  return [tao, root].find((one) => one?.did === given.tao) ?? (given.issuerType === 'RootTAO' ? office : null)
}

async function write(state: State, by: Identity, method: Method, params: Readonly<Record<string, unknown>>): Promise<void> {
  const contract = CONTRACTS.find(({ methods }) => methods.includes(method))
  if (contract === undefined) throw new TypeError(`${method.name} is of no contract`)
  const unsigned = await build(state, contract, method, { from: by.address, ...params }, null)
  const prepared = await method.prepare(params, state)
  const { hash } = signTransaction(unsigned, by.ledgerKey)
  const receipt = state.ledger.receipt(submit(state, prepared, unsigned, hash, true))
  if (receipt?.status !== '0x1') throw new TypeError(`${method.name} was refused: ${receipt?.revertReason ?? 'no receipt'}`)
}
