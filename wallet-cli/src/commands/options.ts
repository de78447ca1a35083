import type { Options, Streams } from '@symbolon/command-line'
import type { Settings } from '../config.ts'
import { askPassphrase } from '../passphrase.ts'
import { type OpenWallet, openWallet } from '../wallet_file.ts'

/** What every verb understands that opens the wallet. */
export const PASSPHRASE = {
  'passphrase-file': { type: 'string', value: 'FILE', help: 'the passphrase, on the first line (or SYMBOLON_PASSPHRASE_FILE)' },
} as const satisfies Options

/** What every verb understands that would otherwise ask. */
export const YES = { yes: { type: 'boolean', help: 'answers the question: do not ask' } } as const satisfies Options

/** The identifier that a verb is about; a call without it was refused before. */
export const idOf = (operands: readonly string[]): string => operands[0] ?? ''

/** Opens the wallet of these settings; asks for the passphrase only when no file says it. */
export const open = (settings: Settings, streams: Streams): Promise<OpenWallet> =>
  openWallet(settings, () => askPassphrase(settings, streams))
