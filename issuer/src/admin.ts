import type { JsonObject } from '@symbolon/sd-jwt'
import type { HttpAnswer, HttpRequest } from '@symbolon/service'
import { invalid, iso, readBody, string } from './admin_body.ts'
import { type Offering, offerCalls } from './admin_offers.ts'
import { type Issuance, type Issuances, STATUSES, type Status } from './issuances.ts'

/** What the admin calls need. */
export interface Administration extends Offering {
  readonly issuances: Issuances
}

type Call = (request: HttpRequest) => Promise<HttpAnswer>

const LONGEST = 100
const LONGEST_REASON = 200

/** The calls of an institution about its offers and issuances (README, Issuer); each throws a `Refusal`. */
export function administration(parts: Administration): ReturnType<typeof offerCalls> & Record<'searchIssuances' | 'changeStatus', Call> {
  const { issuances, types, log } = parts
  return {
    ...offerCalls(parts),

    async searchIssuances(request) {
      const body = readBody(request, ['subject', 'type', 'cursor'])
      const page = await issuances.search({
        ...(body.subject !== undefined && { subject: string(body, 'subject', LONGEST) }),
        ...(body.type !== undefined && { type: string(body, 'type', LONGEST) }),
        ...(body.cursor !== undefined && { cursor: string(body, 'cursor', LONGEST) }),
      })
      return { json: { issuances: page.issuances.map(issuanceJson), ...(page.cursor !== null && { cursor: page.cursor }) } }
    },

    async changeStatus(request) {
      const body = readBody(request, ['status', 'reason'])
      const wanted = string(body, 'status', LONGEST_REASON)
      const status = (Object.keys(STATUSES) as Status[]).find((known) => known === wanted)
      if (status === undefined) throw invalid('status', `must be one of ${Object.keys(STATUSES).join(', ')}`)
      const reason = string(body, 'reason', LONGEST_REASON)
      const { issuance, along } = await issuances.setStatus(request.parameters.id ?? '', status, reason, types)
      for (const { id, type } of [issuance, ...along]) log.info({ issuance: id, type, status }, 'status changed')
      return { json: { ...issuanceJson(issuance), along: along.map(issuanceJson) } }
    },
  }
}

const issuanceJson = ({ id, type, status, copies, issuedAt, expiresAt }: Issuance): JsonObject => ({
  id,
  type,
  status,
  copies,
  issued_at: iso(issuedAt),
  expires_at: iso(expiresAt),
})
