import { SettingsError } from '@symbolon/command-line'
import type { CertifiedSigner } from '@symbolon/service'
import type { Settings } from './config.ts'

const HINT =
  'give a key and its certificate (in the same file, or with --certificate), made by an authority; its own certificate belongs in the trust file alone; verifier/README.md, Keys, says how to make both'

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
    throw new SettingsError([`--key: ${error instanceof Error ? error.message : 'the key cannot be opened'}`], HINT)
  }
  if (mode === 'production' && signer.certificate.issuer.includes('O=Symbolon development'))
    throw new SettingsError(['--key: the certificate is of a development authority (SYMBOLON_ENV is production)'])
  return signer
}
