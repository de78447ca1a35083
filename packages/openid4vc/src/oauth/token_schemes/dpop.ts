import { DPOP_ALGORITHMS } from '../dpop.ts'
import type { TokenScheme } from './index.ts'

/** A token that works only together with a proof of the key it is bound to (RFC 9449 section 7.1). */
export const dpop: TokenScheme = {
  id: 'DPoP',
  spec: 'RFC 9449 section 7.1',
  bound: true,
  parameters: [`algs="${DPOP_ALGORITHMS.join(' ')}"`],
}
