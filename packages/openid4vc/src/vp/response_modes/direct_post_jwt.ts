import { type JsonObject, parseJsonObject } from '@symbolon/sd-jwt'
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, importJWK } from 'jose'
import { PeerError, ProtocolError } from '../../errors.ts'
import { type ClientMetadata, CONTENT_ENCRYPTION, type EncryptionKey, KEY_AGREEMENT } from '../client_metadata.ts'
import type { ResponseMode } from './index.ts'

/** What the header of an answer may hold: nothing that is not read here may change what it means. */
const HEADER: ReadonlySet<string> = new Set(['alg', 'enc', 'kid', 'epk', 'apu', 'apv', 'typ', 'cty'])

/** The answer as a JWE, to a key that is good for one request (OpenID4VP 1.0 section 8.3, HAIP 1.0 section 5). */
export const directPostJwt: ResponseMode = {
  id: 'direct_post.jwt',
  spec: 'OpenID4VP 1.0 section 8.3',
  encrypted: true,
  requestFault: (metadata) =>
    meansOf(metadata) === undefined ? 'has no key and content encryption that the answer could be encrypted with' : undefined,
  async write(parameters, metadata) {
    const means = meansOf(metadata)
    if (means === undefined) throw new TypeError('a request without a key was not refused')
    const { keys, enc } = means
    const { kid, key } = await firstKey(keys)
    const jwe = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(parameters)))
      .setProtectedHeader({ alg: KEY_AGREEMENT, enc, kid })
      .encrypt(key)
    return { response: jwe }
  },
  async read(form, decryptionKey) {
    // Whoever cannot encrypt may still say that there will be no answer; presentations never come in clear (section 8.3).
    if (form.has('error') && !form.has('vp_token') && !form.has('response')) return Object.fromEntries(form)
    const response = form.get('response')
    if (response === undefined || form.has('vp_token'))
      throw refused('the answer must be encrypted: send response, a JWE, and nothing in clear')
    if (decryptionKey === undefined) throw refused('the key of this request is not there any more')
    return decrypt(response, decryptionKey)
  },
}

/** The keys that may do, and the strongest content encryption that both know (HAIP 1.0 section 5: A256GCM before A128GCM). */
function meansOf({ encryptionKeys: keys, contentEncryption }: ClientMetadata): { keys: readonly EncryptionKey[]; enc: string } | undefined {
  const enc = CONTENT_ENCRYPTION.find((known) => contentEncryption.includes(known))
  return enc !== undefined && keys.length > 0 ? { keys, enc } : undefined
}

/** The first that is a point of its curve (RFC 7518 section 6.2); to another one nothing is ever encrypted. */
async function firstKey(keys: readonly EncryptionKey[]) {
  let cause: unknown
  for (const { kid, jwk } of keys) {
    try {
      return { kid, key: await importJWK({ ...jwk }, KEY_AGREEMENT) }
    } catch (error) {
      cause = error
    }
  }
  throw new PeerError('request_malformed', 'client_metadata.jwks has no key that is a point of P-256', cause)
}

async function decrypt(jwe: string, decryptionKey: JsonObject): Promise<JsonObject> {
  const header = headerOf(jwe)
  const stranger = Object.keys(header).find((name) => !HEADER.has(name))
  if (stranger !== undefined) throw refused(`the header of the JWE must not have ${stranger}`)
  if (header.kid !== decryptionKey.kid) throw refused('the JWE is encrypted to a key that is not the one of this request')
  try {
    const { plaintext } = await compactDecrypt(
      jwe,
      await importJWK({ ...decryptionKey } as Parameters<typeof importJWK>[0], KEY_AGREEMENT),
      {
        keyManagementAlgorithms: [KEY_AGREEMENT],
        contentEncryptionAlgorithms: [...CONTENT_ENCRYPTION],
      },
    )
    return parseJsonObject(new TextDecoder('utf-8', { fatal: true }).decode(plaintext))
  } catch (cause) {
    throw refused(
      `the JWE cannot be read: it must be ${KEY_AGREEMENT} with ${CONTENT_ENCRYPTION.join(' or ')}, and hold a JSON object`,
      cause,
    )
  }
}

function headerOf(jwe: string): Record<string, unknown> {
  try {
    return { ...decodeProtectedHeader(jwe) }
  } catch (cause) {
    throw refused('response is no JWE in compact form', cause)
  }
}

const refused = (what: string, cause?: unknown): ProtocolError => new ProtocolError('invalid_request', what, cause)
