import { createContract, parseAbi } from 'micro-eth-signer/abi.js'
import { sha256 } from './identity.ts'

/** A transaction that the ledger took: signed, decoded, and what it will do. */
export interface Submitted {
  readonly hash: string
  readonly from: string
  readonly to: string
  readonly data: string
  readonly nonce: number
  readonly gasLimit: string
  /** Whether it gets its block at once, whatever the ledger was told. */
  readonly isUrgent: boolean
  /** Carries it out; throws `Revert` when the contract refuses it. */
  execute(): void
}

export interface Receipt {
  readonly transactionHash: string
  readonly blockNumber: string
  readonly blockHash: string
  readonly status: '0x1' | '0x0'
  readonly revertReason?: string
  readonly [member: string]: unknown
}

/** What a contract refuses with; the ledger puts it into the receipt. */
export class Revert extends Error {}

/** The ledger was asked for something it does not take, such as a nonce that was used. */
export class LedgerError extends Error {}

export interface Ledger {
  readonly chainId: number
  /** How long a transaction waits for its block, in milliseconds of real time; null: for ever. */
  delay: number | null
  /** What all transactions revert with, whatever they say; null: nothing. */
  revertAll: string | null
  submit(transaction: Submitted): void
  /** Makes the blocks that are due; every request does. */
  settle(): void
  nextNonce(address: string): number
  transaction(hash: string): (Submitted & { blockNumber: string | null }) | null
  receipt(hash: string): Receipt | null
  /** The number of the newest block. */
  height(): number
  block(number: number): { number: string; hash: string; parentHash: string; timestamp: string; transactions: string[] } | null
}

export const quantity = (number: number | bigint): string => `0x${number.toString(16)}`

/** A chain of one transaction a block. */
export function createLedger(chainId: number, now: () => number): Ledger {
  const blocks: { timestamp: number; transactions: string[] }[] = [{ timestamp: now(), transactions: [] }]
  const all = new Map<string, { transaction: Submitted; due: () => boolean; receipt: Receipt | null }>()
  const nonces = new Map<string, number>()
  const blockHash = (number: number): string => `0x${sha256(`${chainId}/${number}`)}`

  const mine = (transaction: Submitted): Receipt => {
    const number = blocks.push({ timestamp: now(), transactions: [transaction.hash] }) - 1
    nonces.set(transaction.from, transaction.nonce + 1)
    const reason = outcome(transaction)
    return {
      transactionHash: transaction.hash,
      transactionIndex: '0x0',
      blockHash: blockHash(number),
      blockNumber: quantity(number),
      from: transaction.from,
      to: transaction.to,
      contractAddress: null,
      cumulativeGasUsed: '0x5208',
      gasUsed: '0x5208',
      logs: [],
      status: reason === null ? '0x1' : '0x0',
      ...(reason === null ? {} : { revertReason: encodeReason(reason) }),
    }
  }
  const outcome = (transaction: Submitted): string | null => {
    if (ledger.revertAll !== null && !transaction.isUrgent) return ledger.revertAll
    try {
      transaction.execute()
      return null
    } catch (error) {
      if (error instanceof Revert) return error.message
      throw error
    }
  }

  const ledger: Ledger = {
    chainId,
    delay: 0,
    revertAll: null,
    submit(transaction) {
      if (all.has(transaction.hash)) throw new LedgerError('Known transaction')
      if (transaction.nonce < (nonces.get(transaction.from) ?? 0)) throw new LedgerError('Nonce too low')
      const delay = transaction.isUrgent ? 0 : ledger.delay
      const start = performance.now()
      all.set(transaction.hash, { transaction, due: () => delay !== null && performance.now() - start >= delay, receipt: null })
      ledger.settle()
    },
    settle() {
      // A transaction that was mined may let a later one of the same sender follow.
      for (let progress = true; progress; ) {
        progress = false
        for (const entry of all.values()) {
          const { transaction } = entry
          if (entry.receipt !== null || !entry.due() || transaction.nonce !== (nonces.get(transaction.from) ?? 0)) continue
          entry.receipt = mine(transaction)
          progress = true
        }
      }
    },
    nextNonce(address) {
      const waiting = new Set([...all.values()].filter(({ transaction: { from } }) => from === address).map((one) => one.transaction.nonce))
      let nonce = nonces.get(address) ?? 0
      while (waiting.has(nonce)) nonce++
      return nonce
    },
    transaction(hash) {
      const entry = all.get(hash)
      return entry ? { ...entry.transaction, blockNumber: entry.receipt?.blockNumber ?? null } : null
    },
    receipt: (hash) => all.get(hash)?.receipt ?? null,
    height: () => blocks.length - 1,
    block(number) {
      const block = blocks[number]
      if (block === undefined) return null
      const parentHash = number === 0 ? `0x${'0'.repeat(64)}` : blockHash(number - 1)
      return {
        number: quantity(number),
        hash: blockHash(number),
        parentHash,
        timestamp: quantity(block.timestamp),
        transactions: block.transactions,
      }
    },
  }
  return ledger
}

const ERRORS = createContract(parseAbi(['function Error(string reason)']))

/** As Solidity encodes `require(..., reason)`. */
function encodeReason(reason: string): string {
  const bytes = ERRORS.Error?.encodeInput(reason)
  return `0x${Buffer.from(bytes ?? []).toString('hex')}`
}
