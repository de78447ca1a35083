import { readdir, readFile, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exclusively, writeAtomically } from '@symbolon/command-line'
import { primitives } from '@symbolon/primitives/node'
import {
  containerHeader,
  EMPTY_STATE,
  openContainer,
  parseState,
  type Store,
  sealContainer,
  serializeState,
  type WalletState,
} from '@symbolon/wallet'
import type { Settings } from './config.ts'
import { refused, wrongSettings } from './errors.ts'
import { deriveKey, type Kdf, kdfMember, newKdf, parseKdf } from './kdf.ts'

/** An opened wallet: one writer at a time, and after a change the old or the new file is there, whole. */
export type OpenWallet = Store

type Files = Pick<Settings, 'home' | 'walletFile' | 'lockFile'>

const LARGEST = 64 * 1024 * 1024

/** Makes an empty wallet; throws RefusedError `wallet_exists` rather than replace one. */
export async function createWallet(files: Files, passphrase: string): Promise<void> {
  const kdf = newKdf()
  const key = await deriveKey(passphrase, kdf)
  await exclusively(files.lockFile, async () => {
    if (await exists(files.walletFile)) {
      throw refused('wallet_exists', `there is a wallet already in ${files.home}`)
    }
    await write(files, EMPTY_STATE, key, kdf)
  })
}

/** Opens a wallet; throws SettingsError `wallet_missing`, WalletError `container_malformed`, `container_not_opened` or `state_malformed`. */
export async function openWallet(files: Files, passphrase: () => Promise<string>): Promise<OpenWallet> {
  const container = await read(files)
  const kdf = parseKdf(containerHeader(container).kdf)
  const key = await deriveKey(await passphrase(), kdf)
  let state = await parseState(await openContainer(container, key), primitives)
  return {
    get state() {
      return state
    },
    change: (edit) =>
      exclusively(files.lockFile, async () => {
        // Read again under the lock: another process may have written since. One with another key fails to open, and nothing is lost.
        const edited = edit(await parseState(await openContainer(await read(files), key), primitives))
        await removeLeftovers(files)
        await write(files, edited.state, key, kdf)
        state = edited.state
        return edited.result
      }),
  }
}

async function write(files: Files, state: WalletState, key: Uint8Array, kdf: Kdf): Promise<void> {
  await writeAtomically(files.walletFile, await sealContainer(serializeState(state), key, { kdf: kdfMember(kdf) }))
}

async function read({ home, walletFile }: Files): Promise<string> {
  if (!(await exists(walletFile))) {
    throw wrongSettings('wallet_missing', `there is no wallet in ${home}`)
  }
  const { size } = await stat(walletFile)
  if (size > LARGEST) throw wrongSettings('container_too_large', `${walletFile} is larger than any wallet`)
  return readFile(walletFile, 'utf8')
}

/** Whether there is such a file; throws SettingsError `wallet_unreadable` when that cannot be told. */
async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false
    throw wrongSettings('wallet_unreadable', `${path} cannot be looked at`)
  }
}

/** A writer that was killed leaves the new file it had not yet renamed; whoever holds the lock knows that nobody is writing it. */
async function removeLeftovers({ walletFile }: Files): Promise<void> {
  const folder = dirname(walletFile)
  for (const name of await readdir(folder)) {
    if (name.startsWith(`.${basename(walletFile)}.`) && name.endsWith('.new')) await unlink(join(folder, name))
  }
}
