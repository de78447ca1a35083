import {
  type JsonObject,
  type Primitives,
  parseJsonObject,
  parseJws,
  SdJwtError,
  type SignatureAlgorithm,
  unsignedJws,
} from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { thumbprintOf } from '../keys/x5t.ts'
import { type Anchors, findSigner } from '../trust/index.ts'
import { acceptedAlgorithm } from '../verify/policy.ts'
import { GENERIC } from './dictionary.ts'
import { json, jws } from './jws.ts'
import { type CodeKind, pack, unpack } from './packing.ts'

/** What a verifier without a connection asks (specs/code.md). Times are seconds since 1970. */
export interface Challenge {
  /** Whom the answer is for: `x509_hash:` and the hash of the certificate that signs it, or `UNKNOWN_ASKER`. */
  readonly audience: string
  /** 128 random bits in base64url, used once. */
  readonly nonce: string
  /** The name of a question. What is shown is what the wallet's own copy of that question says. */
  readonly question: string
  readonly expires: number
}

/** Who asks, as far as the trust file tells: `unknown` for one who signed nothing. */
export type Asker =
  | { readonly outcome: 'pass'; readonly anchor: string; readonly subject: string; readonly organisation?: string }
  | { readonly outcome: 'unknown' }

/** The audience of whoever has no certificate: no verifier with one, and none that asks online, ever has this name. */
export const UNKNOWN_ASKER = 'urn:symbolon:unknown-asker'

/** How long a challenge is good, in seconds. */
export const CHALLENGE_LIFE = 60
/** Clocks differ a little. */
const SKEW = 60

const CHALLENGE: CodeKind = { prefix: 'SYC1:', contents: [jws, json] }
const TYP = 'symbolon-challenge+jwt'

/** Whether a text says of itself that it is a challenge. */
export const isChallenge = (text: string): boolean => text.startsWith(CHALLENGE.prefix)

/** What signs challenges: the access certificate of a verifier. */
export interface ChallengeSigner {
  readonly algorithm: SignatureAlgorithm
  readonly x5c: readonly string[]
  sign(input: string): Promise<Uint8Array> | Uint8Array
}

/** Makes a challenge and the text of its QR code, signed where there is a certificate. `nonce` is of 128 random bits. */
export async function createChallenge(
  { question, nonce, now }: { readonly question: string; readonly nonce: string; readonly now: number },
  signer: ChallengeSigner | undefined,
  primitives: Primitives,
): Promise<{ readonly challenge: Challenge; readonly code: string }> {
  const leaf = signer && Uint8Array.fromBase64(signer.x5c[0] ?? '')
  const audience = leaf === undefined ? UNKNOWN_ASKER : `x509_hash:${await thumbprintOf(leaf, primitives)}`
  const challenge = { audience, nonce, question, expires: now + CHALLENGE_LIFE }
  const payload = { aud: audience, nonce, question, exp: challenge.expires }
  const text = signer ? await signed(payload, signer) : JSON.stringify(payload)
  const code = await pack(CHALLENGE, text, GENERIC, primitives)
  if (code === null) throw new TypeError('a challenge of no kind')
  return { challenge, code }
}

async function signed(payload: JsonObject, signer: ChallengeSigner): Promise<string> {
  const { input, seal } = unsignedJws({ alg: signer.algorithm, typ: TYP, x5c: [...signer.x5c] }, payload)
  return seal(await signer.sign(input))
}

/**
 * Reads a challenge and finds out who asks. What it asks for is only the name of a question: no list of claims in it would be looked at.
 *
 * Throws `CredentialError`: `challenge_malformed`, `challenge_expired`, `challenge_not_trusted` for one that is signed by somebody for whom the trust
 * file does not vouch, and those of `unpackCode`.
 */
export async function openChallenge(
  code: string,
  context: { readonly anchors: Anchors; readonly primitives: Primitives; readonly now: number },
): Promise<{ readonly challenge: Challenge; readonly asker: Asker }> {
  const text = await unpack(CHALLENGE, code, new Map(), context.primitives)
  try {
    if (text.startsWith('{')) {
      const challenge = read(parseJsonObject(text), context.now)
      if (challenge.audience !== UNKNOWN_ASKER) throw malformed('aud is a name that is not signed for')
      return { challenge, asker: { outcome: 'unknown' } }
    }
    return await openSigned(text, context)
  } catch (error) {
    if (error instanceof SdJwtError) throw malformed(error.code)
    throw error
  }
}

/** The challenge that a verifier made itself, from its own file: who signed it is not looked at. Throws `challenge_malformed` and those of `unpackCode`. */
export async function ownChallenge(code: string, primitives: Primitives): Promise<Challenge> {
  const text = await unpack(CHALLENGE, code, new Map(), primitives)
  try {
    return parse(text.startsWith('{') ? parseJsonObject(text) : parseJws(text).payload)
  } catch (error) {
    if (error instanceof SdJwtError) throw malformed(error.code)
    throw error
  }
}

async function openSigned(text: string, context: Parameters<typeof openChallenge>[1]) {
  const { header, payload, input, signature } = parseJws(text)
  if (header.typ !== TYP) throw malformed('typ')
  const challenge = read(payload, context.now)
  const algorithm = acceptedAlgorithm({ types: new Map(), maxStatusAge: 0 }, String(header.alg))
  if (algorithm === undefined) throw notTrusted('algorithm_not_allowed')
  const signer = await findSigner({ header, algorithm }, { purpose: 'access' }, { ...context, evidence: new Map() })
  const { certificate } = signer
  if (signer.outcome !== 'pass' || signer.key === null || signer.anchor === undefined || certificate === undefined)
    throw notTrusted(signer.code)
  if (!(await context.primitives.verify(algorithm, signer.key, input, signature))) throw notTrusted('signature_wrong')
  if (challenge.audience !== `x509_hash:${await thumbprintOf(certificate.der, context.primitives)}`)
    throw malformed('aud is another certificate')
  const { text: subject, organisation } = certificate.subject
  const asker: Asker = { outcome: 'pass', anchor: signer.anchor.name, subject, ...(organisation !== undefined && { organisation }) }
  return { challenge, asker }
}

/** Also within its time. */
function read(payload: JsonObject, now: number): Challenge {
  const challenge = parse(payload)
  const { expires } = challenge
  if (expires > now + CHALLENGE_LIFE + SKEW) throw malformed('it lives longer than a challenge may')
  if (expires + SKEW < now) throw new CredentialError('challenge_expired')
  return challenge
}

/** Exactly these members: whatever else is asked for in a challenge is not for us. */
function parse(payload: JsonObject): Challenge {
  const { aud, nonce, question, exp, ...more } = payload
  if (Object.keys(more).length > 0) throw malformed('a member that no challenge has')
  if (typeof aud !== 'string' || aud.length > 100) throw malformed('aud')
  if (typeof nonce !== 'string' || !/^[A-Za-z0-9_-]{22}$/.test(nonce)) throw malformed('nonce')
  if (typeof question !== 'string' || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(question) || question.length > 100) throw malformed('question')
  if (typeof exp !== 'number' || !Number.isSafeInteger(exp)) throw malformed('exp')
  return { audience: aud, nonce, question, expires: exp }
}

const malformed = (what: string): CredentialError => new CredentialError('challenge_malformed', what)
const notTrusted = (why: string): CredentialError => new CredentialError('challenge_not_trusted', why)
