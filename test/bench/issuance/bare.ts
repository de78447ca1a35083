import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import express, { type Request } from 'express'

/** The characters that our issuer signs, and that it sends, for one credential of the type that is measured. */
const SIGNED = 6_940
const SENT = 11_660

const encoding = { dsaEncoding: 'ieee-p1363' } as const

/**
 * What issuing over HTTP cannot do without, and nothing else: an Express application that checks and makes the same signatures as
 * the issuer and commits as many transactions (one for the token, one for the credential) in a SQLite file with the same settings.
 *
 * It looks at no claim of what it verifies and keeps to no standard; it signs and sends as many bytes as a social statute has.
 */
export function bareHandler(file: string): RequestListener {
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; create table rows (value text primary key)')
  const insert = database.prepare('insert into rows (value) values (?)')
  const commit = (): string => {
    const value = randomBytes(32).toString('base64url')
    database.exec('begin immediate')
    insert.run(value)
    database.exec('commit')
    return value
  }
  // A key that was read from a file, as the issuer's is.
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' })
  const key = createPrivateKey(pem)
  const [payload, rest] = ['p'.repeat(SIGNED), 'd'.repeat(SENT - SIGNED)]

  const app = express()
  app.disable('x-powered-by')
  app.post('/token', express.urlencoded(), (request, response) => {
    checkDpop(request)
    response.set('dpop-nonce', randomBytes(16).toString('base64url')).json({ access_token: commit(), token_type: 'DPoP', expires_in: 300 })
  })
  app.post('/nonce', (_request, response) => {
    const nonce = randomBytes(32).toString('base64url')
    response.set('dpop-nonce', nonce).json({ c_nonce: nonce })
  })
  app.post('/credential', express.json(), (request, response) => {
    checkDpop(request)
    const { proofs } = request.body as { proofs: { jwt: string[] } }
    for (const proof of proofs.jwt) checkJwt(proof)
    commit()
    const credentials = proofs.jwt.map(() => ({ credential: `${payload}.${seal(key, payload)}~${rest}~` }))
    response.set('dpop-nonce', randomBytes(16).toString('base64url')).json({ credentials })
  })
  return app
}

const seal = (key: KeyObject, text: string): string => sign('sha256', Buffer.from(text), { key, ...encoding }).toString('base64url')

function checkDpop(request: Request): void {
  const proof = request.get('dpop')
  if (proof !== undefined) checkJwt(proof)
}

/** Verifies a JWT with the key in its header. */
function checkJwt(jwt: string): void {
  const [header = '', claims = '', signature = ''] = jwt.split('.')
  const { jwk } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  if (!verify('sha256', Buffer.from(`${header}.${claims}`), { key, ...encoding }, Buffer.from(signature, 'base64url'))) {
    throw new Error('a signature is wrong')
  }
}
