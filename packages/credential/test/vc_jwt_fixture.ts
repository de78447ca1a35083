import { primitives } from '@symbolon/primitives/node'
import { base64url, isObject, type Json, type JsonObject, parseJws, type Signer, unsignedJws } from '@symbolon/sd-jwt'
import { didKeyOf } from '../src/did/index.ts'
import { formatNamed, parseCredential } from '../src/formats/index.ts'
import { type Draft, type Evidence, type Format, partKey, type Report } from '../src/model.ts'
import { type Anchors, parseTrust, prepareAnchors } from '../src/trust/index.ts'
import { verify } from '../src/verify/index.ts'
import type { Context, Policy } from '../src/verify/policy.ts'
import { attestationType } from './attestation_brick.ts'
import { AUDIENCE, type Holder, NONCE, newHolder } from './presentation_fixture.ts'
import { NOW } from './status_fixture.ts'

export { NOW }
export const ISSUER = 'did:ebsi:zYcXJpGw4oxsrGXc5WdR3UA'
export const KID = `${ISSUER}#keys-1`
export const LIST = 'https://issuer.example/status-lists/1'
export const DAY = 86_400

const found = formatNamed('jwt_vc_json')
if (found === undefined) throw new Error('the format is not there')
export const format: Format = found

export const type = attestationType()
export const issuer = newHolder()
export const holder = newHolder()
export const HOLDER = didKeyOf(holder.jwk)
export const HOLDER_KID = `${HOLDER}#${HOLDER.slice('did:key:'.length)}`

/** A trust file that names the one key of the issuer, for credentials and for lists. */
export const trusted = (keys: readonly { holder: Holder; kid: string }[] = [{ holder: issuer, kid: KID }]): Promise<Anchors> => {
  const entries = keys.flatMap(({ holder: { jwk }, kid }) =>
    ['credential', 'status'].map((purpose) => ({ name: `${purpose} ${kid}`, for: purpose, jwk: { ...jwk, kid } })),
  )
  return prepareAnchors(parseTrust(JSON.stringify(entries)), primitives)
}
export const anchors = await trusted()

/** The attestation as it is issued: VCDM 1.1, bound to the holder's did:key. */
export async function issue(change: Partial<Draft> = {}, by: Signer = issuer): Promise<string> {
  const draft: Draft = {
    type,
    claims: type.sample,
    issuer: ISSUER,
    algorithm: 'ES256',
    x5c: [],
    kid: KID,
    issuedAt: NOW - 3600,
    notBefore: NOW - 3600,
    expires: NOW + 30 * DAY,
    holderKey: holder.jwk,
    ...change,
  }
  const unsigned = await format.build(draft, primitives)
  return unsigned.seal(await by.sign(unsigned.input))
}

/** Members to set, or to leave out (undefined), before signing again. */
type Members = { readonly [name: string]: Json | undefined }
export interface Change {
  readonly header?: Members
  readonly payload?: Members
  /** Of the `vc` or `vp` claim. */
  readonly inner?: Members
}

const withMembers = (object: JsonObject, members: Members = {}): JsonObject => JSON.parse(JSON.stringify({ ...object, ...members }))

/** The same JWT with something changed before it was signed. */
export async function changed(text: string, { header, payload, inner }: Change, by: Signer = issuer): Promise<string> {
  const jws = parseJws(text)
  const claims = withMembers(jws.payload, payload)
  for (const name of ['vc', 'vp']) if (isObject(claims[name])) claims[name] = withMembers(claims[name], inner)
  return signed(withMembers(jws.header, header), claims, by)
}

export async function signed(header: JsonObject, payload: JsonObject, by: Signer = issuer): Promise<string> {
  const jws = unsignedJws(header, payload)
  return jws.seal(await by.sign(jws.input))
}

/** The attestation as VCDM 2.0 writes it, secured by VC-JOSE-COSE; undefined leaves a member out. */
export function version2(payload: Members = {}, header: Members = {}, by: Signer = issuer): Promise<string> {
  const members = {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id: 'urn:uuid:0b7f1f3c-5a3a-4b43-9d0a-6a4a3f6f2b11',
    type: type.vcdm?.types as string[],
    issuer: ISSUER,
    validFrom: new Date((NOW - 3600) * 1000).toISOString(),
    validUntil: new Date((NOW + 30 * DAY) * 1000).toISOString(),
    credentialSubject: { id: HOLDER, ...(type.sample.credentialSubject as JsonObject) },
    credentialSchema: { ...type.vcdm?.schemas[0] },
    iat: NOW - 3600,
  }
  return signed(withMembers({ alg: 'ES256', typ: 'vc+jwt', cty: 'vc', kid: KID }, header), withMembers(members, payload), by)
}

/** What the holder shows, to the one who asks, now. */
export async function show(text: string, by: Signer = holder): Promise<string> {
  const credential = await parseCredential(text, primitives)
  const unsigned = await credential.bind({ audience: AUDIENCE, nonce: NONCE, issuedAt: NOW - 5 }, 'ES256')
  return unsigned.seal(await by.sign(unsigned.input))
}

export const policy: Policy = { types: new Map([[type.vct, type]]), maxStatusAge: DAY, audience: AUDIENCE, nonce: NONCE }

export const evidenceOf = (parts: { readonly [list: string]: string }): Evidence =>
  new Map(
    Object.entries(parts).map(([id, content]) => {
      const need = { kind: 'status_list', id } as const
      return [partKey(need), { ...need, content, mediaType: 'application/jwt' }]
    }),
  )

/** The report on what was shown, all as it should be unless something is changed. */
export async function check(text: string, change: Partial<Context> = {}): Promise<Report> {
  const credential = await parseCredential(text, primitives)
  return verify(credential, { evidence: new Map(), anchors, policy, now: NOW, primitives, ...change })
}

export function finding(report: Report, id: string): string | undefined {
  const one = report.checks.find((check) => check.id === id)
  return one && `${one.outcome} ${one.code}`
}

/** The code that a text is refused with. */
export async function refusal(text: string): Promise<string> {
  try {
    await parseCredential(text, primitives)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'accepted'
}

export const payloadOf = (text: string): JsonObject => JSON.parse(base64url.decodeText(text.split('.')[1] ?? ''))
