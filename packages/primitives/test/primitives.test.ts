import { createECDH, createPrivateKey, generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto'
import * as node from '@symbolon/primitives/node'
import * as web from '@symbolon/primitives/web'
import { base64url, type Jwk, type Primitives, type PublicKey, type SignatureAlgorithm, type Signer } from '@symbolon/sd-jwt'
import { describe, expect, it } from 'vitest'

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const
const HASHES = { ES256: 'sha256', ES384: 'sha384', ES512: 'sha512' } as const
const ALGORITHMS = ['ES256', 'ES384', 'ES512'] as const
const unusable = expect.objectContaining({ code: 'key_unusable' })

const generate = (algorithm: SignatureAlgorithm) => generateKeyPairSync('ec', { namedCurve: CURVES[algorithm] })
const pairs = { ES256: generate('ES256'), ES384: generate('ES384'), ES512: generate('ES512') }
const publicJwk = (algorithm: SignatureAlgorithm) => pairs[algorithm].publicKey.export({ format: 'jwk' }) as Jwk
const spki = (algorithm: SignatureAlgorithm) => new Uint8Array(pairs[algorithm].publicKey.export({ format: 'der', type: 'spki' }))
const privateJwk = (algorithm: SignatureAlgorithm) => pairs[algorithm].privateKey.export({ format: 'jwk' })
const webKey = (algorithm: SignatureAlgorithm) =>
  crypto.subtle.importKey('jwk', privateJwk(algorithm), { name: 'ECDSA', namedCurve: CURVES[algorithm] }, false, ['sign'])

const SETS: { name: string; primitives: Primitives; signer(algorithm: SignatureAlgorithm): Promise<Signer> }[] = [
  { name: 'node:crypto', primitives: node.primitives, signer: async (algorithm) => node.signer(pairs[algorithm].privateKey, algorithm) },
  { name: 'WebCrypto', primitives: web.primitives, signer: async (algorithm) => web.signer(await webKey(algorithm), algorithm) },
]

describe.each(SETS)('$name', ({ primitives, signer }) => {
  const importing = async (key: Jwk | Uint8Array, algorithm: SignatureAlgorithm): Promise<PublicKey> => primitives.importKey(key, algorithm)

  describe('digest', () => {
    it.each([
      ['sha-256', 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'],
      ['sha-384', 'ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP_W-2AhgcroefMI1i67KE0yCWn'],
      ['sha-512', '3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_BqDa6PCOj_uu9RU1EI2Q86A4qmslPpUyknw'],
    ] as const)('%s of abc, as text and as bytes', async (name, expected) => {
      expect(await primitives.digest(name, 'abc')).toBe(expected)
      expect(await primitives.digest(name, new TextEncoder().encode('abc'))).toBe(expected)
    })

    it('takes exactly the bytes of a view', async () => {
      const view = new TextEncoder().encode('xxabcxx').subarray(2, 5)
      expect(await primitives.digest('sha-256', view)).toBe(hash('sha256', 'abc', 'base64url'))
    })
  })

  describe('random', () => {
    it.each([0, 1, 16, 180, 8191, 8192, 8193, 70_000])('%i bytes', (count) => {
      expect(primitives.random(count)).toHaveLength(count)
    })

    it('never gives the same bytes again, nor a place where they can be seen', () => {
      const seen = new Set<string>()
      for (let round = 0; round < 3000; round++) {
        const drawn = primitives.random(16)
        seen.add(drawn.toHex())
        drawn.fill(0)
      }
      expect(seen.size).toBe(3000)
      expect(seen.has('0'.repeat(32))).toBe(false)
    })

    it('uses all values of a byte about alike', () => {
      const counts = new Array<number>(256).fill(0)
      for (let round = 0; round < 400; round++) for (const byte of primitives.random(640)) counts[byte] = (counts[byte] ?? 0) + 1
      // 1000 expected for each; 32 is one standard deviation.
      expect(Math.min(...counts)).toBeGreaterThan(800)
      expect(Math.max(...counts)).toBeLessThan(1200)
    })
  })

  describe.each(ALGORITHMS)('%s', (algorithm) => {
    it('verifies what it signs, and what OpenSSL signs', async () => {
      const key = await importing(publicJwk(algorithm), algorithm)
      const { sign: signing, algorithm: named } = await signer(algorithm)
      expect(named).toBe(algorithm)
      for (const data of ['header.payload', new TextEncoder().encode('header.payload')]) {
        expect(await primitives.verify(algorithm, key, data, await signing(data))).toBe(true)
      }
      const foreign = sign(HASHES[algorithm], Buffer.from('header.payload'), {
        key: pairs[algorithm].privateKey,
        dsaEncoding: 'ieee-p1363',
      })
      expect(await primitives.verify(algorithm, key, 'header.payload', foreign)).toBe(true)
    })

    it('imports the same key from DER', async () => {
      const key = await importing(spki(algorithm), algorithm)
      const signature = await (await signer(algorithm)).sign('x')
      expect(await primitives.verify(algorithm, key, 'x', signature)).toBe(true)
    })

    it('refuses other data, another key, another algorithm, and any other signature', async () => {
      const key = await importing(publicJwk(algorithm), algorithm)
      const right = await (await signer(algorithm)).sign('x')
      const half = right.length / 2
      expect(await primitives.verify(algorithm, key, 'y', right)).toBe(false)
      const other = generateKeyPairSync('ec', { namedCurve: CURVES[algorithm] }).publicKey.export({ format: 'jwk' }) as Jwk
      expect(await primitives.verify(algorithm, await importing(other, algorithm), 'x', right)).toBe(false)
      for (const wrong of ALGORITHMS.filter((one) => one !== algorithm)) expect(await primitives.verify(wrong, key, 'x', right)).toBe(false)
      const order = { ES256: 32, ES384: 48, ES512: 66 }[algorithm]
      const der = sign(HASHES[algorithm], Buffer.from('x'), pairs[algorithm].privateKey)
      const signatures = [
        new Uint8Array(),
        new Uint8Array(right.length),
        new Uint8Array(right.length).fill(255),
        right.slice(0, -1),
        Uint8Array.of(...right, 0),
        Uint8Array.of(...new Uint8Array(order), ...right.slice(half)),
        Uint8Array.of(...right.slice(0, half), ...new Uint8Array(order)),
        Uint8Array.of(...right.slice(half), ...right.slice(0, half)),
        new Uint8Array(der),
      ]
      for (const signature of signatures) expect(await primitives.verify(algorithm, key, 'x', signature)).toBe(false)
      for (let at = 0; at < right.length; at++) {
        const changed = right.with(at, (right[at] ?? 0) ^ 1)
        expect(await primitives.verify(algorithm, key, 'x', changed)).toBe(false)
      }
    })

    it.each<[string, (jwk: Jwk) => Jwk]>([
      ['with its private part', (jwk) => ({ ...jwk, d: 'AAAA' })],
      ['of another curve', (jwk) => ({ ...jwk, crv: 'secp256k1' })],
      ['without a curve', ({ crv, ...jwk }) => jwk],
      ['of another kind', (jwk) => ({ ...jwk, kty: 'OKP' })],
      ['without y', ({ y, ...jwk }) => jwk],
      ['with a coordinate too long', (jwk) => ({ ...jwk, x: `${jwk.x}A` })],
      ['with a coordinate too short', (jwk) => ({ ...jwk, x: String(jwk.x).slice(1) })],
      ['with a padded coordinate', (jwk) => ({ ...jwk, x: `${String(jwk.x).slice(1)}=` })],
      ['with a coordinate in the other alphabet', (jwk) => ({ ...jwk, x: `+${String(jwk.x).slice(1)}` })],
      ['with a coordinate no string', (jwk) => ({ ...jwk, x: 1 }) as unknown as Jwk],
      ['that is not a point of the curve', (jwk) => ({ ...jwk, y: String(jwk.x) })],
      ['that is the point at infinity', (jwk) => ({ ...jwk, x: 'A'.repeat(String(jwk.x).length), y: 'A'.repeat(String(jwk.x).length) })],
      ['for encryption', (jwk) => ({ ...jwk, use: 'enc' })],
      ['for another algorithm', (jwk) => ({ ...jwk, alg: algorithm === 'ES256' ? 'ES384' : 'ES256' })],
      ['for signing only', (jwk) => ({ ...jwk, key_ops: ['sign'] })],
      ['with operations that are no list', (jwk) => ({ ...jwk, key_ops: 'verify' })],
    ])('refuses a JWK %s', async (_, change) => {
      await expect(importing(change(publicJwk(algorithm)), algorithm)).rejects.toEqual(unusable)
    })

    it('refuses a JWK with a coordinate in another spelling', async () => {
      const { x = '', ...jwk } = publicJwk(algorithm)
      // Only 32 bytes leave bits over in the last character.
      const last = algorithm === 'ES256' ? String.fromCharCode(x.charCodeAt(42) + 1) : '='
      await expect(importing({ ...jwk, x: x.slice(0, -1) + last }, algorithm)).rejects.toEqual(unusable)
    })

    it('takes a JWK that says it is for this', async () => {
      const jwk = { ...publicJwk(algorithm), use: 'sig', alg: algorithm, key_ops: ['verify'], kid: 'x', ext: true }
      const signature = await (await signer(algorithm)).sign('x')
      expect(await primitives.verify(algorithm, await importing(jwk, algorithm), 'x', signature)).toBe(true)
    })

    it('refuses DER of another curve, of another kind, cut off, and with a private key', async () => {
      const others = ALGORITHMS.filter((one) => one !== algorithm).map(spki)
      const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'der', type: 'spki' })
      const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' })
      const pkcs8 = pairs[algorithm].privateKey.export({ format: 'der', type: 'pkcs8' })
      const whole = spki(algorithm)
      const offCurve = whole.with(-1, (whole.at(-1) ?? 0) ^ 1)
      for (const der of [
        ...others,
        rsa,
        ed25519,
        pkcs8,
        whole.slice(0, -1),
        Uint8Array.of(...whole, 0),
        offCurve,
        new Uint8Array(),
        randomBytes(91),
      ]) {
        await expect(importing(new Uint8Array(der), algorithm)).rejects.toEqual(unusable)
      }
    })
  })

  it('a key that these primitives did not make is no key', async () => {
    expect(await primitives.verify('ES256', {}, 'x', new Uint8Array(64))).toBe(false)
  })

  it('a signer wants a private key of its curve', async () => {
    await expect(signerWithKeyOf(primitives, 'ES256', 'ES384')).rejects.toEqual(unusable)
  })
})

