import { base58 } from '../did/base58.ts'

const BYTES = 32
/** No URL of a registry is longer. */
const LONGEST = 500

/**
 * The hash that names a schema in EBSI's Trusted Schemas Registry, in lower-case hexadecimal: `z` and base58btc or `0x` and hexadecimal, alone or as the
 * last segment of a URL or of an `ebsi:` URI, whatever registry gives it out. Null for a text that names none.
 */
export function schemaIdHex(text: string): string | null {
  if (text.length > LONGEST) return null
  const id = text.slice(text.lastIndexOf('/') + 1)
  if (/^0[xX][0-9a-fA-F]{64}$/.test(id)) return id.slice(2).toLowerCase()
  const bytes = /^z[1-9A-Za-z]{32,44}$/.test(id) ? base58(id.slice(1)) : null
  return bytes?.length === BYTES ? bytes.toHex() : null
}
