import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { type Draft, formatNamed, packedLength, parseCredential, unsignedStatusList } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject, Jwk, Signer } from '@symbolon/sd-jwt'
import { developmentAuthority, developmentTrust, openSigner } from '@symbolon/service'
import { brick } from '../brick.ts'

/** Credentials that can be shown, each with the private key of its holder, and the public key that signed them. */
export interface Prepared {
  readonly shown: readonly { readonly text: string; readonly key: Jwk }[]
  readonly issuerKey: Jwk
}

const COPIES = 32
const DAY = 86_400

/**
 * What is there before anybody asks: an authority in the trust file of this home, a list of half a million entries at an address of its issuer, and
 * copies of one social statute, with the claim that the museum asks for disclosed. All is written to `prepared.json` for whoever makes the load.
 */
export async function prepare(home: string): Promise<Prepared> {
  const now = Math.floor(Date.now() / 1000)
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/statuslist+jwt' }).end(list))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the list has no port')
  const url = `http://localhost:${address.port}`
  const files = await developmentAuthority(home, url, now)
  const [type, format] = [brick('be-social-statute'), formatNamed('dc+sd-jwt')]
  if (format === undefined) throw new Error('the format is not there')
  developmentTrust(join(home, 'trust.json'), home, [type.vct])
  const open = (path: string) => openSigner({ key: path, chain: path }, () => now)
  const [issuer, lists] = [open(files.credential), open(files.status)]
  const uri = `${url}/status-lists/1`
  const packed = new Uint8Array(packedLength(524_288, 2))
  const token = unsignedStatusList(
    { uri, issuedAt: now - 60, expires: now + 7 * DAY, ttl: 43_200, bits: 2, packed },
    { algorithm: 'ES256', x5c: lists.x5c },
    (bytes) => deflateSync(bytes),
  )
  const list = await seal(token, lists.signer)
  const claims: JsonObject = { ...type.sample, statutes: { ...(type.sample.statutes as JsonObject), limited_income_any: 'yes' } }
  const shown: { text: string; key: Jwk }[] = []
  for (let index = 0; index < COPIES; index++) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const times = { issuedAt: now - 60, notBefore: now - 60, expires: now + DAY }
    const draft: Draft = {
      ...{ type, claims, issuer: url, algorithm: 'ES256', x5c: issuer.x5c, ...times, status: { uri, index } },
      holderKey: publicKey.export({ format: 'jwk' }) as Jwk,
    }
    const credential = await parseCredential(await seal(await format.build(draft, primitives), issuer.signer), primitives)
    const text = (await credential.disclose([['statutes', 'limited_income_any']])).toString()
    shown.push({ text, key: privateKey.export({ format: 'jwk' }) as Jwk })
  }
  const prepared = { shown, issuerKey: issuer.certificate.publicKey.export({ format: 'jwk' }) as Jwk }
  writeFileSync(join(home, 'prepared.json'), JSON.stringify(prepared))
  return prepared
}

const seal = async (unsigned: { input: string; seal(signature: Uint8Array): string }, by: Signer): Promise<string> =>
  unsigned.seal(await by.sign(unsigned.input))
