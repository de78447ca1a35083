import { verb } from '@symbolon/command-line'
import { settings } from '../config.ts'
import { choosePassphrase } from '../passphrase.ts'
import { createWallet } from '../wallet_file.ts'
import { PASSPHRASE } from './options.ts'

export const init = verb({
  name: 'init',
  summary: 'makes an empty wallet, encrypted with a passphrase',
  usage: '[--passphrase-file FILE]',
  example: 'symbolon-wallet init --passphrase-file passphrase.txt',
  options: PASSPHRASE,
  notes: 'The wallet is one encrypted file in the home folder. Nobody can open it without the passphrase: write it down.',
  async run({ options, stdin, stdout, stderr, talk }) {
    const where = settings(options)
    const passphrase = await choosePassphrase(where, { stdin, stdout, stderr })
    if (passphrase.length < 12) talk('A passphrase of less than 12 characters is easily guessed by whoever gets hold of the file.')
    await createWallet(where, passphrase)
    return { data: { home: where.home, wallet: where.walletFile }, text: `an empty wallet is in ${where.home}` }
  },
})
