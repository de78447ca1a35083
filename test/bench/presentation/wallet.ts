import { createPrivateKey, hash, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import type { Jwk } from '@symbolon/sd-jwt'
import type { Way } from '../issuance/wallet.ts'
import { encrypt } from './encryption.ts'
import type { Prepared } from './prepared.ts'

/** What is shown: a credential without the holder's signature, and the key for it. */
export interface Shown {
  readonly text: string
  readonly key: KeyObject
}

/** A relying party and its wallets: the token of the one, what the others show. */
export interface Load {
  readonly token: string
  readonly shown: readonly Shown[]
}

/** Everything a load needs, from the home of the server that is measured. */
export function loadOf(home: string, kind: 'ours' | 'bare'): Load {
  const { shown }: Prepared = JSON.parse(readFileSync(join(home, 'prepared.json'), 'utf8'))
  const token = kind === 'ours' ? readFileSync(join(home, 'verifier', 'token'), 'utf8').trim() : 'none'
  return { token, shown: shown.map(({ text, key }) => ({ text, key: createPrivateKey({ key, format: 'jwk' }) })) }
}

const JSON_BODY = 'application/json'
const FORM = 'application/x-www-form-urlencoded'

/** One complete presentation (`direct_post.jwt`): asked, fetched with a nonce of the wallet, answered encrypted, read. Throws when an answer is not a good one. */
export async function flow(way: Way, { token, shown }: Load, turn: number): Promise<void> {
  const authorization = { authorization: `Bearer ${token}`, 'content-type': JSON_BODY }
  const asked = JSON.parse(await call(way, 'POST', `${way.url}/requests`, authorization, '{"question":"museum-reduced-price"}'))
  const object = await call(way, 'POST', asked.request_uri, { 'content-type': FORM }, 'wallet_nonce=nonce-of-the-wallet')
  const payload = JSON.parse(Buffer.from(object.split('.')[1] ?? '', 'base64url').toString())
  const one = shown[turn % shown.length]
  if (one === undefined) throw new Error('there is nothing to show')
  const token_ = JSON.stringify({ vp_token: { 'limited-income': [bound(one, payload)] }, state: payload.state })
  const [key] = payload.client_metadata.jwks.keys as (Jwk & { kid: string })[]
  if (key === undefined) throw new Error('there is no key to encrypt to')
  await call(way, 'POST', payload.response_uri, { 'content-type': FORM }, `response=${encrypt(token_, key)}`)
  const { answer } = JSON.parse(await call(way, 'GET', `${way.url}/requests/${asked.id}`, authorization))
  if (answer !== 'yes') throw new Error(`the answer is ${answer}`)
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The credential with the holder's signature for this request. */
function bound({ text, key }: Shown, { client_id: audience, nonce }: { client_id: string; nonce: string }): string {
  const claims = { iat: Math.floor(Date.now() / 1000), aud: audience, nonce, sd_hash: hash('sha256', text, 'base64url') }
  const input = `${encoded({ alg: 'ES256', typ: 'kb+jwt' })}.${encoded(claims)}`
  return `${text}${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

function call({ agent }: Way, method: 'GET' | 'POST', address: string, headers: Record<string, string>, body = ''): Promise<string> {
  const length = method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((done, failed) => {
    const sent = request(address, { method, agent, headers: { ...headers, ...length } })
    sent.once('error', failed)
    sent.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', failed)
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        const { statusCode = 0 } = response
        if (statusCode < 200 || statusCode > 299)
          failed(new Error(`${new URL(address).pathname} answers ${statusCode}: ${text.slice(0, 200)}`))
        else done(text)
      })
    })
    sent.end(body)
  })
}
