import { join } from 'node:path'
import { withCredential } from '@symbolon/wallet'
import '../../test/remembered_keys.ts'
import { openWallet } from '../src/wallet_file.ts'

/** Adds one credential after another to the wallet in the folder of the first argument until it is killed; a message after each. */
const [, , home = ''] = process.argv
const wallet = await openWallet({ home, walletFile: join(home, 'wallet.jwe'), lockFile: join(home, 'wallet.lock') }, async () => 'secret')
for (;;) {
  await wallet.change((state) => {
    const id = String(state.credentials.length)
    const copies = [{ text: `credential ${id} `.repeat(500), received: 1, shown: 0 }]
    const held = { id, type: 'urn:x:1', issuer: 'https://issuer.example', deliveries: [], copies, display: [], claims: [] }
    return { state: withCredential(state, held), result: undefined }
  })
  process.send?.('written')
}