/** Makes a signer for one algorithm with the key of another. */
async function signerWithKeyOf(primitives: Primitives, algorithm: SignatureAlgorithm, keyOf: SignatureAlgorithm): Promise<Signer> {
  return primitives === node.primitives ? node.signer(pairs[keyOf].privateKey, algorithm) : web.signer(await webKey(keyOf), algorithm)
}

describe('signers', () => {
  it('a public key does not sign', async () => {
    expect(() => node.signer(pairs.ES256.publicKey, 'ES256')).toThrow(unusable)
    const key = await crypto.subtle.importKey('jwk', publicJwk('ES256') as JsonWebKey, { name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'verify',
    ])
    expect(() => web.signer(key, 'ES256')).toThrow(unusable)
  })

  it('both sets make and read the same', async () => {
    const own = node.signer(createPrivateKey({ key: privateJwk('ES256'), format: 'jwk' }), 'ES256')
    const page = web.signer(await webKey('ES256'), 'ES256')
    const keys = {
      node: await node.primitives.importKey(publicJwk('ES256'), 'ES256'),
      web: await web.primitives.importKey(publicJwk('ES256'), 'ES256'),
    }
    expect(await web.primitives.verify('ES256', keys.web, 'x', await own.sign('x'))).toBe(true)
    expect(await node.primitives.verify('ES256', keys.node, 'x', await page.sign('x'))).toBe(true)
    // The key of one is no key of the other.
    expect(await web.primitives.verify('ES256', keys.node, 'x', await own.sign('x'))).toBe(false)
    expect(await node.primitives.verify('ES256', keys.web, 'x', await own.sign('x'))).toBe(false)
  })

  it('a compressed point in DER is the same key', async () => {
    const ecdh = createECDH('prime256v1')
    const { d, x, y } = privateJwk('ES256')
    ecdh.setPrivateKey(Buffer.from(String(d), 'base64url'))
    const header = Uint8Array.fromHex('3039301306072a8648ce3d020106082a8648ce3d030107032200')
    const der = Uint8Array.of(...header, ...ecdh.getPublicKey(null, 'compressed'))
    const key = await node.primitives.importKey(der, 'ES256')
    const signature = await node.signer(pairs.ES256.privateKey, 'ES256').sign('x')
    expect(await node.primitives.verify('ES256', key, 'x', signature)).toBe(true)
    expect(base64url.decode(String(x)).length + base64url.decode(String(y)).length).toBe(64)
  })
})
