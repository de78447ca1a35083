import type { TokenScheme } from './index.ts'

/** A token that works for whoever has it (RFC 6750). */
export const bearer: TokenScheme = {
  id: 'Bearer',
  spec: 'RFC 6750',
  bound: false,
  parameters: [],
}
