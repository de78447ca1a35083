import { SettingsError } from '@symbolon/command-line'
import type { CertifiedSigner } from '@symbolon/service'
import type { Settings } from './config.ts'

/** Opens the key of `--key`. Loaded where something is signed, and nowhere else: a desk that only checks needs no service. Throws `SettingsError`. */
export async function certifiedSigner(
  place: { readonly key: string; readonly chain: string },
  { mode }: Pick<Settings, 'mode'>,
  now: number,
): Promise<CertifiedSigner> {
  const { openSigner } = await import('@symbolon/service')
  let signer: CertifiedSigner
  try {
    signer = openSigner(place, () => now)
  } catch (error) {
    throw new SettingsError([`--key: ${error instanceof Error ? error.message : 'the key cannot be opened'}`])
  }
  if (mode === 'production' && signer.certificate.issuer.includes('O=Symbolon development'))
    throw new SettingsError(['--key: the certificate is of a development authority (SYMBOLON_ENV is production)'])
  return signer
}
