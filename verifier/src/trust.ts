import { loadTrust, SettingsError } from '@symbolon/command-line'
import { type Anchors, prepareAnchors } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { Settings } from './config.ts'

/**
 * Whom this verifier trusts.
 *
 * A trust file that nobody named is the one in the working folder, which may have come with what is to be judged: its use is said, and refused in production.
 * Throws `SettingsError` (78) for it, and as `loadTrust`.
 */
export async function trusted({ trustFile, isTrustNamed, mode }: Settings, talk: (line: string) => void): Promise<Anchors> {
  if (!isTrustNamed && mode === 'production') {
    throw new SettingsError([`${trustFile}: nobody named this trust file, it only lies in the working folder (SYMBOLON_ENV is production)`])
  }
  const anchors = await prepareAnchors(await loadTrust(trustFile), primitives)
  if (!isTrustNamed) talk(`trusting whom ${trustFile} names, the trust file of the working folder`)
  return anchors
}
