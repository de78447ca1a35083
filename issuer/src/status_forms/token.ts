import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { unsignedStatusList } from '@symbolon/credential'
import type { CertifiedSigner } from '@symbolon/service'
import type { StatusForm } from './form.ts'

const compress = promisify(deflate)

/** Token Status List, signed by the key that is certified for it. */
export const tokenForm = ({ signer, x5c }: CertifiedSigner): StatusForm => ({
  mediaType: 'application/statuslist+jwt',
  issuer: '',
  least: 1,
  async sign(draft) {
    // The highest level, as section 4.1 recommends: a list is made once and carried to every desk.
    const deflated = await compress(draft.packed, { level: 9 })
    const unsigned = unsignedStatusList(draft, { algorithm: signer.algorithm, x5c }, () => deflated)
    return unsigned.seal(await signer.sign(unsigned.input))
  },
})
