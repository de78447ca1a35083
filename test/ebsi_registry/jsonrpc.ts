import type { Answer, RegistryRequest, Route } from './answer.ts'
import { readAccessToken } from './authorisation.ts'
import { CONTRACTS, type Contract } from './methods/index.ts'
import { invalidParams, invalidRequest, methodNotFound, RpcError } from './rpc_error.ts'
import type { State } from './state.ts'
import { build, send } from './transactions.ts'

export interface RpcCall {
  readonly id: unknown
  readonly method: string
  readonly params: readonly unknown[]
}

/** The JSON-RPC endpoint of each registry (facts, 4). */
export function registryWrites(state: State): Route[] {
  return CONTRACTS.map((contract) => ({
    method: 'POST',
    path: contract.path,
    async handle(request) {
      const writer = state.settings.strict ? await readAccessToken(state, request.headers.authorization) : null
      return answerCall(state, request, async (call) => {
        const params = onlyObject(call)
        if (call.method === 'sendSignedTransaction') return send(state, contract, params, writer)
        return build(state, contract, methodOf(contract, call.method), params, writer)
      })
    },
  }))
}

function methodOf(contract: Contract, name: string) {
  const method = contract.methods.find((one) => one.name === name)
  if (method === undefined) throw methodNotFound(name)
  return method
}

function onlyObject({ params }: RpcCall): Readonly<Record<string, unknown>> {
  const [first] = params
  if (params.length !== 1 || typeof first !== 'object' || first === null) throw invalidParams('params must be an array of one object')
  return first as Record<string, unknown>
}

/** Reads a JSON-RPC request, answers its result or its error; errors have the HTTP status of the settings. */
export async function answerCall(state: State, request: RegistryRequest, handle: (call: RpcCall) => unknown): Promise<Answer> {
  let id: unknown = null
  try {
    const call = readCall(request.body)
    id = call.id
    return { json: { jsonrpc: '2.0', id, result: await handle(call) } }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    const { code, message } = error
    return { status: state.settings.rpcErrorStatus, json: { jsonrpc: '2.0', id, error: { code, message } } }
  }
}

function readCall(body: string): RpcCall {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new RpcError(-32700, 'the body is no JSON')
  }
  const { jsonrpc, id, method, params } = (value ?? {}) as Record<string, unknown>
  if (jsonrpc !== '2.0' || typeof method !== 'string' || (typeof id !== 'number' && typeof id !== 'string')) {
    throw invalidRequest('jsonrpc, id and method are required')
  }
  if (!Array.isArray(params)) throw invalidParams('params must be an array')
  return { id, method, params }
}
