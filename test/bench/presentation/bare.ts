import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import type { Jwk } from '@symbolon/sd-jwt'
import express from 'express'
import { decrypt } from './encryption.ts'

const encoding = { dsaEncoding: 'ieee-p1363' } as const
const question = JSON.parse(readFileSync(new URL('../../../specs/questions/museum-reduced-price/question.json', import.meta.url), 'utf8'))
/** As many characters of certificates and registration as our verifier sends along. */
const CERTIFICATES = 'c'.repeat(800)
const REGISTRATION = 'r'.repeat(3_600)

/**
 * What asking over HTTP cannot do without, and nothing else: an Express application that makes the key of each request, signs the request, decrypts the answer, verifies
 * the signatures of issuer and holder and the hash of what is disclosed, and commits as many transactions (one for the request, one for its answer) in a SQLite file
 * with the same settings.
 *
 * It keeps to no standard: it looks at no certificate, no list, no claim, no rule, and says no reason.
 */
export function bareHandler(file: string, issuerJwk: Jwk): RequestListener {
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  database.exec('create table requests (id text primary key, handle text unique, nonce text, state text, key text, answer text)')
  const insert = database.prepare('insert into requests (id, handle, nonce, state, key) values (?, ?, ?, ?, ?)')
  const find = database.prepare('select * from requests where handle = ?')
  const read = database.prepare('select answer from requests where id = ?')
  const settle = database.prepare('update requests set answer = ?, key = null where handle = ? and answer is null')
  const commit = (action: () => void): void => {
    database.exec('begin immediate')
    action()
    database.exec('commit')
  }
  const key = createPrivateKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const issuerKey = createPublicKey({ key: issuerJwk, format: 'jwk' })
  const app = express()
  app.disable('x-powered-by')
  app.post('/requests', express.json(), (request, response) => {
    const [id, handle, nonce, state] = [random(16), random(16), random(32), random(16)]
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    commit(() => insert.run(id, handle, nonce, state, JSON.stringify(privateKey.export({ format: 'jwk' }))))
    const at = `http://${request.headers.host}/request-objects/${handle}`
    response.status(201).json({ id, request_uri: at, uri: `openid4vp://?request_uri=${encodeURIComponent(at)}`, expires_at: 0 })
  })
  app.post('/request-objects/:handle', express.urlencoded(), (request, response) => {
    const { handle, nonce, state, key: secret } = find.get(request.params.handle) as Record<string, string>
    const { kty, crv, x, y } = JSON.parse(secret ?? '')
    const payload = {
      ...{ client_id: 'x509_hash:bare', response_type: 'vp_token', response_mode: 'direct_post.jwt', nonce, state },
      response_uri: `http://${request.headers.host}/responses/${handle}`,
      client_metadata: { jwks: { keys: [{ kty, crv, x, y, kid: handle, use: 'enc', alg: 'ECDH-ES' }] } },
      ...{ dcql_query: question.dcql_query, verifier_info: [REGISTRATION], wallet_nonce: request.body.wallet_nonce },
    }
    response
      .type('application/oauth-authz-req+jwt')
      .send(seal(key, { alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c: [CERTIFICATES] }, payload))
  })
  app.post('/responses/:handle', express.urlencoded({ limit: '1mb' }), (request, response) => {
    const { key: secret } = find.get(request.params.handle) as Record<string, string>
    const { vp_token: token } = JSON.parse(
      decrypt(request.body.response, createPrivateKey({ key: JSON.parse(secret ?? ''), format: 'jwk' })),
    )
    for (const [text] of Object.values(token) as string[][]) checkPresentation(text ?? '', issuerKey)
    commit(() => settle.run('yes', request.params.handle))
    response.json({})
  })
  app.get('/requests/:id', (request, response) => {
    response.json({ state: 'answered', answer: (read.get(request.params.id) as Record<string, string>).answer, reasons: [] })
  })
  return app
}

const random = (bytes: number): string => randomBytes(bytes).toString('base64url')
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function seal(key: KeyObject, header: object, payload: object): string {
  const input = `${encoded(header)}.${encoded(payload)}`
  return `${input}.${sign('sha256', Buffer.from(input), { key, ...encoding }).toString('base64url')}`
}

/** The issuer's signature, the hash of each disclosure, the hash of the whole, and the holder's signature. */
function checkPresentation(text: string, issuerKey: KeyObject): void {
  const [jwt = '', ...rest] = text.split('~')
  const bound = rest.pop() ?? ''
  const payload = verified(jwt, issuerKey)
  for (const disclosure of rest) hash('sha256', disclosure, 'base64url')
  const { sd_hash: whole } = verified(bound, createPublicKey({ key: (payload.cnf as { jwk: Jwk }).jwk, format: 'jwk' }))
  if (whole !== hash('sha256', text.slice(0, -bound.length), 'base64url')) throw new Error('the whole is another')
}

function verified(jwt: string, key: KeyObject): Record<string, unknown> {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  if (!verify('sha256', Buffer.from(`${header}.${payload}`), { key, ...encoding }, Buffer.from(signature, 'base64url')))
    throw new Error('a signature is wrong')
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}
