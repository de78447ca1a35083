import { fileURLToPath } from 'node:url'
// Its own door: most commands read no types.
import { loadTypes as load } from '@symbolon/command-line/folders'
import type { CredentialType } from '@symbolon/credential'

/** The bricks beside the code: at the same place from the sources as from the packed JavaScript (dist/src). */
const BRICKS = fileURLToPath(new URL('../../specs/credentials', import.meta.url))

/** The types this verifier knows, by `vct`: those it was delivered with, and those in a folder of an institution's own. Throws `SettingsError` (78). */
export const loadTypes = (own?: string): ReadonlyMap<string, CredentialType> => load(own === undefined ? [BRICKS] : [BRICKS, own])
