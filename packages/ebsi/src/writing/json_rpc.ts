import { isObject, type Json, type JsonObject, ownMember } from '@symbolon/sd-jwt'
import { type Answer, jsonAnswer, mediaType, saying } from '../answer.ts'
import { EbsiError } from '../errors.ts'
import { revertReason } from './abi.ts'
import type { RegistryCall } from './call.ts'
import type { UnsignedTransaction } from './transaction.ts'

/** A JSON-RPC request (JSON-RPC 2.0 section 4): the body to POST. */
export const rpcRequest = (id: number, method: string, params: readonly Json[]): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params })

/** The request that has a registry build the transaction of a call. */
export const buildRequest = (id: number, call: RegistryCall, from: string): string =>
  rpcRequest(id, call.method, [{ from, ...call.params }])

/** A signed transaction and its signature, each hex text with `0x`. */
export interface SignedTransaction {
  readonly signedRawTransaction: string
  readonly r: string
  readonly s: string
  readonly v: string
}

/** The request that has a registry send a signed transaction on to the ledger. */
export const sendRequest = (id: number, unsignedTransaction: UnsignedTransaction, signed: SignedTransaction): string =>
  rpcRequest(id, 'sendSignedTransaction', [{ protocol: 'eth', unsignedTransaction: { ...unsignedTransaction }, ...signed }])

/**
 * The result of a JSON-RPC answer: `error` is looked at first, whatever the HTTP status, since older registries refuse with 200.
 *
 * Throws `registry_refused` with what the registry says, `registry_failed` for another HTTP status, `registry_content_type`,
 * `registry_answer_malformed`, `registry_answer_of_other` for the answer to another request (JSON-RPC 2.0 section 5).
 */
export function readRpcAnswer(answer: Answer, id: number): Json {
  if (answer.status >= 400) refuseStatus(answer)
  const body = jsonAnswer(answer)
  if (!isObject(body)) throw new EbsiError('registry_answer_malformed', 'not an object')
  if (ownMember(body, 'error') !== undefined) throw refusal(body)
  if (answer.status !== 200) throw new EbsiError('registry_failed', `HTTP status ${answer.status}`)
  if (body.jsonrpc !== '2.0') throw new EbsiError('registry_answer_malformed', 'jsonrpc')
  if (body.id !== id) throw new EbsiError('registry_answer_of_other', 'id')
  const result = ownMember(body, 'result')
  if (result === undefined) throw new EbsiError('registry_answer_malformed', 'result')
  return result
}

/** A refusal with a reason that can be read is a refusal; any other answer with such a status says only that. */
function refuseStatus(answer: Answer): never {
  const types = ['application/json', 'application/problem+json']
  const body = types.includes(mediaType(answer)) ? jsonAnswer(answer, types) : null
  if (isObject(body) && ownMember(body, 'error') !== undefined) throw refusal(body)
  if (isObject(body) && answer.status < 500 && typeof body.title === 'string')
    throw new EbsiError('registry_refused', saying(typeof body.detail === 'string' ? `${body.title}: ${body.detail}` : body.title))
  throw new EbsiError('registry_failed', `HTTP status ${answer.status}`)
}

function refusal(body: JsonObject): EbsiError {
  const error = ownMember(body, 'error')
  return new EbsiError('registry_refused', saying(isObject(error) ? error.message : error))
}

/** The hash of the transaction that a registry sent on; throws `registry_answer_malformed`. */
export function readTransactionHash(result: Json): string {
  if (typeof result !== 'string' || !/^0x[0-9a-f]{64}$/i.test(result)) throw new EbsiError('registry_answer_malformed', 'transaction hash')
  return result.toLowerCase()
}

/** The request for the receipt of a transaction (Ethereum JSON-RPC). */
export const receiptRequest = (id: number, hash: string): string => rpcRequest(id, 'eth_getTransactionReceipt', [hash])

/**
 * Whether the transaction is in a block; throws `transaction_reverted` with the contract's reason when it is and did nothing,
 * `registry_answer_of_other`, `registry_answer_malformed`.
 */
export function readReceipt(result: Json, hash: string): boolean {
  if (result === null) return false
  if (!isObject(result)) throw new EbsiError('registry_answer_malformed', 'receipt')
  if (String(result.transactionHash).toLowerCase() !== hash) throw new EbsiError('registry_answer_of_other', 'receipt')
  if (result.status === '0x1') return true
  if (result.status !== '0x0') throw new EbsiError('registry_answer_malformed', 'receipt status')
  const reason = typeof result.revertReason === 'string' ? (revertReason(result.revertReason) ?? result.revertReason) : undefined
  throw new EbsiError('transaction_reverted', saying(reason))
}
