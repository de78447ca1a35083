import { Transaction } from 'micro-eth-signer'
import { RLP } from 'micro-eth-signer/core/rlp.js'
import { isController } from './did_entries.ts'
import { LedgerError, quantity, Revert, type Submitted } from './ledger.ts'
import type { Contract } from './methods/index.ts'
import type { Method, Prepared } from './methods/method.ts'
import { invalidParams, invalidRequest, RpcError } from './rpc_error.ts'
import type { Scope } from './scopes.ts'
import type { State } from './state.ts'

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

/** Who writes: the subject of the access token and its scope; null outside strict mode. */
export type Writer = { readonly subject: string; readonly scope: Scope } | null

/** Gas of a call that could not be estimated, for it would revert (facts, 4). */
const ANY_GAS = '0x1000000'
const ESTIMATE = 100_000

const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** The unsigned transaction for a method's parameters. */
export async function build(
  state: State,
  contract: Contract,
  method: Method,
  params: Readonly<Record<string, unknown>>,
  writer: Writer,
): Promise<UnsignedTransaction> {
  checkScope(method, writer)
  const { from } = params
  if (typeof from !== 'string' || !ADDRESS.test(from)) throw invalidParams('from must be an address')
  const prepared = await method.prepare(params, state)
  checkInvitation(prepared, writer)
  const sender = from.toLowerCase()
  return {
    from,
    to: contract.address,
    data: prepared.data,
    value: '0x0',
    nonce: quantity(state.ledger.nextNonce(sender)),
    chainId: quantity(state.ledger.chainId),
    gasLimit: canBeEstimated(state, prepared, sender) ? quantity(Math.round(ESTIMATE * 1.4)) : ANY_GAS,
    gasPrice: '0x0',
  }
}

function canBeEstimated(state: State, prepared: Prepared, sender: string): boolean {
  try {
    prepared.plan({ state, sender, time: state.now() })
    return true
  } catch (error) {
    if (error instanceof Revert) return false
    throw error
  }
}

function checkScope(method: Method, writer: Writer): void {
  if (writer && !method.scopes.some((name) => name === writer.scope.name)) {
    throw invalidRequest(`scope ${writer.scope.name} does not allow ${method.name}`)
  }
}

function checkInvitation({ did }: Prepared, writer: Writer): void {
  if (writer?.scope.isInvitation && did !== writer.subject) throw invalidRequest('with an invitation did must be the subject of the token')
}

/** `sendSignedTransaction`: its checks stand in the order of the facts (4). Answers the hash. */
export async function send(state: State, contract: Contract, params: Readonly<Record<string, unknown>>, writer: Writer): Promise<string> {
  const { protocol, unsignedTransaction: unsigned, signedRawTransaction: raw } = params
  if (protocol !== 'eth') throw invalidParams('protocol must be eth')
  if (!isUnsigned(unsigned)) throw invalidParams('unsignedTransaction is incomplete')
  if (typeof raw !== 'string' || serialise(unsigned, params) !== raw.toLowerCase()) {
    throw invalidParams('unsignedTransaction with r, s and v is not signedRawTransaction')
  }
  const { hash, chainId, sender } = parse(raw)
  if (sender !== unsigned.from.toLowerCase()) throw invalidParams('the signature is not that of from')
  if (chainId !== BigInt(state.ledger.chainId)) throw invalidParams('chainId is not that of this ledger')
  if (unsigned.to.toLowerCase() !== contract.address) throw invalidParams('to is not the contract of this registry')
  const method = contract.methods.find(({ selector }) => selector !== null && unsigned.data.toLowerCase().startsWith(selector))
  if (method === undefined) throw invalidParams('the function called is not one of this registry')
  checkScope(method, writer)
  const prepared = await method.prepare(method.decode(unsigned.data), state)
  checkInvitation(prepared, writer)
  if (contract.bindsSubject && writer && !isController(state, writer.subject, sender)) {
    throw invalidRequest('the subject of the token is not controlled by the signing address')
  }
  return submit(state, prepared, unsigned, hash)
}

/** Gives a signed transaction to the ledger; `isUrgent` for what must not wait or fail on demand. Answers the hash. */
export function submit(state: State, prepared: Prepared, unsigned: UnsignedTransaction, bareHash: string, isUrgent = false): string {
  const from = unsigned.from.toLowerCase()
  const hash = `0x${bareHash.replace(/^0x/, '')}`
  const submitted: Submitted = {
    hash,
    isUrgent,
    from,
    to: unsigned.to,
    data: unsigned.data,
    nonce: Number(unsigned.nonce),
    gasLimit: unsigned.gasLimit,
    execute: () => prepared.plan({ state, sender: from, time: state.now() })(),
  }
  try {
    state.ledger.submit(submitted)
  } catch (error) {
    if (error instanceof LedgerError) throw new RpcError(-32000, error.message)
    throw error
  }
  return hash
}

const NUMBERS = ['value', 'nonce', 'chainId', 'gasLimit', 'gasPrice'] as const

function isUnsigned(value: unknown): value is UnsignedTransaction {
  if (typeof value !== 'object' || value === null) return false
  const { from, to, data, ...others } = value as Record<string, unknown>
  const isHex = typeof data === 'string' && /^0x([0-9a-fA-F]{2}){4,}$/.test(data)
  if (!isHex || typeof from !== 'string' || typeof to !== 'string' || !ADDRESS.test(from) || !ADDRESS.test(to)) return false
  return NUMBERS.every((name) => /^(0x[0-9a-fA-F]{1,64}|\d{1,20})$/.test(String(others[name])))
}

/** The legacy transaction in RLP with its signature, as hex in lower case; null when r, s or v are no numbers. */
function serialise(unsigned: UnsignedTransaction, { r, s, v }: Readonly<Record<string, unknown>>): string | null {
  const signature = [v, r, s].map((value) => (/^0x[0-9a-fA-F]{1,64}$/.test(String(value)) ? BigInt(String(value)) : null))
  if (signature.includes(null)) return null
  const { nonce, gasPrice, gasLimit, to, value, data } = unsigned
  const bytes = (hex: string): Buffer => Buffer.from(hex.slice(2), 'hex')
  const fields = [BigInt(nonce), BigInt(gasPrice), BigInt(gasLimit), bytes(to), BigInt(value), bytes(data), ...signature]
  return `0x${Buffer.from(RLP.encode(fields)).toString('hex')}`
}

function parse(raw: string): { hash: string; chainId: bigint | undefined; sender: string } {
  try {
    const transaction = Transaction.fromHex(raw)
    const { chainId } = transaction.raw as { chainId?: bigint }
    return { hash: transaction.hash, chainId, sender: transaction.recoverSender().address.toLowerCase() }
  } catch {
    throw invalidParams('signedRawTransaction is no legacy transaction with a signature')
  }
}
