import { type WeierstrassPointCons, weierstrass } from '@noble/curves/abstract/weierstrass.js'
import { base64url, type Jwk } from '@symbolon/sd-jwt'

/** The curve P-256 (SP 800-186 section 3.2.1.3); given here because the module that knows all curves takes long to load. */
const P256 = {
  p: 0xffffffff_00000001_00000000_00000000_00000000_ffffffff_ffffffff_ffffffffn,
  n: 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n,
  h: 1n,
  a: 0xffffffff_00000001_00000000_00000000_00000000_ffffffff_ffffffff_fffffffcn,
  b: 0x5ac635d8_aa3a93e7_b3ebbd55_769886bc_651d06b0_cc53b0f6_3bce3c3e_27d2604bn,
  Gx: 0x6b17d1f2_e12c4247_f8bce6e5_63a440f2_77037d81_2deb33a0_f4a13945_d898c296n,
  Gy: 0x4fe342e2_fe1a7f9b_8ee7eb4a_7c0f9e16_2bce3357_6b315ece_cbb64068_37bf51f5n,
}
const COMPRESSED = 33
const COORDINATE = 32

/** Made with the first key that is read: it takes a few milliseconds. */
let curve: WeierstrassPointCons<bigint> | undefined

/** The key behind a compressed point of P-256 (SEC 1 section 2.3.4), or null when it is no point of the curve. */
export function decompress(point: Uint8Array): Jwk | null {
  if (point.length !== COMPRESSED) return null
  curve ??= weierstrass<bigint>(P256)
  const coordinates = wholePoint(curve, point)?.subarray(1)
  if (coordinates === undefined) return null
  const x = base64url.encode(coordinates.subarray(0, COORDINATE))
  return { kty: 'EC', crv: 'P-256', x, y: base64url.encode(coordinates.subarray(COORDINATE)) }
}

function wholePoint(points: WeierstrassPointCons<bigint>, point: Uint8Array): Uint8Array | undefined {
  try {
    return points.fromBytes(point).toBytes(false)
  } catch {
    return undefined
  }
}
