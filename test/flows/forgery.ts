import { join } from 'node:path'
import { bundleDocument, type Path, parseCredential, readBundleDocument } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { type JsonObject, parseJws, unsignedJws } from '@symbolon/sd-jwt'
import { type CertifiedSigner, developmentAuthority, developmentFolder, openSigner, type SigningPurpose } from '@symbolon/service'
import type { Holder } from './holder.ts'
import type { Setting } from './setting.ts'

/** What is changed of a signed text before it is signed again. */
export interface Change {
  readonly header?: (header: JsonObject) => JsonObject
  readonly payload?: (payload: JsonObject) => JsonObject
}

/** A key of the issuer, as somebody has it who broke in. */
export function stolenKey(setting: Setting, purpose: SigningPurpose): CertifiedSigner {
  const file = join(developmentFolder(setting.home), purpose, 'signer.pem')
  return openSigner({ key: file, chain: file }, setting.now)
}

/** A key under an authority that nobody here trusts, whose certificate names our issuer all the same. */
export async function strangersKey(setting: Setting, purpose: SigningPurpose): Promise<CertifiedSigner> {
  // An hour old: its certificates are not refused for being too young.
  const { [purpose]: file } = await developmentAuthority(setting.folder('stranger'), setting.url, setting.now() - 3600)
  return openSigner({ key: file, chain: file }, setting.now)
}

/** The same JWS, changed and signed by somebody, whose chain it then carries. */
export async function resigned(jws: string, { signer, x5c }: CertifiedSigner, change: Change = {}): Promise<string> {
  const { header, payload } = parseJws(jws)
  const unsigned = unsignedJws({ ...(change.header?.(header) ?? header), x5c: [...x5c] }, change.payload?.(payload) ?? payload)
  return unsigned.seal(await signer.sign(unsigned.input))
}

/** The same credential, with its disclosures, changed and signed by somebody. */
export async function resignedCredential(credential: string, by: CertifiedSigner, change?: Change): Promise<string> {
  const end = credential.indexOf('~')
  return (await resigned(credential.slice(0, end), by, change)) + credential.slice(end)
}

/** The same bundle, its manifest changed and signed by somebody. */
export async function resignedBundle(bundle: string, by: CertifiedSigner, change?: Change): Promise<string> {
  const { manifest, parts } = readBundleDocument(bundle)
  return bundleDocument(await resigned(manifest, by, change), parts)
}

/** A presentation by a wallet without manners: any key, any time. */
export async function presentation(
  credential: string,
  by: Holder,
  { paths = [], audience, nonce, issuedAt }: { paths?: readonly Path[]; audience: string; nonce: string; issuedAt: number },
): Promise<string> {
  const chosen = await (await parseCredential(credential, primitives)).disclose(paths)
  const unsigned = await chosen.bind({ audience, nonce, issuedAt }, 'ES256')
  return unsigned.seal(await by.signer.sign(unsigned.input))
}
