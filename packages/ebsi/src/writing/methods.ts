import type { AbiType } from './abi.ts'

/** The registries that are written to. */
export type WritableRegistry = 'did' | 'issuers'

interface Method {
  readonly registry: WritableRegistry
  /** The first four bytes of the Keccak-256 of the contract's function, in hex. */
  readonly selector: string
  /** The parameters of the JSON-RPC call, which are the function's arguments, in its order. */
  readonly parameters: readonly (readonly [name: string, type: AbiType])[]
}

const method = (registry: WritableRegistry, selector: string, parameters: Readonly<Record<string, AbiType>>): Method => ({
  registry,
  selector,
  parameters: Object.entries(parameters),
})

const period = { notBefore: 'uint256', notAfter: 'uint256' } as const

/**
 * The functions of the registries' contracts that we sign calls of: one table, from which requests are built and transactions are read.
 *
 * EBSI DID Registry v5 and Trusted Issuers Registry v5, JSON-RPC. A method whose function is not known for certain is not here: it
 * could not be checked.
 */
export const METHODS = {
  insertDidDocument: method('did', 'fbb22408', {
    did: 'string',
    baseDocument: 'string',
    vMethodId: 'string',
    publicKey: 'bytes',
    isSecp256k1: 'bool',
    ...period,
  }),
  updateBaseDocument: method('did', '697d9f47', { did: 'string', baseDocument: 'string' }),
  addController: method('did', '4ce7693e', { did: 'string', controller: 'string' }),
  revokeController: method('did', 'c76310e5', { did: 'string', controller: 'string' }),
  addVerificationMethod: method('did', 'c919b9ac', { did: 'string', vMethodId: 'string', publicKey: 'bytes', isSecp256k1: 'bool' }),
  addVerificationRelationship: method('did', '49df6b26', { did: 'string', name: 'string', vMethodId: 'string', ...period }),
  revokeVerificationMethod: method('did', '57a5fc30', { did: 'string', vMethodId: 'string', notAfter: 'uint256' }),
  expireVerificationMethod: method('did', 'a3396f9a', { did: 'string', vMethodId: 'string', notAfter: 'uint256' }),
  setAttributeMetadata: method('issuers', '66fb2ae2', {
    did: 'string',
    attributeId: 'bytes32',
    issuerType: 'uint8',
    taoDid: 'string',
    taoAttributeId: 'bytes32',
  }),
  setAttributeData: method('issuers', '1bef3e0c', { did: 'string', attributeId: 'bytes32', attributeData: 'bytes' }),
  addIssuerProxy: method('issuers', 'f4fd7649', { did: 'string', proxyData: 'string' }),
  updateIssuerProxy: method('issuers', '7beeda81', { did: 'string', proxyId: 'bytes32', proxyData: 'string' }),
} as const satisfies Record<string, Method>

export type MethodName = keyof typeof METHODS
