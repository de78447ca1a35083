import { type Anchors, type CredentialType, type Language, pickLanguage, type TrustMechanism, verifyText } from '@symbolon/credential'
import { LARGEST_RESPONSE, ProtocolError, parseResponse, responseAnswer } from '@symbolon/openid4vc'
import { judge, type Question, type Reason, reasonText } from '@symbolon/question'
import { isObject, type JsonObject, type Primitives, parseJson } from '@symbolon/sd-jwt'
import { type HttpAnswer, type HttpRequest, refusal } from '@symbolon/service'
import { reasonData } from '../answer.ts'
import { type Asking, clientIdOf } from './asking.ts'
import { refused } from './errors.ts'
import type { EvidenceCache } from './evidence.ts'
import type { RelyingParty } from './relying_parties.ts'
import { type Outcome, randomName, type StoredRequest } from './requests.ts'

/** What answering needs besides. */
export interface Answering extends Asking {
  readonly types: ReadonlyMap<string, CredentialType>
  readonly anchors: Anchors
  readonly mechanisms: readonly TrustMechanism[]
  readonly primitives: Primitives
  readonly evidence: EvidenceCache
  readonly answered: (question: string, answer: string) => void
}

/** The largest body: an answer, and what a form makes of it. */
export const MOST_BODY = LARGEST_RESPONSE

/** `POST /responses/:handle`: what a wallet answers (OpenID4VP 1.0 section 8.2), top to bottom. */
export async function takeResponse(http: HttpRequest, answering: Answering): Promise<HttpAnswer> {
  const stored = await answering.requests.ofHandle(http.parameters.handle ?? '')
  const party = stored && answering.partyNamed(stored.party)
  const question = stored && answering.questions.get(stored.question)
  if (stored?.state !== 'waiting' || party === undefined || question === undefined || stored.key === undefined) throw closed()
  const response = await parseResponse(http, {
    mode: party.responseMode,
    query: question.query,
    state: stored.stateValue,
    decryptionKey: stored.key,
  })
  const outcome = response.kind === 'error' ? said(response) : await judged(response.tokens, stored, party, question, answering)
  const code = stored.redirectUri === undefined ? undefined : randomName()
  if (!(await answering.requests.settle(stored.id, outcome, question.retention, code))) throw closed()
  answering.answered(stored.question, outcome.answer ?? outcome.state)
  return { json: responseAnswer(code === undefined ? undefined : withCode(stored.redirectUri ?? '', code)) }
}

/** A request that was answered is closed, whoever answered it (section 14.2). */
const closed = (): ProtocolError => new ProtocolError('invalid_request', 'this request was answered, or has expired; ask for a new one')

/** A wallet that says no is heard at once: nobody waits for a time-out. */
const said = ({ error, description }: { error: string; description?: string }): Outcome => ({
  state: 'refused',
  reasons: [{ code: error, spec: 'OpenID4VP 1.0 section 8.5', facts: { ...(description !== undefined && { description }) } }],
})

/** What presentations mean. Throws ProtocolError `invalid_request`, with the reasons, for those that are not accepted: the request waits for a better answer. */
async function judged(
  tokens: ReadonlyMap<string, readonly string[]>,
  stored: StoredRequest,
  party: RelyingParty,
  question: Question,
  { types, anchors, mechanisms, primitives, evidence, now, requests }: Answering,
): Promise<Outcome> {
  const policy = { types, audience: clientIdOf(party), nonce: stored.nonce }
  const judgement = await judge(question, tokens, {
    ...{ query: question.query, types, now: now(), given: stored.given },
    check: (text, { maxStatusAge }) =>
      verifyText(text, evidence.lookupFor(text), { anchors, mechanisms, policy: { ...policy, maxStatusAge }, now: now(), primitives }),
  })
  if (judgement.accepted) return { state: 'answered', answer: judgement.answer, reasons: judgement.reasons }
  await requests.note(stored.id, judgement.reasons, question.retention)
  throw new ProtocolError('invalid_request', judgement.reasons.map((reason) => `${reason.code}: ${reasonText(reason, 'en')}`).join(' '))
}

function withCode(redirectUri: string, code: string): string {
  const url = new URL(redirectUri)
  url.searchParams.set('response_code', code)
  return url.href
}

/** `GET /requests/:id`: what became of a request of this relying party. */
export async function readRequest(http: HttpRequest, party: RelyingParty, { requests }: Answering): Promise<HttpAnswer> {
  const stored = await requests.ofParty(http.parameters.id ?? '', party.id)
  if (stored === undefined) throw refused('request_not_found')
  return { json: stateOf(stored, languageOf(http)) }
}

/** `POST /requests/:id/complete`: the browser that began it has come back (OpenID4VP 1.0 section 14.3, HAIP 1.0 section 5.1). */
export async function completeRequest(http: HttpRequest, party: RelyingParty, { requests }: Answering): Promise<HttpAnswer> {
  const id = http.parameters.id ?? ''
  if ((await requests.ofParty(id, party.id)) === undefined) throw refused('request_not_found')
  if (!(await requests.complete(id, party.id, codeIn(http.body)))) throw refused('response_code_wrong')
  const stored = await requests.ofParty(id, party.id)
  if (stored === undefined) throw refused('request_not_found')
  return { json: stateOf(stored, languageOf(http)) }
}

function codeIn(body: string): string {
  try {
    const json = parseJson(body)
    if (isObject(json) && typeof json.response_code === 'string') return json.response_code
  } catch {
    // Said below.
  }
  throw refusal('invalid_request', 'the body must be a JSON object with response_code')
}

/** Before the browser has come back there is neither an answer nor a reason to read; that there will be none need not wait. */
function stateOf({ state, answer, reasons, isComplete }: StoredRequest, language: Language): JsonObject {
  if (!isComplete && (state === 'answered' || state === 'waiting')) return { state: 'waiting', reasons: [] }
  return { state, ...(answer !== undefined && { answer }), reasons: reasons.map((reason) => reasonOf(reason, language)) }
}

const reasonOf = (reason: Reason, language: Language): JsonObject => reasonData(reason, language)

const languageOf = ({ headers }: HttpRequest): Language =>
  pickLanguage((headers['accept-language'] ?? '').split(',').map((one) => one.split(';', 1)[0]?.trim() ?? ''))
