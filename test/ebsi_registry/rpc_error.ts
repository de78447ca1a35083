/** An error of a JSON-RPC answer (JSON-RPC 2.0 section 5.1); the HTTP status is a setting of the double. */
export class RpcError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export const invalidRequest = (message: string): RpcError => new RpcError(-32600, message)
export const methodNotFound = (name: string): RpcError => new RpcError(-32601, `method ${name} not found`)
export const invalidParams = (message: string): RpcError => new RpcError(-32602, `Invalid params: ${message}`)
