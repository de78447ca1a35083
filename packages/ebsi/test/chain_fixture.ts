import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  documentIdAt,
  type Evidence,
  findSigner,
  gather,
  type Part,
  type Purpose,
  parseCredential,
  parseTrust,
  partKey,
  prepareAnchors,
  type SignerVerdict,
} from '@symbolon/credential'
import { primitives, signer } from '@symbolon/primitives/node'
import { type JsonObject, type Primitives, unsignedJws } from '@symbolon/sd-jwt'
import { attributeUrl, createDidEbsi, type EbsiSettings, ebsiTrust } from '../src/index.ts'

export const NOW = 1_795_435_200
export const DAY = 86_400
export const ROOT_URL = 'https://api-pilot.ebsi.eu'
export const REGISTRIES: EbsiSettings['registries'] = [{ root: ROOT_URL, network: 'pilot' }]
export const PDA1 = 'VerifiablePortableDocumentA1'
export const SCHEMA = 'z5qB8tydkn3Xk3VXb15SJ9dAWW6wky1YEoVdGzudWzhcW'
export const OTHER_SCHEMA = 'z3MgUFUkb722uq4x3dv5yAJmnNmzDFeK5UC8x83QoeLJM'
const schemaUrl = (id: string) => `${ROOT_URL}/trusted-schemas-registry/v3/schemas/${id}`

/** A legal entity with its keys: one that signs, one that only enters. */
export interface Entity {
  readonly did: string
  readonly kid: string
  readonly key: KeyObject
  readonly document: JsonObject
}

