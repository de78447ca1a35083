import { createContract, Decoder, parseAbi } from 'micro-eth-signer/abi.js'
import { Revert } from '../ledger.ts'
import { invalidParams } from '../rpc_error.ts'
import type { ScopeName } from '../scopes.ts'
import type { State } from '../state.ts'
import type { Field } from './fields.ts'

/** A call on the ledger: who signed it, and when its block was made (Unix seconds). */
export interface Call {
  readonly state: State
  readonly sender: string
  readonly time: number
}

/** A call whose arguments were read and checked. */
export interface Prepared {
  /** Whom it writes for; schemas have none. */
  readonly did: string | undefined
  /** The ABI encoding, `0x` and hex. */
  readonly data: string
  /** What the contract checks (throws `Revert`); carrying it out is what comes back, so that an estimate changes nothing. */
  plan(call: Call): () => void
}

/** One method of a registry's JSON-RPC: a line of the table. */
export interface Method {
  readonly name: string
  readonly scopes: readonly ScopeName[]
  /** As it is hashed for the selector; null for a method that is built as a call of another. */
  readonly signature: string | null
  readonly selector: string | null
  /** Reads and checks arguments by name; throws invalid params. */
  prepare(raw: Readonly<Record<string, unknown>>, state: State): Promise<Prepared>
  /** The arguments in the data of a transaction, by name; throws invalid params. */
  decode(data: string): Readonly<Record<string, unknown>>
}

type Fields = Readonly<Record<string, Field<unknown>>>
type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

interface Definition<F extends Fields> {
  readonly name: string
  readonly scopes: readonly ScopeName[]
  /** In the order of the contract's function. */
  readonly fields: F
  /** The name of the one struct that the function takes instead of these arguments. */
  readonly struct?: string
  /** What the service checks beyond the form of each argument: throws invalid params. */
  check?(values: Values<F>, state: State): void | Promise<void>
  plan(values: Values<F>, call: Call): () => void
}

const ANY_ADDRESS = `0x${'11'.repeat(20)}`

/** A method whose function is made of its fields: the selector is derived, never written down. */
export function method<F extends Fields>({ name, scopes, fields, struct, check, plan }: Definition<F>): Method {
  const written = (named: boolean): string => {
    const list = Object.entries(fields).map(([field, { abi }]) => (named ? `${abi} ${field}` : abi))
    return struct === undefined ? `${name}(${list})` : `${name}((${list})${named ? ` ${struct}` : ''})`
  }
  const abi = parseAbi([`function ${written(true)}`])
  const contract = createContract(abi)
  const decoder = new Decoder()
  decoder.add(ANY_ADDRESS, abi)
  const selector = `0x${Object.keys(decoder.sighashes)[0]?.replace(/^0x/, '')}`
  return {
    name,
    scopes,
    signature: written(false),
    selector,
    async prepare(raw, state) {
      const values = read(fields, unwrap(raw, struct))
      await check?.(values, state)
      const encoded = Object.fromEntries(Object.entries(fields).map(([field, { abi }]) => [field, toAbi(abi, values[field])]))
      const bytes = contract[name]?.encodeInput(encoded) ?? new Uint8Array()
      const { did } = values as { did?: unknown }
      return {
        did: typeof did === 'string' ? did : undefined,
        data: `0x${Buffer.from(bytes).toString('hex')}`,
        plan: (call) => plan(values, call),
      }
    },
    decode(data) {
      let info: ReturnType<Decoder['decode']>
      try {
        info = decoder.decode(ANY_ADDRESS, Buffer.from(data.slice(2), 'hex'), {})
      } catch {
        throw invalidParams(`the data are no call of ${name}`)
      }
      if (info === undefined || Array.isArray(info)) throw invalidParams(`the data are no call of ${name}`)
      return Object.fromEntries(Object.entries(info.value as object).map(([field, value]) => [field, fromAbi(value)]))
    },
  }
}

/** A method that the builder turns into a call of another one. */
export function builtAs<F extends Fields>(
  other: Method,
  {
    name,
    scopes,
    fields,
    convert,
  }: Pick<Definition<F>, 'name' | 'scopes' | 'fields'> & { convert(values: Values<F>, state: State): object },
): Method {
  return {
    name,
    scopes,
    signature: null,
    selector: null,
    prepare: async (raw, state) => other.prepare({ ...convert(read(fields, raw), state) }, state),
    decode: other.decode,
  }
}

function read<F extends Fields>(fields: F, raw: Readonly<Record<string, unknown>>): Values<F> {
  const values = Object.entries(fields).map(([name, field]) => {
    const value = field.parse(raw[name])
    if (value === undefined) throw invalidParams(`${name} ${field.rule}`)
    return [name, value]
  })
  return Object.fromEntries(values) as Values<F>
}

/** The arguments of a struct come in an object of their own or flat: both are accepted. */
function unwrap(raw: Readonly<Record<string, unknown>>, struct: string | undefined): Readonly<Record<string, unknown>> {
  const inner = struct === undefined ? undefined : raw[struct]
  return typeof inner === 'object' && inner !== null ? { ...raw, ...inner } : raw
}

function toAbi(abi: string, value: unknown): unknown {
  if (abi.startsWith('uint')) return BigInt(Number(value))
  if (abi.startsWith('bytes')) return Buffer.from(String(value).slice(2), 'hex')
  return value
}

function fromAbi(value: unknown): unknown {
  if (typeof value === 'bigint') return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`
  return value
}

/** Throws `Revert` with the reason unless the condition holds, as Solidity's `require`. */
export function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Revert(reason)
}
