import type { JsonObject } from '@symbolon/sd-jwt'
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose'
import { WalletError } from './errors.ts'

const TYP = 'symbolon-wallet'

/** The content as a compact JWE, `dir` with `A256GCM` (RFC 7518 sections 4.5 and 5.3); `header` says how the key is made and is authenticated with the content. `key` has 32 bytes. */
export function sealContainer(content: string, key: Uint8Array, header: JsonObject): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader({ ...header, alg: 'dir', enc: 'A256GCM', typ: TYP })
    .encrypt(key)
}

/** The header of a container, before its key is known: nothing in it is authenticated yet, so bound whatever it asks for. Throws WalletError `container_malformed`. */
export function containerHeader(container: string): JsonObject {
  let header: JsonObject
  try {
    header = decodeProtectedHeader(container) as JsonObject
  } catch (cause) {
    throw new WalletError('container_malformed', 'this is no wallet file', cause)
  }
  if (header.typ !== TYP || header.alg !== 'dir' || header.enc !== 'A256GCM')
    throw new WalletError('container_malformed', 'this is no wallet file')
  return header
}

/** Opens a container; throws WalletError `container_malformed`, or `container_not_opened` when the key is another or a single bit was changed. */
export async function openContainer(container: string, key: Uint8Array): Promise<string> {
  containerHeader(container)
  try {
    const { plaintext } = await compactDecrypt(container, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext)
  } catch (cause) {
    throw new WalletError('container_not_opened', 'it does not open with this key or passphrase', cause)
  }
}
