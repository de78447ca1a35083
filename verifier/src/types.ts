import { fileURLToPath } from 'node:url'
import { SettingsError } from '@symbolon/command-line'
import type { CredentialType } from '@symbolon/credential'
// Its own door: checking must not load a web server.
import { readTypes } from '@symbolon/service/bricks'

/** The bricks beside the code: at the same place from the sources as from the packed JavaScript (dist/src). */
const BRICKS = fileURLToPath(new URL('../../specs/credentials', import.meta.url))

/**
 * The types this verifier knows, by `vct`: those it was delivered with, and those in a folder of an institution's own.
 *
 * Throws `SettingsError` (78) with all faults of all bricks; two bricks for one `vct` are a fault, for nobody could say which one decides.
 */
export function loadTypes(own?: string): ReadonlyMap<string, CredentialType> {
  const types = new Map<string, CredentialType>()
  const faults: string[] = []
  for (const folder of own === undefined ? [BRICKS] : [BRICKS, own]) {
    const read = readTypes(folder)
    faults.push(...read.faults)
    for (const type of read.types) {
      const other = types.get(type.vct)
      if (other !== undefined) faults.push(`${type.name}: ${other.name} has this vct already`)
      types.set(type.vct, type)
    }
  }
  if (faults.length > 0) throw new SettingsError(faults, 'correct the files named above, or install the verifier again', 'type_malformed')
  return types
}