export function entity(did = createDidEbsi((bytes) => primitives.random(bytes)), name = 'sign'): Entity {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [signing, entering] = [pair(), pair()]
  const method = (name: string, { publicKey }: typeof signing): JsonObject => ({
    id: `${did}#${name}`,
    type: 'JsonWebKey2020',
    controller: did,
    publicKeyJwk: publicKey.export({ format: 'jwk' }) as JsonObject,
  })
  const document = {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1'],
    id: did,
    controller: [did],
    verificationMethod: [method(name, signing), method('enter', entering)],
    authentication: [`${did}#${name}`, `${did}#enter`],
    assertionMethod: [`${did}#${name}`],
  }
  return { did, kid: `${did}#${name}`, key: signing.privateKey, document }
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

/** A VC-JWT as EBSI profiles it. */
export interface Vc {
  readonly types: readonly string[]
  readonly subject: JsonObject & { id: string }
  readonly schema?: string
  readonly termsOfUse?: readonly JsonObject[]
  readonly status?: JsonObject
  readonly from?: number
  readonly until?: number | null
  readonly kid?: string
  readonly alg?: string
  readonly key?: KeyObject
  /** Changes what would be signed. */
  readonly change?: (payload: JsonObject & { vc: JsonObject }) => void
}

export async function vcJwt(issuer: Entity, vc: Vc): Promise<string> {
  const { from = NOW - 30 * DAY, until = NOW + 365 * DAY, kid = issuer.kid, alg = 'ES256', key = issuer.key } = vc
  const id = 'urn:uuid:bfa61bbc-6988-4521-9ee3-8b0720aaa767'
  const payload = {
    ...{ iss: issuer.did, sub: vc.subject.id, jti: id, iat: from, nbf: from },
    ...(until !== null && { exp: until }),
    vc: {
      '@context': ['https://www.w3.org/2018/credentials/v1'],
      ...{ id, type: ['VerifiableCredential', 'VerifiableAttestation', ...vc.types], issuer: issuer.did },
      ...{ issuanceDate: iso(from), issued: iso(from), validFrom: iso(from) },
      ...(until !== null && { expirationDate: iso(until) }),
      credentialSubject: vc.subject,
      credentialSchema: { id: schemaUrl(vc.schema ?? SCHEMA), type: 'FullJsonSchemaValidator2021' },
      ...(vc.termsOfUse && { termsOfUse: [...vc.termsOfUse] }),
      ...(vc.status && { credentialStatus: vc.status }),
    } as JsonObject,
  }
  vc.change?.(payload)
  const jws = unsignedJws({ alg, typ: 'JWT', kid }, payload)
  return jws.seal(await signer(key, 'ES256').sign(jws.input))
}

export const terms = (did: string, attributeId: string): JsonObject => ({
  id: attributeUrl(ROOT_URL, { did, attributeId }),
  type: 'IssuanceCertificate',
})
export const line = (types: readonly string[] = [PDA1], schema = SCHEMA, limit?: string | string[]): JsonObject => ({
  schemaId: schemaUrl(schema),
  types: ['VerifiableCredential', 'VerifiableAttestation', ...types],
  ...(limit !== undefined && { limitJurisdiction: limit }),
})

/** One accreditation in the registry; members say what is otherwise. */
export interface Step {
  readonly subject: Entity
  readonly by: Entity
  readonly id: string
  readonly role: string
  readonly grant: string
  readonly accreditedFor?: JsonObject[] | null
  readonly above?: Step
  readonly row?: JsonObject
  readonly vc?: Partial<Vc>
  readonly body?: (body: string) => string
}

const GRANTS: Readonly<Record<string, string>> = {
  RootTAO: 'VerifiableAuthorisationForTrustChain',
  TAO: 'VerifiableAccreditationToAccredit',
  TI: 'VerifiableAccreditationToAttest',
}
export const step = (given: Omit<Step, 'grant'> & { grant?: string }): Step => ({ grant: GRANTS[given.role] ?? '', ...given })

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What the registry answers for it. */
export async function answerOf(
  { subject, by, id, grant, role, accreditedFor = [line()], above, row, vc, body = (text) => text }: Step,
  rootTao: string,
): Promise<JsonObject> {
  const text = body(
    await vcJwt(by, {
      types: ['VerifiableAccreditation', grant],
      subject: { id: subject.did, reservedAttributeId: id, ...(accreditedFor !== null && { accreditedFor }) },
      ...(above && { termsOfUse: [terms(above.subject.did, above.id)] }),
      status: { id: attributeUrl(ROOT_URL, { did: subject.did, attributeId: id }), type: 'EbsiAccreditationEntry' },
      ...vc,
    }),
  )
  return { did: subject.did, attribute: { hash: sha256(text), body: text, issuerType: role, tao: by.did, rootTao, ...row } }
}

export const accreditation = (did: string, id: string, answer: JsonObject | string, fetchedAt: number | undefined = NOW - DAY): Part => ({
  ...{ kind: 'accreditation', id: `${did} ${id}`, mediaType: 'application/json' },
  content: typeof answer === 'string' ? answer : JSON.stringify(answer),
  ...(fetchedAt !== undefined && { fetchedAt }),
})
export const documentPart = (
  { did, document }: Pick<Entity, 'did' | 'document'>,
  fetchedAt: number | undefined = NOW - DAY,
  at?: number,
): Part => ({
  ...{ kind: 'did_document', id: at === undefined ? did : documentIdAt(did, at), mediaType: 'application/did+ld+json' },
  content: JSON.stringify(document),
  ...(fetchedAt !== undefined && { fetchedAt }),
})

export const [root, tao, ti, stranger] = [entity(), entity(), entity(), entity()]
export const IDS = { root: '0'.repeat(63).concat('1'), tao: 'a'.repeat(64), ti: 'b'.repeat(64) }
export const rootStep = step({ subject: root, by: root, id: IDS.root, role: 'RootTAO', accreditedFor: null })
export const taoStep = step({ subject: tao, by: root, id: IDS.tao, role: 'TAO', above: rootStep })
export const tiStep = step({ subject: ti, by: tao, id: IDS.ti, role: 'TI', above: taoStep })
export const STEPS: readonly Step[] = [rootStep, taoStep, tiStep]

/** A registry with these steps: a step with the id of one that is there takes its place. */
export async function registry(changed: readonly (Partial<Step> & { id: string })[] = [], rootTao = root.did): Promise<Part[]> {
  const steps = [
    ...STEPS.map((one) => ({ ...one, ...changed.find(({ id }) => id === one.id) })),
    ...changed.filter(({ id }) => !STEPS.some((one) => one.id === id)).map((one) => one as Step),
  ]
  const records = await Promise.all(steps.map(async (one) => accreditation(one.subject.did, one.id, await answerOf(one, rootTao))))
  return [...records, ...[root, tao, ti, stranger].map((one) => documentPart(one))]
}

export const evidenceOf = (parts: readonly Part[]): Evidence => new Map(parts.map((part) => [partKey(part), part]))

/** A PDA1 of the issuer. */
export const pda1 = (change: Partial<Vc> = {}, issuer = ti): Promise<string> =>
  vcJwt(issuer, { types: [PDA1], subject: { id: 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA' }, termsOfUse: [terms(issuer.did, IDS.ti)], ...change })

export const TRUST: readonly JsonObject[] = [{ name: 'Root', did: root.did, for: 'credential' }]
export interface Judging {
  readonly trust?: readonly JsonObject[]
  readonly settings?: Partial<EbsiSettings>
  readonly now?: number
  readonly purpose?: Purpose
  readonly signedBy?: Entity
  /** What judges; what reads are always those of this process. */
  readonly primitives?: Primitives
}

/** What is found of a credential's signer with this evidence. */
export async function judged(
  text: string,
  parts: readonly Part[],
  { trust = TRUST, settings = {}, now = NOW, purpose = 'credential', signedBy, primitives: judging = primitives }: Judging = {},
): Promise<SignerVerdict> {
  const credential = await parseCredential(text, primitives)
  const anchors = await prepareAnchors(parseTrust(JSON.stringify(trust)), primitives)
  const mechanisms = [ebsiTrust({ registries: REGISTRIES, ...settings })]
  const held = evidenceOf(parts)
  const evidence = await gather(credential, (need) => held.get(partKey(need)), mechanisms)
  const { view, proof } = credential
  const header = signedBy === undefined ? proof.header : { ...proof.header, kid: signedBy.kid }
  const issuer = signedBy?.did ?? view.issuer
  const claim = { purpose, type: view.type, view, ...(issuer !== undefined && { issuer }) }
  return findSigner({ header, algorithm: proof.algorithm }, claim, {
    anchors,
    evidence: signedBy === undefined ? evidence : held,
    mechanisms,
    primitives: judging,
    now,
  })
}

export const found = async (...given: Parameters<typeof judged>): Promise<string> => {
  const { outcome, code } = await judged(...given)
  return `${outcome} ${code}`
}
