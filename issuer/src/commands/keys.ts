import { verb } from '@symbolon/command-line'
import { PURPOSES } from '@symbolon/service'
import { checkBricks } from '../bricks.ts'
import { commandSettings } from '../config.ts'
import { openEbsiIdentity } from '../ebsi/ebsi_identity.ts'
import { openSigners } from '../keys.ts'

/** `keys`: the signing keys, as far as others may know them. */
export const keys = verb({
  name: 'keys',
  summary: 'shows the signing keys and checks them against the trust file',
  usage: '',
  example: 'symbolon-issuer keys',
  options: {},
  notes: 'In development keys and trust file are made when they are missing.',
  async run({ options }) {
    const settings = commandSettings(options)
    const now = () => Math.floor(Date.now() / 1000)
    const url = settings.url ?? `http://localhost:${settings.port}`
    const signers = await openSigners(settings, url, checkBricks(settings).types, openEbsiIdentity(settings.ebsiFolder), now)
    const data = PURPOSES.map((purpose) => {
      const { signer, certificate } = signers[purpose]
      const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
      return { purpose, algorithm: signer.algorithm, fingerprint, valid_until: certificate.validToDate.toISOString() }
    })
    const text = data.map(
      ({ purpose, algorithm, fingerprint, valid_until }) => `${purpose.padEnd(10)}  ${algorithm}  until ${valid_until}  ${fingerprint}`,
    )
    return { data, text: text.join('\n') }
  },
})
