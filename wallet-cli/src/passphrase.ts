import { readText, type Streams, secret } from '@symbolon/command-line'
import type { Settings } from './config.ts'
import { wrongSettings } from './errors.ts'

const FLAG = '--passphrase-file'
const LONGEST = 4096

/** The passphrase of a wallet that exists: from its file, else asked on the terminal without echo; there is no other way in. */
export async function askPassphrase(settings: Settings, streams: Streams): Promise<string> {
  return settings.passphraseFile === undefined
    ? secret(streams, 'Passphrase of the wallet: ', FLAG)
    : fromFile(settings.passphraseFile, streams)
}

/** The passphrase of a new wallet: asked twice, so that a slip does not lock it for ever. */
export async function choosePassphrase(settings: Settings, streams: Streams): Promise<string> {
  if (settings.passphraseFile !== undefined) return fromFile(settings.passphraseFile, streams)
  const passphrase = await secret(streams, 'Choose a passphrase: ', FLAG)
  if (passphrase === '') throw wrongSettings('passphrase_empty', 'the passphrase is empty')
  if ((await secret(streams, 'Once more: ', FLAG)) !== passphrase) {
    throw wrongSettings('passphrase_differs', 'the two passphrases differ')
  }
  return passphrase
}

/** The first line of the file: an editor's line end is no part of the passphrase. */
async function fromFile(path: string, streams: Streams): Promise<string> {
  const text = await readText(path, LONGEST, streams.stdin)
  const passphrase = text.split(/\r?\n/, 1)[0] ?? ''
  if (passphrase === '') throw wrongSettings('passphrase_empty', `the first line of ${path} is empty`)
  return passphrase
}
