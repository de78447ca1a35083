import { RefusedError } from '@symbolon/command-line'
import { CredentialError, dictionaryOf, packCode, printable, showAudience } from '@symbolon/credential'
import { credentialOf, type HeldCredential, hasEnded } from '@symbolon/wallet'
import { outside } from '../outside.ts'
import type { OpenWallet } from '../wallet_file.ts'
import { nameOf } from '../words.ts'
import { trial } from './hand_over.ts'

/** Packs with the dictionary that came with the credential, where one did. */
export const packer = (wallet: OpenWallet, id: string) => async (presentation: string) => {
  const { codeDictionary } = credentialOf(wallet.state, id)
  const dictionary = codeDictionary === undefined ? undefined : await dictionaryOf(codeDictionary, outside.primitives)
  return packCode(presentation, outside.primitives, dictionary)
}

/** As `packer`, for a first look: what does not fit is refused by the name of a small one that came along with it, where the wallet holds one. */
export const fitting = (wallet: OpenWallet, id: string, languages: readonly string[]) => async (presentation: string) => {
  try {
    await packer(wallet, id)(presentation)
  } catch (error) {
    const small = error instanceof CredentialError && error.code === 'code_does_not_fit' ? await smallBeside(wallet, id) : undefined
    if (small === undefined || !(error instanceof CredentialError)) throw error
    const hint = `${small.id}, ${nameOf(small, languages)} (${printable(small.type)}), is for codes: show that one; \`symbolon-wallet show ${small.id}\` lists its claims`
    throw new RefusedError(error.code, error.message, hint)
  }
}

/** Of what came by the same authorization the first that is still good, that its holder signs and that fits into a code. */
async function smallBeside(wallet: OpenWallet, id: string): Promise<HeldCredential | undefined> {
  const { source } = credentialOf(wallet.state, id)
  if (source === undefined) return undefined
  const beside = wallet.state.credentials.filter((held) => held.id !== id && held.source?.authorizationId === source.authorizationId)
  for (const held of beside) {
    if (!isBound(wallet, held.id) || held.copies.every((copy) => hasEnded(copy, outside.now()))) continue
    try {
      await packer(wallet, held.id)(await trial(wallet, held.id, { audience: showAudience(), paths: [] }))
      return held
    } catch (error) {
      if (!isNotInCodes(error)) throw error
    }
  }
  return undefined
}

/** Whether its holder signs what is shown of it. */
export const isBound = (wallet: OpenWallet, id: string): boolean =>
  credentialOf(wallet.state, id).copies.some(({ keyId }) => keyId !== undefined)

/** Whether another credential may still do. */
export const isNotInCodes = (error: unknown): boolean => error instanceof CredentialError && NOT_IN_CODES.includes(error.code)
const NOT_IN_CODES: readonly string[] = ['code_does_not_fit', 'code_format_not_held']
