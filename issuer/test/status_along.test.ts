import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCredential } from '@symbolon/credential'
import { authorizationDetails } from '@symbolon/openid4vc'
import { primitives } from '@symbolon/primitives/node'
import type { JsonObject } from '@symbolon/sd-jwt'
import { afterEach, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import { agree, PUBLIC, push } from './code_flow.ts'
import {
  credentialIn,
  FORM,
  LOTTE,
  nonce,
  offer,
  post,
  proof,
  redeem,
  request,
  STATUTE,
  start,
  statusIn,
  type TestIssuer,
  variants,
} from './fixture.ts'
import { dpopWallet, refusalOf, textsIn } from './wallet.ts'

const [CODE, PAPER] = [`${STATUTE}-code`, `${STATUTE}-paper`]
let issuer: TestIssuer
afterEach(() => issuer.close())

/** A folder of types in which the named ones may be suspended. */
function suspendable(names: readonly string[]): Record<string, string> {
  const folders = variants([STATUTE, CODE, PAPER, 'pda1'], {})
  for (const name of names) {
    const file = join(folders.ISSUER_TYPES ?? '', name, 'credential.json')
    const type = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...type, status: { bits: 2, suspension: true } }))
  }
  return folders
}

async function offered(): Promise<{ id: string; token: string }> {
  const made = await offer(issuer, { codes: true })
  return { id: made.id, token: String((await redeem(issuer, made)).json.access_token) }
}
const paperOf = (token: string) =>
  post(`${issuer.url}/credential`, JSON.stringify({ credential_configuration_id: PAPER }), 'application/json', `Bearer ${token}`)
const change = (id: string, status: string) => issuer.admin('POST', `/issuances/${id}/status`, { status, reason: 'test' })
const alongOf = ({ json }: { json: JsonObject }) =>
  (json.along as { type: string; status: string }[]).map(({ type, status }) => [type, status])
const issuedPapers = async () =>
  (await issuer.admin('POST', '/issuances/search', { subject: LOTTE, type: PAPER })).json.issuances as JsonObject[]

async function statusOf(text: string): Promise<number | undefined> {
  const { status } = (await parseCredential(text, primitives)).view
  return statusIn(await (await fetch(status?.uri ?? '')).text(), status?.index)
}

/** The statute and the paper of one offer. */
async function both() {
  const { id, token } = await offered()
  const statute = credentialIn(await request(issuer, token, STATUTE))
  return { id, token, statute, paper: credentialIn(await paperOf(token)) }
}

for (const { title, there, make } of DATABASES) {
  test.runIf(there)(`${title}: what was offered together is revoked together, and that of another offer is not`, async () => {
    issuer = await start({ ISSUER_DATABASE_URL: await make() })
    const [{ id, statute, paper }, other] = [await both(), await both()]
    const answer = await change(id, 'revoked')
    expect(answer.json).toMatchObject({ id, type: STATUTE, status: 'revoked' })
    expect(alongOf(answer)).toEqual([[PAPER, 'revoked']])
    expect(await Promise.all([statute, paper, other.statute, other.paper].map(statusOf))).toEqual([1, 1, 0, 0])
    expect(alongOf(await change(id, 'revoked'))).toEqual([])
  })
}

test('the other way round nothing follows: lost paper is revoked by itself', async () => {
  issuer = await start()
  const { statute, paper } = await both()
  const [{ id } = {}] = await issuedPapers()
  expect(alongOf(await change(String(id), 'revoked'))).toEqual([])
  expect(await Promise.all([statute, paper].map(statusOf))).toEqual([0, 1])
})

test('another credential that one person agreed to with it stays: it says something of its own', async () => {
  issuer = await start()
  const wallet = dpopWallet(issuer)
  const { address, asked } = await push(issuer, { authorization_details: authorizationDetails([STATUTE, 'ehic']) })
  const code = (await agree(issuer, address)).searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', client_id: PUBLIC, code, redirect_uri: asked.redirectUri, code_verifier: asked.verifier }
  const { json } = await wallet.send('/token', new URLSearchParams(form).toString(), FORM)
  const granted = json.authorization_details as { credential_identifiers: string[] }[]
  const texts: string[] = []
  for (const { credential_identifiers } of granted) {
    const jwt = [await proof(issuer, { nonce: await nonce(issuer), clientId: PUBLIC })]
    const body = JSON.stringify({ credential_identifier: credential_identifiers[0], proofs: { jwt } })
    texts.push(credentialIn(await wallet.send('/credential', body, 'application/json', { token: String(json.access_token) })))
  }
  const found = await issuer.admin('POST', '/issuances/search', { subject: LOTTE, type: STATUTE })
  const [{ id } = {}] = found.json.issuances as JsonObject[]
  expect(alongOf(await change(String(id), 'revoked'))).toEqual([])
  expect(await Promise.all(texts.map(statusOf))).toEqual([1, 0])
})

