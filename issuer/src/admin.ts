import type { CredentialType } from '@symbolon/credential'
import { credentialOffer, offerLink, preAuthorizedCode, type TxCode } from '@symbolon/openid4vc'
import { type Json, type JsonObject, parseJson, SdJwtError } from '@symbolon/sd-jwt'
import { type HttpAnswer, type HttpRequest, type Log, type Refusal, refusal } from '@symbolon/service'
import { claimsOf } from './claims.ts'
import { refused } from './errors.ts'
import { type Issuance, type Issuances, STATUSES, type Status } from './issuances.ts'
import type { IssuedType } from './issue.ts'
import type { Offer, Offers } from './offers.ts'

/** What the admin calls need. */
export interface Administration {
  readonly url: string
  readonly types: ReadonlyMap<string, IssuedType>
  readonly offers: Offers
  readonly issuances: Issuances
  readonly log: Log
  readonly now: () => number
}

type Call = (request: HttpRequest) => Promise<HttpAnswer>

const LONGEST_SUBJECT = 100
const LONGEST_REASON = 200
const TX_CODE: TxCode = { inputMode: 'numeric', length: 6 }

/** The calls of an institution about its offers and issuances (README, Issuer); each throws a `Refusal`. */
export function administration({
  url,
  types,
  offers,
  issuances,
  log,
  now,
}: Administration): Record<'createOffer' | 'readOffer' | 'withdrawOffer' | 'searchIssuances' | 'changeStatus', Call> {
  return {
    async createOffer(request) {
      const body = readBody(request, ['type', 'subject', 'grant', 'tx_code'])
      const name = string(body, 'type', LONGEST_SUBJECT)
      const subject = string(body, 'subject', LONGEST_SUBJECT)
      const txCode = body.tx_code ?? false
      if (typeof txCode !== 'boolean') throw invalid('tx_code', 'must be true or false')
      const issued = types.get(name)
      if (issued === undefined) throw refused('type_not_found')
      checkGrant(body.grant ?? preAuthorizedCode.id, issued.type)
      await checkSubject(issued, subject, log, now())
      const offer = await offers.create({ type: name, subject, txCode })
      const document = credentialOffer({
        issuer: url,
        configurationIds: [name],
        grants: { preAuthorized: { code: offer.code, ...(txCode && { txCode: TX_CODE }) } },
      })
      const secret = offer.txCode === undefined ? {} : { tx_code: offer.txCode }
      const json = { id: offer.id, uri: offerLink(document), credential_offer: document, ...secret, expires_at: iso(offer.expiresAt) }
      return { status: 201, headers: { location: `${url}/admin/offers/${offer.id}` }, json }
    },

    readOffer: async ({ parameters }) => ({ json: offerJson(await offers.find(parameters.id ?? '')) }),

    async withdrawOffer({ parameters }) {
      await offers.withdraw(parameters.id ?? '')
      return { status: 204 }
    },

    async searchIssuances(request) {
      const body = readBody(request, ['subject', 'type', 'cursor'])
      const page = await issuances.search({
        ...(body.subject !== undefined && { subject: string(body, 'subject', LONGEST_SUBJECT) }),
        ...(body.type !== undefined && { type: string(body, 'type', LONGEST_SUBJECT) }),
        ...(body.cursor !== undefined && { cursor: string(body, 'cursor', LONGEST_SUBJECT) }),
      })
      return { json: { issuances: page.issuances.map(issuanceJson), ...(page.cursor !== null && { cursor: page.cursor }) } }
    },

    async changeStatus(request) {
      const body = readBody(request, ['status', 'reason'])
      const wanted = string(body, 'status', LONGEST_REASON)
      const status = (Object.keys(STATUSES) as Status[]).find((known) => known === wanted)
      if (status === undefined) throw invalid('status', `must be one of ${Object.keys(STATUSES).join(', ')}`)
      const reason = string(body, 'reason', LONGEST_REASON)
      const known = new Map(Array.from(types, ([name, { type }]) => [name, type]))
      const issuance = await issuances.setStatus(request.parameters.id ?? '', status, reason, known)
      log.info({ issuance: issuance.id, type: issuance.type, status }, 'status changed')
      return { json: issuanceJson(issuance) }
    },
  }
}

/** Both ways to write a grant: as in the calls' table, and as OAuth names it. */
function checkGrant(grant: Json, type: CredentialType): void {
  const { id } = preAuthorizedCode
  if (grant !== id && !(typeof grant === 'string' && id.endsWith(`:${grant}`))) throw refused('grant_not_supported')
  if (!type.grants.includes(id)) {
    throw refused('grant_not_allowed')
  }
}

/** The institution hears at once what a wallet would only hear as a denial. */
async function checkSubject({ type, source }: IssuedType, subject: string, log: Log, now: number): Promise<void> {
  const found = await claimsOf(type, source, subject, now)
  if (!('code' in found)) return
  if (found.faults.length === 0) throw refused(found.code)
  log.warn({ type: type.name, faults: found.faults }, 'the source does not fit the type')
  throw refused(found.code, `what the source says does not fit the type: ${found.faults.join('; ')}`)
}

function readBody({ body }: HttpRequest, members: readonly string[]): JsonObject {
  let document: Json
  try {
    document = parseJson(body)
  } catch (error) {
    if (error instanceof SdJwtError) throw refusal('invalid_request', `the body is not JSON (${error.code})`)
    throw error
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw invalid('the body', 'must be an object')
  // A misspelt member would be a wish not granted: an offer without the transaction code somebody asked for.
  const unknown = Object.keys(document).find((name) => !members.includes(name))
  if (unknown !== undefined) throw invalid('the body', `may have ${members.join(', ')} and nothing else`)
  return document
}

function string(body: JsonObject, name: string, most: number): string {
  const value = body[name]
  if (typeof value !== 'string' || value === '' || value.length > most || /\p{Cc}/u.test(value)) {
    throw invalid(name, `must be text of one line, 1 to ${most} characters`)
  }
  return value
}

const invalid = (member: string, what: string): Refusal => refusal('invalid_request', `${member} ${what}`)
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString()

const offerJson = ({ id, type, state, createdAt, expiresAt, issuanceId }: Offer): JsonObject => ({
  id,
  type,
  state,
  created_at: iso(createdAt),
  expires_at: iso(expiresAt),
  ...(issuanceId !== null && { issuance: issuanceId }),
})

const issuanceJson = ({ id, type, status, copies, issuedAt, expiresAt }: Issuance): JsonObject => ({
  id,
  type,
  status,
  copies,
  issued_at: iso(issuedAt),
  expires_at: iso(expiresAt),
})
