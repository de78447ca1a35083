import type { Verb } from '@symbolon/command-line'
import { bundle } from './bundle.ts'
import { check } from './check.ts'
import { keys } from './keys.ts'
import { keysEbsi, keysEbsiAccredit, keysEbsiCreate } from './keys_ebsi.ts'
import { offer } from './offer.ts'
import { serve } from './serve.ts'
import { status } from './status.ts'

/** Everything the issuer's command line can do. */
export const VERBS: readonly Verb[] = [serve, offer, status, bundle, keys, keysEbsi, keysEbsiCreate, keysEbsiAccredit, check]
