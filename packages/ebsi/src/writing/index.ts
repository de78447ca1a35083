export { type RegistryCall, registryCall, serviceCall } from './call.ts'
export {
  buildRequest,
  readReceipt,
  readRpcAnswer,
  readTransactionHash,
  receiptRequest,
  type SignedTransaction,
  sendRequest,
} from './json_rpc.ts'
export { METHODS, type MethodName, type WritableRegistry } from './methods.ts'
export { checkTransaction, type Expected, readTransaction, type UnsignedTransaction } from './transaction.ts'
