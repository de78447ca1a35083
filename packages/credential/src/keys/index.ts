import { did } from './did.ts'
import { issuerMetadata } from './issuer_metadata.ts'
import type { KeyHint } from './key_hint.ts'
import { kid } from './kid.ts'
import { x5c } from './x5c.ts'
import { x5t } from './x5t.ts'

/** Every way we know to name a key, in the order they are asked; the first that is used decides, and no other is tried after it. */
export const KEY_HINTS: readonly KeyHint[] = [x5c, x5t, did, kid, issuerMetadata]

export { type DidKey, didDocumentNeeds, didOfUrl, documentIdAt, keyOfDidUrl } from './did.ts'
export { issuerMetadataUrl } from './issuer_metadata.ts'
export type { FoundKey, KeyHint, NoKey, Signed } from './key_hint.ts'
export { thumbprintOf } from './x5t.ts'
