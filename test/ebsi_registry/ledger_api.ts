import type { Route } from './answer.ts'
import { answerCall } from './jsonrpc.ts'
import { type Ledger, quantity } from './ledger.ts'
import { invalidParams, methodNotFound } from './rpc_error.ts'
import { BESU, type State } from './state.ts'

/** What the ledger can be asked (facts, 2.4): name, and how it answers the parameters. */
const METHODS: Readonly<Record<string, (ledger: Ledger, params: readonly unknown[]) => unknown>> = {
  eth_chainId: ({ chainId }) => quantity(chainId),
  net_version: ({ chainId }) => String(chainId),
  eth_blockNumber: (ledger) => quantity(ledger.height()),
  eth_gasPrice: () => '0x0',
  eth_getTransactionCount: (ledger, [address]) => quantity(ledger.nextNonce(text(address).toLowerCase())),
  eth_getTransactionReceipt: (ledger, [hash]) => ledger.receipt(text(hash)),
  eth_getTransactionByHash(ledger, [hash]) {
    const found = ledger.transaction(text(hash))
    if (found === null) return null
    const { from, to, data, nonce, gasLimit, blockNumber } = found
    return { hash: found.hash, from, to, input: data, nonce: quantity(nonce), gas: gasLimit, gasPrice: '0x0', value: '0x0', blockNumber }
  },
  eth_getBlockByNumber(ledger, [number]) {
    const asked = text(number)
    return ledger.block(asked === 'latest' ? ledger.height() : Number(asked))
  },
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw invalidParams('a text is required')
  return value
}

/** Ledger v4: Ethereum JSON-RPC, read only, no token. */
export function ledgerApi(state: State): Route[] {
  return [
    {
      method: 'POST',
      path: BESU,
      handle: (request) =>
        answerCall(state, request, ({ method, params }) => {
          const answer = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined
          if (answer === undefined) throw methodNotFound(method)
          return answer(state.ledger, params)
        }),
    },
  ]
}
