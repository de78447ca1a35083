import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { PeerError, ProtocolError } from '../../errors.ts'
import { reader } from '../../message.ts'
import type { Form } from '../form.ts'

/** What the person has to type, and how (OpenID4VCI 1.0 section 4.1.1); an empty object still asks for a code. */
export interface TxCode {
  readonly inputMode?: 'numeric' | 'text'
  readonly length?: number
  /** At most 300 characters. */
  readonly description?: string
}

/** The pre-authorized code of an offer, and whether a transaction code goes with it. */
export interface PreAuthorizedOffer {
  readonly code: string
  readonly txCode?: TxCode
  /** Which of several authorization servers to ask. */
  readonly authorizationServer?: string
}

/** What a wallet sends to redeem it. */
export interface PreAuthorizedRequest {
  readonly code: string
  readonly txCode?: string
}

/** The pre-authorized code grant (OpenID4VCI 1.0 sections 4.1.1 and 6.1). */
export const preAuthorizedCode = {
  id: 'urn:ietf:params:oauth:grant-type:pre-authorized_code',
  spec: 'OpenID4VCI 1.0 section 6.1',
  demandsDpop: false,
  offerMembers,
  parseOffer,
  requestMembers,
  parseRequest,
} as const

const LONGEST_DESCRIPTION = 300

function offerMembers(offer: PreAuthorizedOffer): JsonObject {
  const members: JsonObject = { 'pre-authorized_code': offer.code }
  if (offer.authorizationServer !== undefined) members.authorization_server = offer.authorizationServer
  if (offer.txCode !== undefined) {
    const { inputMode, length, description } = offer.txCode
    members.tx_code = {
      ...(inputMode !== undefined && { input_mode: inputMode }),
      ...(length !== undefined && { length }),
      ...(description !== undefined && { description }),
    }
  }
  return members
}

/** Reads the grant's members of an offer; throws PeerError `offer_malformed`. */
function parseOffer(value: Json, place: string): PreAuthorizedOffer {
  const read = reader((where, what, cause) => new PeerError('offer_malformed', `${where} ${what}`, cause))
  const members = read.object(value, place)
  const authorizationServer = read.optional(members.authorization_server, read.string, `${place}.authorization_server`)
  const txCode = read.optional(members.tx_code, (given, where) => parseTxCode(read.object(given, where), where), `${place}.tx_code`)
  return {
    code: read.string(members['pre-authorized_code'], `${place}.pre-authorized_code`),
    ...(txCode && { txCode }),
    ...(authorizationServer !== undefined && { authorizationServer }),
  }

  function parseTxCode(given: JsonObject, where: string): TxCode {
    const inputMode = given.input_mode
    if (inputMode !== undefined && inputMode !== 'numeric' && inputMode !== 'text') {
      return read.refuse(`${where}.input_mode`, 'must be numeric or text')
    }
    const length = read.optional(given.length, (number, at) => read.whole(number, at, 1), `${where}.length`)
    const description = read.optional(given.description, read.string, `${where}.description`)
    if (description !== undefined && description.length > LONGEST_DESCRIPTION) {
      read.refuse(`${where}.description`, `must have at most ${LONGEST_DESCRIPTION} characters`)
    }
    return { ...(inputMode && { inputMode }), ...(length !== undefined && { length }), ...(description !== undefined && { description }) }
  }
}

function requestMembers(request: PreAuthorizedRequest): Record<string, string> {
  return { 'pre-authorized_code': request.code, ...(request.txCode !== undefined && { tx_code: request.txCode }) }
}

/** Reads the grant's parameters of a token request; throws ProtocolError `invalid_request`. */
function parseRequest(form: Form): PreAuthorizedRequest {
  const code = form.get('pre-authorized_code')
  if (code === undefined) throw new ProtocolError('invalid_request', 'pre-authorized_code is missing')
  const txCode = form.get('tx_code')
  return { code, ...(txCode !== undefined && { txCode }) }
}

/** Whether a transaction code came exactly when one is expected (OpenID4VCI 1.0 section 6.3); throws ProtocolError `invalid_request`. */
export function checkTxCodeGiven(request: PreAuthorizedRequest, expected: boolean): void {
  if (expected && request.txCode === undefined)
    throw new ProtocolError('invalid_request', 'tx_code is missing; this offer needs the code that was sent apart')
  if (!expected && request.txCode !== undefined) throw new ProtocolError('invalid_request', 'tx_code was sent and this offer has none')
}
