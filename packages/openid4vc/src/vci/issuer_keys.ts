import type { JsonObject, Jwk } from '@symbolon/sd-jwt'

/**
 * The document at `/.well-known/jwt-vc-issuer` (SD-JWT VC section 4): the keys that sign for this issuer.
 *
 * Each key carries its chain as `x5c` (RFC 7517 section 4.7; leaf first, without the anchor), whose leaf names the issuer: so a
 * wallet can find out whether its trust file vouches for an issuer before it sends anything.
 */
export const issuerKeys = (issuer: string, keys: readonly { jwk: Jwk; kid: string; x5c: readonly string[] }[]): JsonObject => ({
  issuer,
  jwks: {
    keys: keys.map(({ jwk, kid, x5c }) => ({
      kty: jwk.kty,
      crv: jwk.crv ?? '',
      x: jwk.x ?? '',
      y: jwk.y ?? '',
      kid,
      use: 'sig',
      x5c: [...x5c],
    })),
  },
})
