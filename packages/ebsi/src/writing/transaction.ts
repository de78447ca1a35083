import { isObject, type Json, ownMember } from '@symbolon/sd-jwt'
import { EbsiError } from '../errors.ts'
import { differenceOf, type RegistryCall } from './call.ts'

/** A transaction as a registry builds it: addresses, call and quantities as hex text with `0x`. */
export interface UnsignedTransaction {
  readonly from: string
  readonly to: string
  readonly data: string
  readonly value: string
  readonly nonce: string
  readonly chainId: string
  readonly gasLimit: string
  readonly gasPrice: string
}

/** What is known of a transaction before it is asked for: who signs, and, where known, the ledger and the contract. */
export interface Expected {
  readonly from: string
  readonly chainId?: bigint | undefined
  readonly contract?: string | undefined
}

const ADDRESS = /^0x[0-9a-f]{40}$/i
const QUANTITY = /^0x[0-9a-f]{1,16}$/i
const CALL = /^0x(?:[0-9a-f]{2}){4,}$/i

const MEMBERS: Readonly<Record<keyof UnsignedTransaction, RegExp>> = {
  from: ADDRESS,
  to: ADDRESS,
  data: CALL,
  value: QUANTITY,
  nonce: QUANTITY,
  chainId: QUANTITY,
  gasLimit: QUANTITY,
  gasPrice: QUANTITY,
}

/**
 * Reads the result of a JSON-RPC method that builds a transaction; a member that is not known is a fault, for it would not be looked
 * at. Throws `transaction_malformed`.
 */
export function readTransaction(result: Json): UnsignedTransaction {
  if (!isObject(result)) throw new EbsiError('transaction_malformed', 'not an object')
  const unknown = Object.keys(result).find((name) => !Object.hasOwn(MEMBERS, name))
  if (unknown !== undefined) throw new EbsiError('transaction_malformed', 'a member that is not known')
  const entries = Object.entries(MEMBERS).map(([name, form]) => {
    const value = ownMember(result, name)
    if (typeof value !== 'string' || !form.test(value)) throw new EbsiError('transaction_malformed', name)
    return [name, value]
  })
  return Object.fromEntries(entries)
}

/**
 * Holds a transaction against what was asked: never is anything signed that this has not passed.
 *
 * Signer, ledger and contract as far as they are known; nothing is paid; the function and every argument. Throws
 * `transaction_not_as_asked` with the member that differs; ledgers with both numbers.
 */
export function checkTransaction(transaction: UnsignedTransaction, call: RegistryCall, expected: Expected): void {
  const difference =
    (isSame(transaction.from, expected.from) ? undefined : 'from') ??
    (expected.chainId === undefined || BigInt(transaction.chainId) === expected.chainId
      ? undefined
      : `chainId ${BigInt(transaction.chainId)} instead of ${expected.chainId}`) ??
    // A transaction without a ledger (EIP-155) could be sent on any.
    (BigInt(transaction.chainId) > 0n ? undefined : 'chainId') ??
    (expected.contract === undefined || isSame(transaction.to, expected.contract) ? undefined : 'to') ??
    (BigInt(transaction.value) === 0n ? undefined : 'value') ??
    (BigInt(transaction.gasPrice) === 0n ? undefined : 'gasPrice') ??
    differenceOf(transaction.data, call.contract)
  if (difference !== undefined) throw new EbsiError('transaction_not_as_asked', difference)
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
