import type { KeyHint } from './key_hint.ts'

/** The `kid` names a key that stands in the trust file itself: by the `kid` given there, or by its thumbprint (RFC 7638). */
export const kid: KeyHint = {
  id: 'kid',
  spec: 'RFC 7515 section 4.1.4',
  needs: () => null,
  find({ header }, { anchors }) {
    if (typeof header.kid !== 'string') return null
    const [key, another] = anchors.keys.filter((known) => known.jwk.kid === header.kid || known.thumbprint === header.kid)
    return key === undefined || another !== undefined ? null : { jwk: key.jwk }
  },
}
