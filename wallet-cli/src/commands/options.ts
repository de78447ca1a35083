import { loadTrust, type Options, type Streams, UsageError } from '@symbolon/command-line'
import { type Anchors, prepareAnchors } from '@symbolon/credential'
import type { Settings } from '../config.ts'
import { outside } from '../outside.ts'
import { askPassphrase } from '../passphrase.ts'
import { type OpenWallet, openWallet } from '../wallet_file.ts'

/** What every verb understands that opens the wallet. */
export const PASSPHRASE = {
  'passphrase-file': { type: 'string', value: 'FILE', help: 'the passphrase, on the first line (or SYMBOLON_PASSPHRASE_FILE)' },
} as const satisfies Options

/** What every verb understands that would otherwise ask. */
export const YES = { yes: { type: 'boolean', help: 'answers the question: do not ask' } } as const satisfies Options

/** What every verb understands that fetches credentials. */
export const TRUST = { trust: { type: 'string', value: 'FILE', help: 'the trust file' } } as const satisfies Options
export const COPIES = {
  copies: { type: 'string', value: 'N', help: 'how many copies to fetch (5; never more than the issuer gives at once)' },
} as const satisfies Options

/** The identifier that a verb is about; a call without it was refused before. */
export const idOf = (operands: readonly string[]): string => operands[0] ?? ''

/** The number of copies that is asked for, if one was named. */
export function copiesOf({ copies }: { readonly copies?: string }): number | undefined {
  if (copies === undefined) return undefined
  if (!/^[1-9]\d{0,3}$/.test(copies)) throw new UsageError('--copies is a number, 1 or more')
  return Number(copies)
}

/** Whom the user trusts. Throws SettingsError when there is no trust file. */
export const anchorsOf = async ({ trustFile }: Settings): Promise<Anchors> => prepareAnchors(await loadTrust(trustFile), outside.primitives)

/** Opens the wallet of these settings; asks for the passphrase only when no file says it. */
export const open = (settings: Settings, streams: Streams): Promise<OpenWallet> =>
  openWallet(settings, () => askPassphrase(settings, streams))
