import { createHash, generateKeyPairSync } from 'node:crypto'
import { formatNamed } from '@symbolon/credential'
import {
  type ClientIdPrefix,
  clientMetadata,
  createRequestObject,
  parseRequestFetch,
  REGISTRATION_FORMAT,
  REQUEST_MEDIA_TYPE,
  requestLink,
  statedPurposeInfo,
  x509Hash,
} from '@symbolon/openid4vc'
import { givenFault, type Question } from '@symbolon/question'
import { isObject, type JsonObject, parseJson } from '@symbolon/sd-jwt'
import { type HttpAnswer, type HttpRequest, refusal } from '@symbolon/service'
import { GIVEN_FAULTS } from '../questions.ts'
import { refused } from './errors.ts'
import type { RelyingParty } from './relying_parties.ts'
import { type Requests, randomName, type StoredRequest } from './requests.ts'

/** What asking needs. `now` gives seconds. */
export interface Asking {
  readonly url: string
  readonly requests: Requests
  readonly questions: ReadonlyMap<string, Question>
  readonly partyNamed: (id: string) => RelyingParty | undefined
  readonly requestLife: number
  readonly now: () => number
  readonly counted: (question: string) => void
}

/** What wallets must be able to verify: the algorithms of the formats we ask for (OpenID4VP 1.0 appendix B). */
const ALGORITHMS = ['ES256', 'ES384', 'ES512'] as const
/** HAIP 1.0 section 5 asks for this one. */
const PREFIX: ClientIdPrefix = x509Hash

/** `POST /requests`: a new request of a relying party. */
export async function createRequest(request: HttpRequest, party: RelyingParty, asking: Asking): Promise<HttpAnswer> {
  const { name, device, redirectUri, given } = readBody(request.body)
  const question = asking.questions.get(name)
  if (question === undefined || !party.questions.has(name))
    throw refused('question_not_allowed', `${party.name} may not ask ${JSON.stringify(name.slice(0, 60))}`)
  checkSigner(party)
  const fault = givenFault(question, given)
  if (fault !== undefined) throw refused('given_wrong', `given.${fault.name.slice(0, 60)}: ${GIVEN_FAULTS[fault.what]}`)
  const registration = party.registration?.content
  if (registration !== undefined && registration.expires <= asking.now())
    throw refused('asked_beyond_registration', `the registration certificate of ${party.name} has expired; have it renewed`)
  if (device === 'same' && redirectUri === undefined)
    throw refusal('invalid_request', 'redirect_uri is missing: on the same device the browser must come back')
  if (device === 'cross' && redirectUri !== undefined) throw refusal('invalid_request', 'redirect_uri is for device same only')
  if (redirectUri !== undefined && !party.redirectUris.has(redirectUri)) throw refused('redirect_uri_not_registered')
  const created = asking.now()
  const expires = created + asking.requestLife
  const { id, handle } = await asking.requests.create({
    ...{ party: party.id, question: name, given, nonce: `${randomName()}${randomName()}`, stateValue: randomName(), key: newKey() },
    ...{ created, expires, retention: question.retention, ...(redirectUri !== undefined && { redirectUri }) },
  })
  const requestUri = `${asking.url}/request-objects/${handle}`
  const uri = requestLink({ clientId: clientIdOf(party), requestUri, method: 'post' })
  asking.counted(name)
  return { status: 201, json: { id, uri, request_uri: requestUri, expires_at: expires } }
}

/** That nobody could sign the request must be known before a wallet is sent to fetch it. */
function checkSigner(party: RelyingParty): void {
  try {
    party.signer()
  } catch {
    throw refused(
      'access_certificate_unusable',
      `the access key or certificate of ${party.name} cannot be read, do not belong together, or have expired`,
    )
  }
}

function readBody(text: string) {
  let body: JsonObject
  try {
    const json = parseJson(text)
    if (!isObject(json)) throw new TypeError('no object')
    body = json
  } catch {
    throw refusal('invalid_request', 'the body must be a JSON object')
  }
  const { question: name, device = 'cross', redirect_uri: redirectUri, given = {} } = body
  if (typeof name !== 'string' || name === '') throw refusal('invalid_request', 'question must be the name of a question')
  if (device !== 'cross' && device !== 'same') throw refusal('invalid_request', 'device must be cross or same')
  if (redirectUri !== undefined && typeof redirectUri !== 'string') throw refusal('invalid_request', 'redirect_uri must be text')
  const texts = isObject(given) ? Object.entries(given) : undefined
  if (!texts?.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    throw refusal('invalid_request', 'given must be an object of texts')
  return { name, device, redirectUri, given: Object.fromEntries(texts) }
}

/** A key for the answer to one request (HAIP 1.0 section 5), as a private JWK. */
function newKey(): JsonObject {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...(privateKey.export({ format: 'jwk' }) as object), kid: randomName() } as JsonObject
}

/** The client identifier of a relying party: the hash of its access certificate. */
export const clientIdOf = (party: RelyingParty): string =>
  `${PREFIX.id}:${createHash('sha256').update(party.signer().certificate.raw).digest('base64url')}`

/** `GET` and `POST /request-objects/:handle`: the same request, signed at each fetch; it may be fetched again as long as it waits (OpenID4VP 1.0 section 5.10). */
export async function fetchRequest(http: HttpRequest, asking: Asking): Promise<HttpAnswer> {
  const { walletNonce } = http.method === 'POST' ? parseRequestFetch(http) : {}
  const stored = await asking.requests.ofHandle(http.parameters.handle ?? '')
  const party = stored && asking.partyNamed(stored.party)
  const question = stored && asking.questions.get(stored.question)
  if (stored?.state !== 'waiting' || party === undefined || question === undefined || stored.key === undefined)
    throw refused('request_not_open')
  const { signer, x5c } = party.signer()
  const unsigned = createRequestObject(
    {
      ...draftOf(stored, party, question, `${asking.url}/responses/${http.parameters.handle}`),
      issuedAt: asking.now(),
      ...(walletNonce !== undefined && { walletNonce }),
    },
    { algorithm: signer.algorithm, x5c },
  )
  return { headers: { 'content-type': REQUEST_MEDIA_TYPE }, text: unsigned.seal(await signer.sign(unsigned.input)) }
}

function draftOf(stored: StoredRequest, party: RelyingParty, question: Question, responseUri: string) {
  const { kty, crv, x, y, kid } = stored.key ?? {}
  const open = { kid: String(kid), jwk: { kty: String(kty), crv: String(crv), x: String(x), y: String(y) } }
  const formats = Object.fromEntries(
    question.query.credentials.map(({ format }) => [format, formatNamed(format)?.algorithmsSupported(ALGORITHMS) ?? {}]),
  )
  return {
    ...{ clientId: clientIdOf(party), responseMode: party.responseMode, responseUri, nonce: stored.nonce, state: stored.stateValue },
    ...{ query: question.queryJson, expires: stored.expires },
    clientMetadata: clientMetadata({ formats, ...(party.responseMode.encrypted && { encryptionKey: open }) }),
    verifierInfo: [
      ...(party.registration === undefined ? [] : [{ format: REGISTRATION_FORMAT, data: party.registration.jwt }]),
      statedPurposeInfo({ purpose: purposeOf(question), authorisation: question.authorisation }),
    ],
  }
}

/** What for, by language, as the wallet shows it. */
const purposeOf = ({ display }: Question): Record<string, string> =>
  Object.fromEntries(Object.entries(display).map(([language, { question, purpose }]) => [language, `${question} ${purpose}`]))