test('what came with a later refresh follows as well', async () => {
  issuer = await start()
  const wallet = dpopWallet(issuer)
  const { id, access, refresh } = await wallet.tokens({ codes: true })
  const body = JSON.stringify({ credential_configuration_id: PAPER })
  const paper = async (token: string) => credentialIn(await wallet.send('/credential', body, 'application/json', { token }))
  textsIn(await wallet.credential(access))
  const papers = [await paper(access)]
  const again = String((await wallet.refresh(refresh)).json.access_token)
  papers.push(await paper(again))
  expect(await statusOf(papers[1] ?? '')).toBe(0)
  expect(alongOf(await change(id, 'revoked'))).toEqual([[PAPER, 'revoked']])
  expect(await Promise.all(papers.map(statusOf))).toEqual([1, 1])
  expect(refusalOf(await wallet.refresh(refresh))).toEqual([400, 'invalid_grant'])
})

describe('what is asked for only after the revocation', () => {
  test('is not issued: neither a first paper nor a code without a status; the tokens end', async () => {
    issuer = await start()
    const { id, token } = await offered()
    credentialIn(await request(issuer, token, STATUTE))
    expect(alongOf(await change(id, 'revoked'))).toEqual([])
    expect(refusalOf(await paperOf(token))).toEqual([401, 'invalid_token'])
    expect(refusalOf(await request(issuer, token, CODE))).toEqual([401, 'invalid_token'])
    expect(await issuedPapers()).toEqual([])
  })

  test('nor while it is suspended; restored, it goes on', async () => {
    issuer = await start(suspendable([STATUTE, PAPER]))
    const { id, token } = await offered()
    credentialIn(await request(issuer, token, STATUTE))
    await change(id, 'suspended')
    expect(refusalOf(await paperOf(token))).toEqual([400, 'credential_request_denied'])
    expect(refusalOf(await request(issuer, token, CODE))).toEqual([400, 'credential_request_denied'])
    expect(await issuedPapers()).toEqual([])
    await change(id, 'valid')
    expect(await statusOf(credentialIn(await paperOf(token)))).toBe(0)
    expect((await request(issuer, token, CODE)).status).toBe(200)
  })
})

describe('suspension', () => {
  test('suspends what went along, and restores it; what was revoked by itself stays revoked', async () => {
    issuer = await start(suspendable([STATUTE, PAPER]))
    const { id, statute, paper } = await both()
    expect(alongOf(await change(id, 'suspended'))).toEqual([[PAPER, 'suspended']])
    expect(await Promise.all([statute, paper].map(statusOf))).toEqual([2, 2])
    expect(alongOf(await change(id, 'valid'))).toEqual([[PAPER, 'valid']])
    expect(await Promise.all([statute, paper].map(statusOf))).toEqual([0, 0])
    const [{ id: letter } = {}] = await issuedPapers()
    await change(String(letter), 'suspended')
    expect(alongOf(await change(id, 'valid'))).toEqual([])
    await change(String(letter), 'revoked')
    await change(id, 'suspended')
    expect(alongOf(await change(id, 'valid'))).toEqual([])
    expect(await Promise.all([statute, paper].map(statusOf))).toEqual([0, 1])
  })

  test('when what went along may not be suspended, nothing changes', async () => {
    issuer = await start(suspendable([STATUTE]))
    const { id, statute, paper } = await both()
    const { status, json } = await change(id, 'suspended')
    expect([status, json.error]).toEqual([409, 'suspension_not_allowed'])
    expect(json.error_description).toContain(PAPER)
    expect(await Promise.all([statute, paper].map(statusOf))).toEqual([0, 0])
    expect(alongOf(await change(id, 'revoked'))).toEqual([[PAPER, 'revoked']])
  })
})
