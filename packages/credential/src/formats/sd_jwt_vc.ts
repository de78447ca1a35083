import {
  type Concealed,
  conceal,
  concealCopies,
  encodeHeader,
  type HashAlgorithm,
  type JsonObject,
  type Jws,
  keyBindingJws,
  ownMember,
  type Primitives,
  parseSdJwt,
  type Revealed,
  readKeyBinding,
  reveal,
  type SdJwt,
  SdJwtError,
  select,
  serialize,
  setMember,
  unsignedJws,
} from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { thumbprintOf } from '../keys/x5t.ts'
import type { Binding, Copy, Credential, Draft, Format, Path, Unsigned } from '../model.ts'
import { randomUrn } from './random_urn.ts'
import { readEnvelope } from './sd_jwt_vc_envelope.ts'

const HASH: HashAlgorithm = 'sha-256'
const TYP = 'dc+sd-jwt'

/** SD-JWT VC (draft 19), compact: what the European wallets carry. */
export const sdJwtVc: Format = {
  id: 'dc+sd-jwt',
  spec: 'draft-ietf-oauth-sd-jwt-vc-19',
  typesBy: 'vct',
  signedBy: 'certificates',
  statusList: 'token',
  configuration: (type) => ({ format: 'dc+sd-jwt', vct: type.vct }),
  typeConfigured: ({ vct }) => vct,
  algorithmsSupported: (algorithms) => ({ 'sd-jwt_alg_values': [...algorithms], 'kb-jwt_alg_values': [...algorithms] }),
  typesAsked: ({ vct_values: types }, fault) => {
    if (!Array.isArray(types) || types.length === 0 || !types.every((type) => typeof type === 'string'))
      throw fault('must have vct_values, an array of types that is not empty')
    return { names: types, matches: ({ type }) => types.includes(type) }
  },
  asking: (types) => ({ vct_values: [...types] }),
  build,
  buildCopies,
  parse: async (text, primitives) => (text.includes('~') ? await read(parseSdJwt(text), primitives) : null),
}

async function build(draft: Draft, primitives: Primitives): Promise<Unsigned> {
  return unsigned(draft, await headerOf(draft, primitives), await conceal(draft.claims, draft.type.frame, primitives, HASH), primitives)
}

async function buildCopies(common: Omit<Draft, keyof Copy>, copies: readonly Copy[], primitives: Primitives): Promise<Unsigned[]> {
  const header = await headerOf(common, primitives)
  const take = (one: Concealed, at: number) => unsigned({ ...common, ...copies[at] }, header, one, primitives)
  return concealCopies(common.claims, common.type.frame, copies.length, primitives, take, HASH)
}

/** With the certificates, or with the hash of the first for a type that must be small (RFC 7515 sections 4.1.6 and 4.1.8). */
async function headerOf({ type, algorithm, x5c }: Pick<Draft, 'type' | 'algorithm' | 'x5c'>, primitives: Primitives): Promise<string> {
  const header = { alg: algorithm, typ: TYP }
  if (type.certificates === 'embedded') return encodeHeader({ ...header, x5c: [...x5c] })
  return encodeHeader({ ...header, 'x5t#S256': await thumbprintOf(Uint8Array.fromBase64(x5c[0] ?? ''), primitives) })
}

function unsigned(draft: Draft, header: string, { payload, disclosures }: Concealed, primitives: Primitives): Unsigned {
  const signed = envelope(draft, primitives)
  for (const [name, value] of Object.entries(payload)) {
    // A claim of that name would decide on its own how long it holds, or for whom.
    if (Object.hasOwn(signed, name)) throw new CredentialError('envelope_malformed', name)
    setMember(signed, name, value)
  }
  const jws = unsignedJws(header, signed)
  return { algorithm: draft.algorithm, input: jws.input, seal: (signature) => serialize(jws.seal(signature), disclosures) }
}

/** The claims around those of the type: never concealed (SD-JWT VC section 2.2.2.3). */
function envelope(draft: Draft, primitives: Primitives): JsonObject {
  const { type, holderKey, status } = draft
  const claims: JsonObject = { iss: draft.issuer, iat: draft.issuedAt, nbf: draft.notBefore, exp: draft.expires, vct: type.vct }
  if (draft.typeIntegrity !== undefined) claims['vct#integrity'] = draft.typeIntegrity
  if (holderKey !== undefined) {
    const { kty, crv, x, y } = holderKey
    if (crv === undefined || x === undefined || y === undefined) throw new SdJwtError('key_unusable', 'holder key')
    claims.cnf = { jwk: { kty, crv, x, y } }
  }
  if (status !== undefined) claims.status = { status_list: { idx: status.index, uri: status.uri } }
  for (const [name, value] of Object.entries(type.envelope)) claims[name] = value === 'random' ? randomUrn(primitives) : value
  claims._sd_alg = HASH
  return claims
}

async function read(sdJwt: SdJwt, primitives: Primitives): Promise<Credential> {
  const { header } = sdJwt.jwt
  if (header.typ !== TYP) throw new SdJwtError('type_wrong', `this format wants ${TYP}`)
  const revealed = await reveal(sdJwt, primitives)
  const view = readEnvelope(revealed)
  const binding = await readBinding(sdJwt, revealed, primitives)
  return {
    view,
    proof: { algorithm: text(header.alg), header, input: sdJwt.jwt.input, signature: sdJwt.jwt.signature },
    ...(binding && { binding }),
    salts: sdJwt.disclosures.map(({ salt }) => salt),
    disclose: async (paths: readonly Path[]) => read(parseSdJwt(serialize(sdJwt.jwt, select(revealed, paths))), primitives),
    bind: async (audience, algorithm) => {
      const jws = await keyBindingJws({ ...audience, presented: sdJwt.text, hash: revealed.hash, algorithm }, primitives)
      return { algorithm, input: jws.input, seal: (signature) => sdJwt.text + jws.seal(signature) }
    },
    toString: () => sdJwt.text + (sdJwt.keyBinding?.text ?? ''),
  }
}

/** What the key binding JWT says (RFC 9901 section 4.3); its signature, and whether it is said to the right one, are judged by the checks. */
async function readBinding(sdJwt: SdJwt, revealed: Revealed, primitives: Primitives): Promise<Binding | undefined> {
  const jws = sdJwt.keyBinding
  if (jws === undefined) return undefined
  const { audience, nonce, issuedAt, presentedHash } = readKeyBinding(jws)
  const covers = (await primitives.digest(revealed.hash, sdJwt.text)) === presentedHash
  const notBefore = numericDate(jws, 'nbf')
  const expires = numericDate(jws, 'exp')
  return {
    algorithm: text(jws.header.alg),
    header: jws.header,
    input: jws.input,
    signature: jws.signature,
    audience,
    nonce,
    issuedAt,
    ...(notBefore !== undefined && { notBefore }),
    ...(expires !== undefined && { expires }),
    covers,
  }
}

function numericDate({ payload }: Jws, name: string): number | undefined {
  const value = ownMember(payload, name)
  if (value !== undefined && typeof value !== 'number') throw new SdJwtError('key_binding_malformed', name)
  return value
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
