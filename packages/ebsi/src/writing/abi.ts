/**
 * The arguments of a contract call as the Ethereum ABI writes them, for the few types that the registries' contracts have.
 *
 * A number is a bigint, bytes are `0x` and hex in small letters (Solidity, Contract ABI Specification, "Formal Specification of the Encoding").
 */
export type AbiType = 'string' | 'bytes' | 'bytes32' | 'bool' | 'uint8' | 'uint256'
export type AbiValue = string | boolean | bigint

const WORD = 64
const LARGEST: Readonly<Record<'bool' | 'uint8' | 'uint256', bigint>> = { bool: 1n, uint8: 0xffn, uint256: 2n ** 256n - 1n }
const isDynamic = (type: AbiType): type is 'string' | 'bytes' => type === 'string' || type === 'bytes'

/** The call `0x` selector arguments; `selector` is 8 hex digits. Throws `RangeError` for a value that its type does not hold. */
export function encodeCall(selector: string, types: readonly AbiType[], values: readonly AbiValue[]): string {
  if (types.length !== values.length) throw new RangeError('as many values as types')
  let head = ''
  let tail = ''
  for (const [index, type] of types.entries()) {
    const value = values[index]
    if (isDynamic(type)) {
      head += word(BigInt(types.length * 32 + tail.length / 2))
      tail += dynamic(type, value)
    } else {
      head += fixed(type, value)
    }
  }
  return `0x${selector}${head}${tail}`
}

/** The arguments of such a call, or null when it is of another function or is not written in exactly the one way of `encodeCall`. */
export function decodeCall(data: string, selector: string, types: readonly AbiType[]): AbiValue[] | null {
  const hex = data.toLowerCase()
  if (!/^0x(?:[0-9a-f]{2})+$/.test(hex) || !hex.startsWith(`0x${selector}`)) return null
  const body = hex.slice(2 + selector.length)
  try {
    const values = types.map((type, index) => argument(body, type, body.slice(index * WORD, (index + 1) * WORD)))
    return encodeCall(selector, types, values) === hex ? values : null
  } catch {
    // Whatever cannot be read or written again is no such call.
    return null
  }
}

/** The text that a contract gave as its reason, `Error(string)`, or null. */
export function revertReason(data: string): string | null {
  const [reason] = decodeCall(data, '08c379a0', ['string']) ?? []
  return typeof reason === 'string' ? reason : null
}

function fixed(type: 'bytes32' | 'bool' | 'uint8' | 'uint256', value: AbiValue | undefined): string {
  if (type === 'bytes32') {
    if (typeof value !== 'string' || !/^0x[0-9a-f]{64}$/.test(value)) throw new RangeError(type)
    return value.slice(2)
  }
  const number = type === 'bool' && typeof value === 'boolean' ? BigInt(value) : value
  if (typeof number !== 'bigint' || number < 0n || number > LARGEST[type]) throw new RangeError(type)
  return word(number)
}

function dynamic(type: 'string' | 'bytes', value: AbiValue | undefined): string {
  if (typeof value !== 'string' || (type === 'bytes' && !/^0x(?:[0-9a-f]{2})*$/.test(value))) throw new RangeError(type)
  const hex = type === 'bytes' ? value.slice(2) : new TextEncoder().encode(value).toHex()
  return word(BigInt(hex.length / 2)) + hex.padEnd(Math.ceil(hex.length / WORD) * WORD, '0')
}

function argument(body: string, type: AbiType, head: string): AbiValue {
  if (type === 'bytes32') return `0x${head}`
  const number = BigInt(`0x${head}`)
  if (type === 'bool') return number === 1n
  if (!isDynamic(type)) return number
  const at = Number(number) * 2
  const length = Number(BigInt(`0x${body.slice(at, at + WORD)}`)) * 2
  const hex = body.slice(at + WORD, at + WORD + length)
  return type === 'bytes' ? `0x${hex}` : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.fromHex(hex))
}

const word = (number: bigint): string => number.toString(16).padStart(WORD, '0')
