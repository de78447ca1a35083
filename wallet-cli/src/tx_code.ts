import { readText, type Streams, secret } from '@symbolon/command-line'
import { printable } from '@symbolon/credential'
import { PeerError, type PreAuthorizedOffer } from '@symbolon/openid4vc'
import { type Inspected, preAuthorized, type Redeemable, WalletError } from '@symbolon/wallet'
import { outside } from './outside.ts'

const LONGEST_CODE = 1024
/** No issuer allows many more, and each wrong one is counted there. */
const TRIES = 5

/**
 * Redeems the pre-authorized code of an offer. A transaction code comes from its file, else it is asked for on the terminal, and a wrong
 * one may be typed again; an empty line gives up.
 */
export async function redeemCode<T>(
  offer: PreAuthorizedOffer,
  inspected: Inspected,
  { clientId, file }: { clientId: string; file: string | undefined },
  take: (redeemable: Redeemable) => Promise<T>,
  streams: Streams,
  talk: (line: string) => void,
): Promise<T> {
  const attempt = async (txCode: string | undefined) => take(await preAuthorized(inspected, offer, { txCode, clientId }, outside))
  if (file !== undefined) return attempt((await readText(file, LONGEST_CODE, streams.stdin)).split(/\r?\n/, 1)[0])
  if (offer.txCode === undefined) return attempt(undefined)
  const { description } = offer.txCode
  if (description !== undefined) talk(`The issuer says: ${printable(description, 300)}`)
  let failed: unknown
  for (let tries = TRIES; tries > 0; tries--) {
    const txCode = (await secret(streams, 'Transaction code: ', '--tx-code-file')).trim()
    if (txCode === '' && failed !== undefined) throw failed
    try {
      return await attempt(txCode)
    } catch (error) {
      if (!isWrongCode(error)) throw error
      failed = error
      talk(`${error.message}. Type the code again, or nothing to give up.`)
    }
  }
  throw failed
}

/** Whether another code may help: the wallet saw that it cannot be right, or the server did not take it (OpenID4VCI 1.0 section 6.3). */
const isWrongCode = (error: unknown): error is Error =>
  (error instanceof WalletError && error.code === 'tx_code_malformed') ||
  (error instanceof PeerError && error.refused?.error === 'invalid_grant')
