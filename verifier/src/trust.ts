import { loadTrust, SettingsError } from '@symbolon/command-line'
import { type Anchor, type Anchors, prepareAnchors } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { Settings } from './config.ts'

/** Whom this verifier trusts, made ready; throws as `trustEntries`. */
export async function trusted(settings: Settings, talk: (line: string) => void): Promise<Anchors> {
  return prepareAnchors(await trustEntries(settings, talk), primitives)
}

/**
 * The entries of the trust file of this verifier.
 *
 * A trust file that nobody named is the one in the working folder, which may have come with what is to be judged: its use is said, and refused in production.
 * Throws `SettingsError` (78) for it, and as `loadTrust`.
 */
export async function trustEntries({ trustFile, isTrustNamed, mode }: Settings, talk: (line: string) => void): Promise<Anchor[]> {
  if (!isTrustNamed && mode === 'production') {
    throw new SettingsError([`${trustFile}: nobody named this trust file, it only lies in the working folder (SYMBOLON_ENV is production)`])
  }
  const entries = await loadTrust(trustFile)
  if (!isTrustNamed) talk(`trusting whom ${trustFile} names, the trust file of the working folder`)
  return entries
}
