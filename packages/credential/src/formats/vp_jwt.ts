import { isObject, type Json, type JsonObject, type Jws, SdJwtError, type SignatureAlgorithm, unsignedJws } from '@symbolon/sd-jwt'
import { keyUrlOfDid } from '../did/index.ts'
import { CredentialError } from '../errors.ts'
import type { Audience, Binding, Unsigned } from '../model.ts'
import * as read from './vc_jwt_members.ts'
import { parseVcJwt, TYP, type VcJwt } from './vc_jwt_reader.ts'

/** How long a presentation of ours may be used, in seconds. */
const LIFE = 300
const ENVELOPE = 'EnvelopedVerifiableCredential'
const ENVELOPED = 'data:application/vc+jwt,'

const malformed = (what: string): CredentialError => read.malformed(`presentation: ${what}`)

/**
 * Reads a presentation of exactly one credential, of the same data model: a VP-JWT (VCDM 1.1 section 6.3.1), or one secured by VC-JOSE-COSE section 3.1.2.
 *
 * Throws `CredentialError` (`vc_malformed`, `vc_forms_mixed`, `presentation_of_other`), and what the credential in it throws.
 */
export const readVpJwt = (jws: Jws): { readonly inner: VcJwt; readonly binding: Binding } =>
  jws.header.typ === TYP.vp ? readVersion2(jws) : readVersion1(jws)

function readVersion1(jws: Jws) {
  const { payload } = jws
  const { vp } = payload
  if (payload.vc !== undefined) throw new CredentialError('vc_forms_mixed', 'vc')
  if (!isObject(vp)) throw malformed('vp')
  read.requireContext(vp['@context'], '1.1')
  if (read.texts(vp, 'type')[0] !== 'VerifiablePresentation') throw malformed('type')
  const holder = read.text(payload, 'iss')
  same('sub', payload.sub ?? holder, holder)
  same('vp.holder', vp.holder ?? holder, holder)
  same('jti', payload.jti ?? vp.id, vp.id ?? payload.jti)
  const { verifiableCredential } = vp
  if (!Array.isArray(verifiableCredential) || verifiableCredential.length !== 1 || typeof verifiableCredential[0] !== 'string')
    throw malformed('verifiableCredential')
  const inner = credentialIn(verifiableCredential[0], holder, '1.1')
  const binding = readBinding(jws, holder)
  // A presentation does not outlive what it presents, nor come before it (EBSI, VP-JWT).
  const { notBefore, expires } = binding
  if (notBefore === undefined || notBefore < (inner.notBefore ?? 0)) throw malformed('nbf')
  if (expires === undefined || expires > (inner.expires ?? expires)) throw malformed('exp')
  return { inner, binding }
}

function readVersion2(jws: Jws) {
  const { payload } = jws
  for (const name of ['vc', 'vp']) if (payload[name] !== undefined) throw new CredentialError('vc_forms_mixed', name)
  read.requireContext(payload['@context'], '2.0')
  if (!read.texts(payload, 'type').includes('VerifiablePresentation')) throw malformed('type')
  const holder = payload.holder === undefined ? read.text(payload, 'iss') : read.identifier(payload, 'holder')
  same('iss', payload.iss ?? holder, holder)
  same('sub', payload.sub ?? holder, holder)
  const [enveloped, another] = read.several(payload, 'verifiableCredential')
  if (!isObject(enveloped) || another !== undefined || !read.texts(enveloped, 'type').includes(ENVELOPE))
    throw malformed('verifiableCredential')
  const id = read.text(enveloped, 'id')
  if (!id.startsWith(ENVELOPED)) throw malformed('verifiableCredential.id')
  return { inner: credentialIn(id.slice(ENVELOPED.length), holder, '2.0'), binding: readBinding(jws, holder) }
}

/** The credential presented; only its subject may show it. */
function credentialIn(text: string, holder: string, version: read.VcdmVersion): VcJwt {
  const inner = parseVcJwt(text)
  if (inner.version !== version) throw new CredentialError('vc_forms_mixed', 'verifiableCredential')
  if (inner.subjectId !== holder) throw new CredentialError('presentation_of_other')
  return inner
}

function readBinding({ header, payload, input, signature }: Jws, holder: string): Binding {
  const { kid } = header
  // A DID that is its key has one name for it; of others the key is not here.
  const name = keyUrlOfDid(holder)
  if (typeof kid !== 'string' || (name === null ? !kid.startsWith(`${holder}#`) : kid !== name)) throw malformed('kid')
  const expires = read.numericDate(payload, 'exp')
  const notBefore = read.numericDate(payload, 'nbf')
  return {
    algorithm: String(header.alg),
    header,
    input,
    signature,
    audience: read.text(payload, 'aud'),
    nonce: read.text(payload, 'nonce'),
    issuedAt: read.there(read.numericDate(payload, 'iat'), 'iat'),
    ...(notBefore !== undefined && { notBefore }),
    ...(expires !== undefined && { expires }),
    covers: true,
  }
}

/** A presentation of this credential for one audience, that lacks the holder's signature; throws `SdJwtError` (`holder_key_missing`) when its subject is no key. */
export function unsignedVpJwt(vc: VcJwt, { audience, nonce, issuedAt }: Audience, algorithm: SignatureAlgorithm): Unsigned {
  const holder = vc.subjectId ?? ''
  const kid = keyUrlOfDid(holder)
  if (kid === null) throw new SdJwtError('holder_key_missing', 'credentialSubject.id')
  const exp = Math.min(issuedAt + LIFE, vc.expires ?? Number.POSITIVE_INFINITY)
  const nbf = Math.max(issuedAt, vc.notBefore ?? 0)
  const claims: JsonObject = { iss: holder, sub: holder, aud: audience, nonce, iat: issuedAt, nbf, exp }
  const jws =
    vc.version === '1.1'
      ? unsignedJws({ alg: algorithm, typ: TYP.jwt, kid }, { ...claims, vp: presentation(vc.text, holder, '1.1') })
      : unsignedJws({ alg: algorithm, typ: TYP.vp, kid }, { ...claims, ...presentation(enveloped(vc.text), holder, '2.0') })
  return { algorithm, input: jws.input, seal: (signature) => jws.seal(signature) }
}

const enveloped = (text: string): JsonObject => ({ '@context': read.CONTEXTS['2.0'], id: `${ENVELOPED}${text}`, type: ENVELOPE })

const presentation = (credential: Json, holder: string, version: read.VcdmVersion): JsonObject => ({
  '@context': [read.CONTEXTS[version]],
  type: ['VerifiablePresentation'],
  holder,
  verifiableCredential: [credential],
})

function same(claim: string, value: Json | undefined, member: Json | undefined): void {
  if (value !== member) throw malformed(claim)
}
