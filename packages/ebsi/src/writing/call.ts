import { type JsonObject, parseJsonObject, SdJwtError } from '@symbolon/sd-jwt'
import { canonical } from '../identifiers/canonical.ts'
import { type AbiType, type AbiValue, decodeCall } from './abi.ts'
import { METHODS, type MethodName } from './methods.ts'

/** Something to be written: the JSON-RPC method to ask for, its parameters but `from`, and the contract's function that must come back. */
export interface RegistryCall {
  readonly method: string
  readonly params: Readonly<Record<string, string | number | boolean>>
  /** The function of the contract and its arguments; of a parameter of `json` the value counts, not its spelling. */
  readonly contract: { readonly method: MethodName; readonly params: Readonly<Record<string, string | number | boolean>> }
}

/** A call whose contract function bears the name and the parameters of the JSON-RPC method: all but those of services. */
export function registryCall(method: MethodName, params: RegistryCall['params']): RegistryCall {
  return { method, params, contract: { method, params } }
}

/** `addService` and `revokeService` are built as an update of the stored base document: `becomes` is what must come out. */
export function serviceCall(
  method: 'addService' | 'revokeService',
  params: { readonly did: string; readonly service?: string; readonly serviceId?: string },
  becomes: JsonObject,
): RegistryCall {
  return { method, params, contract: { method: 'updateBaseDocument', params: { did: params.did, baseDocument: JSON.stringify(becomes) } } }
}

/** The name of the first argument that is not as asked, `function` when it is another function's call or none, or undefined when all is as asked. */
export function differenceOf(data: string, { method, params }: RegistryCall['contract']): string | undefined {
  const { selector, parameters } = METHODS[method]
  const types = parameters.map(([, type]) => type)
  const values = decodeCall(data, selector, types)
  if (values === null) return 'function'
  const difference = parameters.findIndex(([name, type], index) => !isAsked(name, type, params[name], values[index]))
  return difference < 0 ? undefined : `argument ${parameters[difference]?.[0]}`
}

function isAsked(name: string, type: AbiType, asked: string | number | boolean | undefined, found: AbiValue | undefined): boolean {
  if (asked === undefined || found === undefined) return false
  if (name === 'baseDocument') return isSameDocument(String(asked), String(found))
  if (typeof asked === 'number') return found === BigInt(asked)
  // By the type, for a text may look like hex: one thumbprint in 2048 begins with `0x` or `0X`.
  if (typeof asked === 'string' && (type === 'bytes' || type === 'bytes32')) return asked.toLowerCase() === found
  return asked === found
}

/** Whether two base documents say the same: spelling and order of members aside, no services being an empty list of them. */
function isSameDocument(one: string, other: string): boolean {
  try {
    return written(one) === written(other)
  } catch (error) {
    if (error instanceof SdJwtError) return false
    throw error
  }
}

function written(text: string): string {
  const { service, ...rest } = parseJsonObject(text)
  const isNone = service === undefined || (Array.isArray(service) && service.length === 0)
  return canonical(isNone ? rest : { ...rest, service })
}
